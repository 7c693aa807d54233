"""What can go wrong, as sentences, each with the exit code the command line ends with.

A message says which file or setting, what is wrong, and what to do. It never holds an identity number or a name:
point at the file and the line instead.
"""

from __future__ import annotations

from typing import ClassVar


class FollowMoneyError(Exception):
    """Anything this toolkit refuses or cannot do. ``exit_code`` is what the command line returns."""

    exit_code: ClassVar[int] = 4


class UsageError(FollowMoneyError):
    """Wrong usage, settings or mapping: nothing was read or written."""

    exit_code: ClassVar[int] = 2


class InputError(FollowMoneyError):
    """A delivered file cannot be accounted for line by line, or a folder holds nothing that can be read."""

    exit_code: ClassVar[int] = 2


class QuarantineLimitError(FollowMoneyError):
    """More rows were quarantined than the user allows. Nothing after `load` was run."""

    exit_code: ClassVar[int] = 3


class StorageError(FollowMoneyError):
    """The disk is full, or a workspace cannot be read or written."""

    exit_code: ClassVar[int] = 4
