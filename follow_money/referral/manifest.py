"""The manifest of a packet: every file with its size and SHA-256, and what the packet is, for whom, on what ground."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final

from follow_money.pictures.spans import STOCKHOLM
from follow_money.referral.evidence_files import json_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from follow_money.referral.draft import Draft

MANIFEST: Final = "manifest.json"
SEAL: Final = "manifest.sha256"
"""The manifest's own digest, in the form that `sha256sum --check` reads."""

PACKET_VERSION: Final = 1
NEEDED: Final = ("anmalan.pdf", "bevis.csv", "bevis.json", "talar-emot.json", "tidslinje.svg")
"""Files that every packet of this version holds beside the manifest and its seal."""

STATUS: Final = {"en": "draft, not approved", "sv": "utkast, ej godkänt"}

_BY_HAND: Final = (
    "necessity_text",
    "balancing_text",
    "secrecy_source_chapter",
    "gateway_confirmed_by",
    "approvers",
    "sent_at",
    "receipt",
)
"""What people fill in before anything is sent; null in a draft."""


def toolkit_version() -> str:
    """The installed version of this toolkit; 0 when it runs from a source folder that was never installed."""
    try:
        return version("follow_money")
    except PackageNotFoundError:
        return "0"


def manifest(draft: Draft, files: Mapping[str, bytes]) -> bytes:
    """The manifest of these files as JSON."""
    chosen = next((verdict.gateway for verdict in draft.verdicts if verdict.is_valid), None)
    case = draft.case
    return json_bytes(
        {
            "packet_version": PACKET_VERSION,
            "status": STATUS["en"],
            "status_sv": STATUS["sv"],
            "is_draft": True,
            "is_synthetic": case.is_synthetic,
            "case_id": case.case["case_id"],
            "recipient": {"code": draft.recipient.code, "name": draft.recipient.name_sv},
            "gateway": None if chosen is None else {"id": chosen.id, "version": chosen.version, "law": chosen.law},
            "gateways_considered": [
                {
                    "id": one.gateway.id,
                    "version": one.gateway.version,
                    "is_valid": one.is_valid,
                    "reason": _reason(draft, one.reason),
                }
                for one in draft.verdicts
            ],
            "why_no_gateway": None if chosen is not None else draft.texts["gateway"]["none"],
            "by_hand": dict.fromkeys(_BY_HAND),
            "author": draft.author,
            "created": draft.created.astimezone(STOCKHOLM),
            "language": draft.language,
            "run_id": case.run_id,
            "toolkit_version": draft.version,
            "hits": [hit["hit_id"] for hit in draft.part.hits],
            "evidence_rows": len(draft.part.evidence),
            "amount_ore": dict(zip(("low", "likely", "high"), draft.amounts.total, strict=True)),
            "data_minimised_fields": list(draft.part.minimised),
            "left_out": dict(draft.part.left_out),
            "files": [
                {"name": name, "bytes": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest()}
                for name in sorted(files)
            ],
        }
    )


def seal(manifest_bytes: bytes) -> bytes:
    """The line that `manifest.sha256` holds."""
    return f"{hashlib.sha256(manifest_bytes).hexdigest()}  {MANIFEST}\n".encode()


def digest_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(draft: Draft, reason: str) -> str | None:
    return str(draft.texts["gateway"][reason]) if reason else None
