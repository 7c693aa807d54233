from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.referral import find_authority, verify_packet
from follow_money.referral.manifest import seal
from follow_money.referral.packet import packet_files
from tests.referral.letter_case import CREATED, letter_case

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = packet_files(letter_case(), find_authority("forsakringskassan"), language="sv", created=CREATED, author="X")


@pytest.fixture
def packet(tmp_path: Path) -> Path:
    folder = tmp_path / "packet"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


def only_fault(folder: Path) -> str:
    faults = verify_packet(folder).faults
    assert len(faults) == 1, faults
    return faults[0]


def reseal(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the manifest and write a new seal, as somebody who knows how would."""
    told = json.loads((folder / "manifest.json").read_bytes())
    change(told)
    content = json.dumps(told).encode()
    (folder / "manifest.json").write_bytes(content)
    (folder / "manifest.sha256").write_bytes(seal(content))


def test_untouched_packet_is_whole(packet: Path) -> None:
    assert verify_packet(packet).is_whole


def test_moved_packet_is_whole(packet: Path) -> None:
    assert verify_packet(packet.rename(packet.parent / "elsewhere")).is_whole


@pytest.mark.parametrize("name", ["anmalan.pdf", "bevis.csv", "bevis.json", "talar-emot.json", "tidslinje.svg"])
def test_one_changed_byte_is_found(packet: Path, name: str) -> None:
    content = bytearray(FILES[name])
    content[len(content) // 2] ^= 1
    (packet / name).write_bytes(content)
    assert only_fault(packet) == f"{name} has been changed: its SHA-256 is not the one in the manifest."


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_file_of_the_packet_is_covered(packet: Path, name: str) -> None:
    content = bytearray(FILES[name])
    content[0] ^= 1
    (packet / name).write_bytes(content)
    assert not verify_packet(packet).is_whole


def test_truncated_document_is_found(packet: Path) -> None:
    (packet / "anmalan.pdf").write_bytes(FILES["anmalan.pdf"][:-100])
    assert only_fault(packet) == "anmalan.pdf has been changed: it is 100 bytes shorter than the manifest says."


def test_longer_file_is_found(packet: Path) -> None:
    (packet / "bevis.csv").write_bytes(FILES["bevis.csv"] + b"\r\n")
    assert only_fault(packet) == "bevis.csv has been changed: it is 2 bytes longer than the manifest says."


def test_missing_file_is_found(packet: Path) -> None:
    (packet / "talar-emot.json").unlink()
    assert only_fault(packet) == "talar-emot.json is missing."


def test_extra_file_and_extra_folder_are_found(packet: Path) -> None:
    (packet / "mer.txt").write_text("x")
    (packet / ".hidden").mkdir()
    assert verify_packet(packet).faults == (
        ".hidden is a folder that the manifest does not list.",
        "mer.txt is a file that the manifest does not list.",
    )


def test_renamed_file_is_told_as_renamed(packet: Path) -> None:
    (packet / "bevis.csv").rename(packet / "bevis-2.csv")
    assert only_fault(packet) == "bevis.csv has been renamed to bevis-2.csv."


def test_swapped_files_are_found(packet: Path) -> None:
    (packet / "bevis.csv").write_bytes(FILES["bevis.json"])
    (packet / "bevis.json").write_bytes(FILES["bevis.csv"])
    assert len(verify_packet(packet).faults) == 2


def test_missing_manifest_is_told(packet: Path) -> None:
    (packet / "manifest.json").unlink()
    assert "manifest.json is missing" in only_fault(packet)


@pytest.mark.parametrize(
    "content", [b"", b"{", FILES["manifest.json"][:500], b"\xff\xfe", b"[" * 100_000, b'{"files": [], "files": []}']
)
def test_broken_manifest_is_told(packet: Path, content: bytes) -> None:
    (packet / "manifest.json").write_bytes(content)
    (packet / "manifest.sha256").write_bytes(seal(content))
    assert only_fault(packet) == "manifest.json is not readable JSON: it is cut off or broken."


@pytest.mark.parametrize("content", [b"[]", b"null", b'{"files": {}}', b'"files"'])
def test_manifest_without_files_is_told(packet: Path, content: bytes) -> None:
    (packet / "manifest.json").write_bytes(content)
    (packet / "manifest.sha256").write_bytes(seal(content))
    assert only_fault(packet) == "manifest.json does not list any files."


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"name": "a"},
        {"name": 1, "bytes": 1, "sha256": "0" * 64},
        {"name": "a", "bytes": True, "sha256": "0" * 64},
        {"name": "a", "bytes": 1, "sha256": "x"},
        None,
    ],
)
def test_manifest_with_a_broken_entry_is_told(packet: Path, entry: object) -> None:
    reseal(packet, lambda told: told["files"].append(entry))
    assert only_fault(packet) == "manifest.json has a file without name, size and SHA-256."


def test_changed_manifest_is_found_by_its_seal(packet: Path) -> None:
    told = FILES["manifest.json"].replace(b"draft, not approved", b"approved")
    (packet / "manifest.json").write_bytes(told)
    assert only_fault(packet) == "manifest.json has been changed: its SHA-256 is not the one in manifest.sha256."


def test_missing_and_broken_seal_are_found(packet: Path) -> None:
    (packet / "manifest.sha256").write_bytes(b"not a seal\n")
    assert "is not a seal" in only_fault(packet)
    (packet / "manifest.sha256").unlink()
    assert "manifest.sha256 is missing" in only_fault(packet)


def test_a_file_taken_out_of_a_resealed_manifest_is_found(packet: Path) -> None:
    (packet / "talar-emot.json").unlink()
    reseal(packet, lambda told: told["files"].pop(3))
    assert only_fault(packet) == "manifest.json does not list talar-emot.json, which every packet holds."


@pytest.mark.parametrize(
    "name",
    ["../outside.txt", "/etc/hostname", "a/b", "..", "a\\b", "C:x", "", ".hidden", "manifest.json", "a\x00b", "a\nb"],
)
def test_names_that_lead_out_are_not_opened(packet: Path, name: str) -> None:
    (packet.parent / "outside.txt").write_text("x")
    entry = {"name": name, "bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
    reseal(packet, lambda told: told["files"].append(entry))
    assert "no name of a file inside a packet; nothing was opened" in only_fault(packet)


def test_file_listed_twice_is_told(packet: Path) -> None:
    reseal(packet, lambda told: told["files"].append({**told["files"][0], "name": "ANMALAN.pdf"}))
    assert only_fault(packet) == "manifest.json lists anmalan.pdf twice."


def test_symbolic_link_is_a_fault_even_to_the_same_bytes(packet: Path) -> None:
    (packet / "bevis.csv").rename(packet.parent / "bevis.csv")
    (packet / "bevis.csv").symlink_to(packet.parent / "bevis.csv")
    assert only_fault(packet) == "bevis.csv is not a regular file; it was not opened."


def test_extra_symbolic_link_is_a_fault(packet: Path) -> None:
    (packet / "link").symlink_to("/etc/hostname")
    assert only_fault(packet) == "link is a symbolic link that the manifest does not list."


def test_pipe_is_not_waited_for(packet: Path) -> None:
    (packet / "bevis.csv").unlink()
    os.mkfifo(packet / "bevis.csv")
    os.mkfifo(packet / "more")
    assert verify_packet(packet).faults[0] == "bevis.csv is not a regular file; it was not opened."


def test_linked_manifest_is_not_opened(packet: Path) -> None:
    (packet / "manifest.json").rename(packet.parent / "manifest.json")
    (packet / "manifest.json").symlink_to(packet.parent / "manifest.json")
    assert only_fault(packet) == "manifest.json is not a regular file; it was not opened."


def test_what_is_no_folder_is_told(packet: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(packet)
    for path in (packet / "anmalan.pdf", tmp_path / "nowhere", tmp_path / "link"):
        assert "is not a packet folder" in only_fault(path)


def test_names_on_a_terminal_play_no_tricks(packet: Path) -> None:
    (packet / "\x1b[2Jå\u202etxt").write_text("x")
    assert only_fault(packet).isascii()


def test_other_packet_version_is_told(packet: Path) -> None:
    reseal(packet, lambda told: told.update(packet_version=2))
    assert "another packet version" in only_fault(packet)
