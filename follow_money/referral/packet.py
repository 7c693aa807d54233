"""Refer: write what one authority needs of a case as a folder that can be checked file by file. A draft until people
approve it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from follow_money.errors import StorageError, UsageError
from follow_money.pictures.spans import STOCKHOLM
from follow_money.pictures.time_line import time_line
from follow_money.referral.amounts import amounts
from follow_money.referral.content import content
from follow_money.referral.document import document
from follow_money.referral.draft import Draft
from follow_money.referral.evidence_files import against_json, evidence_csv, evidence_json
from follow_money.referral.extract import extract
from follow_money.referral.gateways import judge_all
from follow_money.referral.manifest import MANIFEST, SEAL, manifest, seal, toolkit_version
from follow_money.referral.narrowed import narrowed
from follow_money.referral.parties import told_hits, told_parties
from follow_money.referral.texts import texts
from follow_money.referral.trail_picture import trail_picture
from follow_money.stages import stage

if TYPE_CHECKING:
    from datetime import datetime

    from follow_money.referral.authority import Authority
    from follow_money.triage.case_file import CaseFile

_PICTURE_WIDTH: Final = 660
"""Px; set on an A4 page, its smallest text is then 7 points high."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


def write_packet(
    case: CaseFile, authority: Authority, out: Path, *, language: str = "sv", created: datetime, author: str
) -> Path:
    """Write the packet of a case for an authority and return its folder, ``out/<case_id>-<authority>``.

    The folder holds ``anmalan.pdf``, ``bevis.csv``, ``bevis.json``, ``talar-emot.json``, ``tidslinje.svg``,
    ``manifest.json`` and ``manifest.sha256``, and ``penningspar.svg`` where a hit rests on a trail; it is built beside
    and renamed at the end, so that a packet is whole or not there. Only its owner may read it: it holds names.
    ``created`` (with a zone) decides which legal gateways are valid and is the only time in the packet: the same
    arguments give the same bytes.

    Raises:
        UsageError: The case has nothing for this authority, the packet is already there, ``created`` has no zone,
            ``author`` is empty or the language is not known.
        InputError: An evidence row points at a file that is not among the case's sources.
        StorageError: The packet could not be written.
    """
    name = _folder_name(case, authority)
    if created.tzinfo is None:
        raise UsageError("The time that a packet is created has no zone. Give one, for example 2026-01-31T09:00+01:00.")
    if not author.strip():
        raise UsageError("A packet needs an author: the person or unit that the authority can ask.")
    files = packet_files(case, authority, language=language, created=created, author=author)
    target = out / name
    if target.exists() or target.is_symlink():
        raise UsageError(
            f"The packet {name} is already in that folder. "
            "Move it away, or choose another folder; a packet is never overwritten."
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_whole(files, target)
    except OSError as error:
        raise StorageError(
            f"The packet {name} could not be written: {error.strerror or error}. Nothing was left behind."
        ) from error
    return target


def packet_files(
    case: CaseFile, authority: Authority, *, language: str, created: datetime, author: str
) -> dict[str, bytes]:
    """The files of a packet by name, manifest and seal included; nothing is written."""
    words = texts(language)
    part = extract(case, authority)
    parties = told_parties(case, part, authority)
    picture = time_line(narrowed(case, part), language=language, width=_PICTURE_WIDTH, days=5, hits=4)
    trail = trail_picture(case, part, parties, words, language=language, width=_PICTURE_WIDTH)
    draft = Draft(
        case=case,
        part=part,
        recipient=authority,
        verdicts=judge_all(authority.gateways, created.astimezone(STOCKHOLM).date()),
        parties=parties,
        amounts=amounts(part.hits, part.evidence),
        picture=picture,
        trail=trail,
        language=language,
        texts=words,
        created=created,
        author=author.strip(),
        version=toolkit_version(),
    )
    files = {
        "anmalan.pdf": document(content(draft), created),
        "bevis.csv": evidence_csv(part, language, words["csv"]),
        "bevis.json": evidence_json(case, part, told_hits(part, parties), language),
        "talar-emot.json": against_json(case, part),
        "tidslinje.svg": picture.svg.encode(),
    }
    if trail is not None:
        files["penningspar.svg"] = trail.picture.svg.encode()
    listed = manifest(draft, files)
    return {**files, MANIFEST: listed, SEAL: seal(listed)}


def _folder_name(case: CaseFile, authority: Authority) -> str:
    case_id = str(case.case["case_id"])
    if not _ID.fullmatch(case_id):
        raise UsageError(
            "A case id holds something other than letters, digits, '-' and '_'; it cannot be the name of a folder."
        )
    return f"{case_id}-{authority.code}"


def _write_whole(files: dict[str, bytes], target: Path) -> None:
    # Built beside its place and renamed: whole or not there, and what a killed one leaves behind is cleared by the next.
    def fill(building: Path) -> None:
        for name, content_ in files.items():
            path = building / name
            path.write_bytes(content_)
            path.chmod(0o600)

    stage(target, fill)
