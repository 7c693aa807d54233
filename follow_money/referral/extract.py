"""What one authority needs and may receive of a case, and a count of everything that was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from follow_money.detectors.catalogue import catalogue
from follow_money.errors import InputError, UsageError
from follow_money.model import EvidenceRole
from follow_money.pictures.order import hit_order
from follow_money.registers.contract import REGISTERS

if TYPE_CHECKING:
    import pyarrow as pa

    from follow_money.referral.authority import Allowed, Authority
    from follow_money.triage.case_file import CaseFile

Row = Mapping[str, Any]

_SOURCE: Final = (
    "file_key", "file_name", "sha256", "register", "payer", "legal_basis", "lines", "loaded_lines", "quarantined_lines",
    "withheld_lines",
)  # fmt: skip
"""What a recipient is told of a source file."""

LEFT_OUT: Final = (
    "hits_of_other_authorities",
    "evidence_rows_of_other_hits",
    "rows_of_registers_not_allowed",
    "rows_of_other_programmes",
    "rows_cut_to_what_contradicts",
    "withheld_rows",
    "source_files_not_used",
)
"""What can be left out of a packet, each with its count."""


@dataclass(frozen=True, kw_only=True)
class Extract:
    """The part of a case that goes to one authority.

    ``hits``: rows of `model.HITS`, contradictions first, then by likely amount. ``evidence``: rows of
    `model.EVIDENCE` with ``origin`` (file, line, sha256) and ``facts`` (contract columns that may be handed over,
    None where the source row is empty). ``minimised``: ``register.column`` that held something and was left out.
    ``left_out``: counts by reason.
    """

    hits: tuple[Row, ...]
    evidence: tuple[Row, ...]
    sources: tuple[Row, ...]
    minimised: tuple[str, ...]
    left_out: Mapping[str, int]


def extract(case: CaseFile, recipient: Authority) -> Extract:
    """Narrow a case to one authority.

    Hits of other programmes or payers stay out; a hit that states neither (salary flowing back) follows its
    organisation where all its other hits are the authority's; a hit whose detector names who alone may be told goes to
    them, and to nobody else. Rows of registers that the authority's list lacks stay
    out. A row of another programme is cut to what shows the contradiction, or stays out. A withheld row (protected
    identity) loses everything that identifies. Raises UsageError when nothing of the case concerns the authority,
    InputError when a row's file is not among the sources.
    """
    every = case.hits.to_pylist()
    hits = sorted(_own_hits(every, recipient), key=hit_order)
    if not hits:
        about = ", ".join(sorted({hit["programme"] or "no programme" for hit in every})) or "nothing"
        raise UsageError(
            f"Case {case.case['case_id']} holds nothing that concerns {recipient.name_sv}: its hits are about {about}. "
            "No packet was written. Choose the authority that decides on these payments."
        )
    left_out: Counter[str] = Counter({"hits_of_other_authorities": len(every) - len(hits)})
    minimised: set[str] = set()
    place = {hit["hit_id"]: order for order, hit in enumerate(hits)}
    facts = _Facts(case, recipient)
    kept = []
    for row in case.evidence.to_pylist():
        if row["hit_id"] not in place:
            left_out["evidence_rows_of_other_hits"] += 1
            continue
        allowed = recipient.registers.get(row["register"])
        source = facts.of(row)
        own = facts.is_own(row["register"], source)
        if allowed is None or not (own or allowed.other_programmes):
            left_out["rows_of_registers_not_allowed" if allowed is None else "rows_of_other_programmes"] += 1
            continue
        left_out["rows_cut_to_what_contradicts"] += not own
        left_out["withheld_rows"] += bool(source and source["is_withheld"])
        told, cut = _allowed_facts(row["register"], source, allowed, is_own=own)
        minimised |= cut
        kept.append({**row, "amount_ore": row["amount_ore"] if own else 0, "origin": facts.origin(row), "facts": told})
    order = {role: number for number, role in enumerate(EvidenceRole)}
    kept.sort(key=lambda row: (place[row["hit_id"]], order[row["role"]], row["register"], *_record(row["record_id"])))
    used = {_record(row["record_id"])[0] for row in kept}
    sources = tuple(source for source in facts.sources if source["file_key"] in used)
    left_out["source_files_not_used"] = len(facts.sources) - len(sources)
    return Extract(
        hits=tuple(hits),
        evidence=tuple(kept),
        sources=sources,
        minimised=tuple(sorted(minimised)),
        left_out={reason: left_out[reason] for reason in LEFT_OUT if left_out[reason]},
    )


def _own_hits(hits: Sequence[Row], recipient: Authority) -> list[Row]:
    """The hits that concern the authority.

    Money that is paid out of one firm's account is not marked by programme: only where every stated hit on the firm is
    this authority's does a hit without programme and payer go with them. What is for certain authorities alone is
    theirs whatever its programme, and never goes with other hits.
    """
    alone = [hit for hit in hits if recipient.code in _told_alone(hit)]
    hits = [hit for hit in hits if not _told_alone(hit)]
    stated = [hit for hit in hits if hit["programme"] is not None or hit["payer"] is not None]
    own = [hit for hit in stated if recipient.concerns(hit["programme"], hit["payer"])]
    shared = {hit["organisation_id"] for hit in stated if not recipient.concerns(hit["programme"], hit["payer"])}
    followed = {hit["organisation_id"] for hit in own if hit["organisation_id"]} - shared
    silent = [hit for hit in hits if hit["programme"] is None and hit["payer"] is None]
    return alone + own + [hit for hit in silent if hit["organisation_id"] in followed]


def _told_alone(hit: Row) -> tuple[str, ...]:
    """The authorities that alone may be told of a hit; none where any may."""
    detector = catalogue().get(hit["detector"])
    return detector.recipients if detector else ()


class _Facts:
    """Source rows of a case by register and record."""

    def __init__(self, case: CaseFile, recipient: Authority) -> None:
        self._rows = {name: {row["record_id"]: row for row in table.to_pylist()} for name, table in case.rows.items()}
        self._recipient = recipient
        self.sources = _sorted_sources(case.sources)
        self._files = {source["file_key"]: source for source in self.sources}

    def of(self, row: Row) -> Row | None:
        return self._rows.get(row["register"], {}).get(row["record_id"])

    def is_own(self, register: str, source: Row | None) -> bool:
        """Whether a source row belongs to the authority: its programme or payer is, or it states neither."""
        columns = {column.name for column in REGISTERS[register].columns} if register in REGISTERS else set()
        programme = source.get("programme") if source and "programme" in columns else None
        payer = source.get("payer") if source and register != "payments" and "payer" in columns else None
        if programme is None:
            return payer in (None, "*") or payer in self._recipient.payers
        return self._recipient.concerns(programme, payer)

    def origin(self, row: Row) -> Row:
        key, line = _record(row["record_id"])
        source = self._files.get(key)
        if source is None:
            raise InputError(
                f"Evidence row {row['record_id']} points at a file that this run did not read. "
                "Screen the folder again, then write the packet."
            )
        return {"file": source["file_name"], "line": line, "sha256": source["sha256"]}


def _allowed_facts(
    register: str, source: Row | None, allowed: Allowed, *, is_own: bool
) -> tuple[dict[str, Any] | None, set[str]]:
    if source is None:
        return None, set()
    columns = allowed.columns if is_own else allowed.other_programmes
    restricted = (
        {column.name for column in REGISTERS[register].columns if column.restricted} if source["is_withheld"] else set()
    )
    told = {name: None if name in restricted else source.get(name) for name in columns}
    held = {name for name, value in source.items() if value is not None} - {"record_id", "is_withheld"}
    return told, {f"{register}.{name}" for name in held if told.get(name) is None}


def _record(record_id: str) -> tuple[str, int]:
    key, _, line = record_id.partition(":")
    return key, int(line)


def _sorted_sources(sources: pa.Table) -> Sequence[Row]:
    return sorted(
        sources.select(_SOURCE).to_pylist(),
        key=lambda source: (source["register"], source["file_name"], source["file_key"]),
    )
