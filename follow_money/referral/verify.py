"""Check a packet: is every file there, unchanged, and nothing else?"""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from follow_money.errors import StorageError
from follow_money.referral.manifest import MANIFEST, NEEDED, PACKET_VERSION, SEAL, digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_LARGEST_MANIFEST: Final = 64 * 1024 * 1024
_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
"""A file lies directly in the packet: no folder, no way out of it, nothing hidden."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Verification:
    """What was found: ``faults`` are sentences, one a fault; none means that the packet is whole."""

    path: Path
    faults: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Every file is there and unchanged, and there is nothing else."""
        return not self.faults


class _BrokenError(Exception):
    """The check cannot go on; the sentence says why."""


def verify_packet(path: Path) -> Verification:
    """Check a packet folder against its manifest, and the manifest against its seal.

    What this proves: the files are those that the manifest lists, byte for byte, and nothing was added, renamed or
    taken away, as long as the manifest is the one that was written. What it cannot prove: who wrote it. Whoever
    changes a file can write a new manifest and a new seal as well; only a digest that was sent another way (by
    telephone, in a diary), or a signature, shows that. Nothing in the folder is followed out of it: symbolic links
    and names with a path are faults and are not opened.

    Raises:
        StorageError: A file or the folder cannot be read.
    """
    try:
        faults = tuple(_faults(path))
    except _BrokenError as broken:
        faults = (str(broken),)
    except OSError as error:
        raise StorageError(f"The packet {_shown(path.name)} could not be read: {error.strerror or error}.") from error
    return Verification(path=path, faults=faults)


def _faults(path: Path) -> Iterable[str]:
    if path.is_symlink() or not path.is_dir():
        raise _BrokenError(f"{_shown(path.name)} is not a packet folder. Give the folder that holds {MANIFEST}.")
    found = {entry.name: entry for entry in sorted(path.iterdir())}
    listed_bytes = _manifest_bytes(found)
    yield from _seal_faults(found, listed_bytes)
    listed = _listed(listed_bytes)
    missing, sizes = [], {}
    for name, entry in listed.items():
        if name not in found:
            missing.append(name)
        else:
            sizes[name] = entry
    for name, entry in sizes.items():
        yield from _file_faults(found[name], entry)
    extra = [name for name in found if name not in listed and name not in (MANIFEST, SEAL)]
    digests = {name: digest_of(found[name]) for name in extra if _is_file(found[name])}
    for name in missing:
        twin = next((other for other, digest in digests.items() if digest == listed[name]["sha256"]), None)
        if twin is None:
            yield f"{name} is missing."
        else:
            extra.remove(twin)
            del digests[twin]
            yield f"{name} has been renamed to {_shown(twin)}."
    for name in extra:
        what = "a symbolic link" if found[name].is_symlink() else "a folder" if found[name].is_dir() else "a file"
        yield f"{_shown(name)} is {what} that the manifest does not list."


def _manifest_bytes(found: Mapping[str, Path]) -> bytes:
    if MANIFEST not in found:
        raise _BrokenError(f"{MANIFEST} is missing: nothing in the folder can be checked.")
    if not _is_file(found[MANIFEST]):
        raise _BrokenError(f"{MANIFEST} is not a regular file; it was not opened.")
    if found[MANIFEST].stat().st_size > _LARGEST_MANIFEST:
        raise _BrokenError(f"{MANIFEST} is larger than any manifest of this version; it was not read.")
    return found[MANIFEST].read_bytes()


def _seal_faults(found: Mapping[str, Path], listed: bytes) -> Iterable[str]:
    if SEAL not in found:
        yield f"{SEAL} is missing: whether {MANIFEST} was changed cannot be told."
        return
    if not _is_file(found[SEAL]) or found[SEAL].stat().st_size > 1024:  # noqa: PLR2004 - a seal is one short line
        yield f"{SEAL} is not a seal: it is one line with a SHA-256."
        return
    parts = found[SEAL].read_bytes().decode("ascii", "replace").split()
    if len(parts) != 2 or parts[1] != MANIFEST or not _DIGEST.fullmatch(parts[0]):  # noqa: PLR2004 - digest and name
        yield f"{SEAL} is not a seal: it is one line with a SHA-256."
    elif parts[0] != hashlib.sha256(listed).hexdigest():
        yield f"{MANIFEST} has been changed: its SHA-256 is not the one in {SEAL}."


def _listed(told: bytes) -> dict[str, dict[str, Any]]:
    """The manifest's files by name. Raises _BrokenError for anything that is not a manifest of this version."""
    try:
        content = json.loads(told.decode("utf-8"), object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        raise _BrokenError(f"{MANIFEST} is not readable JSON: it is cut off or broken.") from error
    if not isinstance(content, dict) or not isinstance(content.get("files"), list):
        raise _BrokenError(f"{MANIFEST} does not list any files.")
    if content.get("packet_version") != PACKET_VERSION:
        raise _BrokenError(f"{MANIFEST} is of another packet version; this toolkit checks version {PACKET_VERSION}.")
    if not all(_is_entry(entry) for entry in content["files"]):
        raise _BrokenError(f"{MANIFEST} has a file without name, size and SHA-256.")
    names = [entry["name"] for entry in content["files"]]
    outside = [name for name in names if not _PLAIN_NAME.fullmatch(name) or name in (MANIFEST, SEAL)]
    if outside:
        raise _BrokenError(
            f"{MANIFEST} lists {_shown(outside[0])}, which is no name of a file inside a packet; nothing was opened."
        )
    twice = [name for name, count in Counter(name.casefold() for name in names).items() if count > 1]
    if twice:
        raise _BrokenError(f"{MANIFEST} lists {twice[0]} twice.")
    lacking = [name for name in NEEDED if name not in names]
    if lacking:
        raise _BrokenError(f"{MANIFEST} does not list {', '.join(lacking)}, which every packet holds.")
    return {entry["name"]: entry for entry in content["files"]}


def _is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("name"), str)
        and type(entry.get("bytes")) is int
        and isinstance(entry.get("sha256"), str)
        and _DIGEST.fullmatch(entry["sha256"]) is not None
    )


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a key stands twice")
    return content


def _file_faults(path: Path, entry: Mapping[str, Any]) -> Iterable[str]:
    name = entry["name"]
    if not _is_file(path):
        yield f"{name} is not a regular file; it was not opened."
        return
    size = path.stat().st_size
    if size < entry["bytes"]:
        yield f"{name} has been changed: it is {entry['bytes'] - size} bytes shorter than the manifest says."
    elif size > entry["bytes"]:
        yield f"{name} has been changed: it is {size - entry['bytes']} bytes longer than the manifest says."
    elif digest_of(path) != entry["sha256"]:
        yield f"{name} has been changed: its SHA-256 is not the one in the manifest."


def _is_file(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)


def _shown(name: str) -> str:
    """A name that cannot play tricks on a terminal."""
    return name[:200].encode("ascii", "backslashreplace").decode() if name.isprintable() else ascii(name[:200])
