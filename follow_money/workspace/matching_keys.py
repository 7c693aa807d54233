"""Matching across workspaces: a keyed HMAC of identity numbers, under a key that both sides hold and that no workspace does.

The key file lies outside every workspace and holds several keys, the newest last: a new one is added when keys are rotated, and
tokens bear the id of theirs, so that older ones can be matched until their key is taken out. The numbers are few enough to try
them all against a plain hash; only the key keeps a token from telling its number.
"""

from __future__ import annotations

import hmac
import json
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from follow_money.errors import UsageError
from follow_money.stages import ONLY_OWNER, told_storage, write_json
from follow_money.workspace.mark import MARK

FORMAT: Final = 1
TOKEN_LETTERS: Final = 32
"""Hexadecimal digits of a token: 128 bits."""

_KEY_BYTES: Final = 32
_OTHERS_MAY: Final = 0o077


@dataclass(frozen=True, kw_only=True)
class MatchingKey:
    """One key by its id; ``repr`` never shows the secret."""

    key_id: str
    secret: bytes

    def __repr__(self) -> str:
        return f"MatchingKey({self.key_id})"


def read_keys(path: Path) -> tuple[MatchingKey, ...]:
    """The keys of a file, the newest last.

    Raises:
        UsageError: There is no such file, it is damaged, it lies within a workspace, or others than its owner may read it.
    """
    _refuse_within_a_workspace(path)
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise UsageError(f"The key file {path} has format {told['format']}; this version reads {FORMAT}.")
        keys = tuple(MatchingKey(key_id=str(key["id"]), secret=bytes.fromhex(key["secret"])) for key in told["keys"])
    except FileNotFoundError:
        raise UsageError(f"There is no key file {path}. Make one with: follow-money matching-key {path}") from None
    except OSError as error:
        raise UsageError(f"The key file {path} cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"The key file {path} is damaged. Get it from the other side again.") from error
    if not keys or any(len(key.secret) != _KEY_BYTES for key in keys):
        raise UsageError(f"The key file {path} is damaged. Get it from the other side again.")
    if sys.platform != "win32" and path.stat().st_mode & _OTHERS_MAY:
        raise UsageError(
            f"Others than its owner may read the key file {path}. Take their rights away: chmod 600 {path}"
        )
    return keys


def rotate(path: Path) -> str:
    """Add a new key to a key file, or make the file; returns the new key's id.

    Raises:
        UsageError: The path lies within a workspace, or the file is no key file.
        StorageError: It cannot be written.
    """
    _refuse_within_a_workspace(path)
    keys = read_keys(path) if path.exists() else ()
    new = MatchingKey(key_id=f"K-{secrets.token_hex(4)}", secret=secrets.token_bytes(_KEY_BYTES))
    content = [{"id": key.key_id, "secret": key.secret.hex()} for key in (*keys, new)]
    with told_storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, {"format": FORMAT, "keys": content}, mode=ONLY_OWNER)
    return new.key_id


def _refuse_within_a_workspace(path: Path) -> None:
    inside = next((folder for folder in path.resolve().parents if (folder / MARK).exists()), None)
    if inside is not None:
        raise UsageError(
            f"The key file {path} lies, or would lie, within the workspace {inside}. Name a path elsewhere: whoever copies the workspace must not get the key."
        )


def tokens(key: MatchingKey, kinds: Sequence[str], numbers: Sequence[str], *, synthetic: bool) -> pa.Array:
    """A token for each number of its kind. Made-up numbers have other tokens than real ones, so that the two never match."""
    world = "made-up" if synthetic else "real"
    return pa.array(
        [
            hmac.digest(key.secret, f"{world}\x1f{kind}\x1f{number}".encode(), "sha256").hex()[:TOKEN_LETTERS]
            for kind, number in zip(kinds, numbers, strict=True)
        ],
        pa.string(),
    )
