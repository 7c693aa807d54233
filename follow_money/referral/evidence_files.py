"""The data files of a packet: evidence rows as CSV and JSON, and what speaks against as JSON."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from follow_money.model import EvidenceRole
from follow_money.pictures.spans import STOCKHOLM
from follow_money.registers.contract import REGISTERS

if TYPE_CHECKING:
    from follow_money.referral.extract import Extract
    from follow_money.triage.case_file import CaseFile

_FRAME: Final = (
    "hit_id", "detector", "role", "register", "record_id", "file", "line", "file_sha256", "row_sha256", "amount_ore",
    "amount_kronor", "note",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula."""


def plain(value: object) -> object:
    """A value as JSON has it: dates as ISO text, instants in Swedish time with their offset, no NaN."""
    if isinstance(value, datetime):
        return value.astimezone(STOCKHOLM).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    return value


def json_bytes(content: object) -> bytes:
    """JSON as UTF-8, indented, with a line break at the end; the same content gives the same bytes."""
    return (json.dumps(plain(content), ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def row_digest(row: Mapping[str, Any]) -> str:
    """SHA-256 of one evidence row as it is handed over: register, record id, facts. Not of the source row.

    A digest of what was left out could be guessed back to an identity number.
    """
    told = [row["register"], row["record_id"], plain(row["facts"])]
    return hashlib.sha256(
        json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def evidence_rows(part: Extract, language: str) -> list[dict[str, Any]]:
    """One dict an evidence row: the frame columns of the CSV, and ``facts``."""
    detectors = {hit["hit_id"]: hit["detector"] for hit in part.hits}
    return [
        {
            "hit_id": row["hit_id"],
            "detector": detectors[row["hit_id"]],
            "role": row["role"],
            "register": row["register"],
            "record_id": row["record_id"],
            "file": row["origin"]["file"],
            "line": row["origin"]["line"],
            "file_sha256": row["origin"]["sha256"],
            "row_sha256": row_digest(row),
            "amount_ore": row["amount_ore"],
            "amount_kronor": _decimal_kronor(row["amount_ore"]),
            "note": row[f"note_{language}"],
            "facts": row["facts"],
        }
        for row in part.evidence
    ]


def _decimal_kronor(ore: int) -> str:
    """Kronor with a decimal comma; nothing for a row that holds no amount."""
    if not ore:
        return ""
    whole, rest = divmod(abs(ore), 100)
    return f"{'-' if ore < 0 else ''}{whole},{rest:02d}"


def evidence_csv(part: Extract, language: str, headings: Mapping[str, str]) -> bytes:
    """The evidence for a spreadsheet: semicolons, UTF-8 with a byte-order mark, decimal comma, one column a contract
    column.

    A text that a spreadsheet would run as a formula gets an apostrophe in front; the JSON holds it as delivered.
    """
    rows = evidence_rows(part, language)
    held = {name for row in rows for name in row["facts"] or ()}
    known = dict.fromkeys(column.name for register in REGISTERS.values() for column in register.columns)
    columns = [name for name in known if name in held]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([headings[name] for name in _FRAME] + columns)
    for row in rows:
        facts = row["facts"] or {}
        cells = [row[name] for name in _FRAME] + [plain(facts.get(name)) for name in columns]
        writer.writerow(
            [
                _cell(value, guarded=name != "amount_kronor")
                for name, value in zip((*_FRAME, *columns), cells, strict=True)
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object, *, guarded: bool) -> str:
    if isinstance(value, str) and guarded:
        return f"'{value}" if value.startswith(_FORMULA) else value
    return "" if value is None else str(value)


def evidence_json(case: CaseFile, part: Extract, hits: Sequence[Mapping[str, Any]], language: str) -> bytes:
    """The same evidence in full, with the hits and what their detectors say of themselves."""
    used = sorted({hit["detector"] for hit in part.hits} & set(case.detectors))
    return json_bytes(
        {
            "case_id": case.case["case_id"],
            "run_id": case.run_id,
            "hits": hits,
            "evidence": [
                {**row, "note_sv": told["note_sv"], "note_en": told["note_en"]}
                for row, told in zip(evidence_rows(part, language), part.evidence, strict=True)
            ],
            "detectors": {name: _detector_text(case, name) for name in used},
            "sources": part.sources,
        }
    )


def _detector_text(case: CaseFile, name: str) -> dict[str, Any]:
    text = case.detectors[name]
    return {
        field: getattr(text, field)
        for field in ("name", "version", "title_sv", "title_en", "why_sv", "why", "not_flagged", "parameters", "source")
    }


def against_json(case: CaseFile, part: Extract) -> bytes:
    """What speaks against each hit, what is still to be ruled out, and what could not be checked.

    ``answer`` of every lawful explanation is null: a person answers it before anything is approved.
    """
    hits = [
        {
            "hit_id": hit["hit_id"],
            "detector": hit["detector"],
            "counter_evidence": hit["counter_evidence"],
            "rows_against": [
                {
                    "register": row["register"],
                    "record_id": row["record_id"],
                    "note_sv": row["note_sv"],
                    "note_en": row["note_en"],
                }
                for row in part.evidence
                if row["hit_id"] == hit["hit_id"] and row["role"] == EvidenceRole.AGAINST
            ],
            "look_alikes_not_ruled_out": [{**look, "answer": None} for look in hit["look_alikes"]],
        }
        for hit in part.hits
    ]
    return json_bytes(
        {"case_id": case.case["case_id"], "hits": hits, "not_evaluable": dict(sorted(case.not_evaluable.items()))}
    )
