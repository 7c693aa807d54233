"""Matching across workspaces: who of a case another workspace knows too, without either side showing a number.

Handing tokens over, and matching those that came, are disclosures: each names a legal gateway that opens secrecy on that day, and is
written to the audit log before anything is written or told.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.entities.identity_numbers import PERSON_KINDS
from follow_money.errors import InputError, UsageError
from follow_money.referral.gateways import Gateway, gateways, judge
from follow_money.run import Run
from follow_money.stages import ONLY_OWNER, append_line, write_text
from follow_money.workspace.matching_keys import MatchingKey, read_keys, tokens
from follow_money.workspace.workspace import Workspace

_COLUMNS: Final = ("key_id", "token", "entity_id")
_WITH_CENTURY: Final = 12
_TEN: Final = 10

_WHY_NOT: Final = {
    "gateway_opens_nothing": "it opens no secrecy",
    "gateway_date_unconfirmed": "the day that it holds from is not confirmed",
    "gateway_content_unconfirmed": "what it says is not confirmed",
    "gateway_not_yet": "it is not in force yet",
    "gateway_repealed": "it has been repealed",
}


@dataclass(frozen=True, kw_only=True)
class Handed:
    """Tokens that were written: how many entities have one, and how many have no whole valid number to make one of."""

    path: Path
    tokens: int
    without_number: int


def hand_over(
    workspace: Workspace,
    cases: Collection[str],
    *,
    key_file: Path,
    gateway: str,
    to: str,
    reason: str,
    on: date | None = None,
) -> Handed:
    """Write the tokens of the parties of some cases of the latest run, for another workspace to match.

    Args:
        workspace: Where.
        cases: Ids or ranks; parties of other cases are not handed over.
        key_file: The shared key; its newest is used.
        gateway: Id of the legal gateway, ``G03``.
        to: Who receives them.
        reason: Why they need them; kept in the restricted folder.
        on: The day; today when not given.

    Raises:
        UsageError: No case, no reason, a gateway that does not hold, or a key file that cannot be used.
    """
    held = _open_gateway(gateway, on)
    if not cases:
        raise UsageError("Name the cases whose parties are to be matched: tokens of everybody are not made.")
    key = read_keys(key_file)[-1]
    run = workspace.run()
    wanted = {entity for case in cases for entity in _parties(run, run.case_id(case))}
    told = _tokens(run, key, wanted, synthetic=workspace.is_synthetic)
    day = datetime.now(UTC)
    path = workspace.folder / "packets" / f"matching-{day:%Y%m%dT%H%M%S%f}.csv"
    _noted(workspace, "hand_over", held, key, party=to, reason=reason, count=len(told))
    lines = io.StringIO()
    rows = csv.writer(lines, delimiter=";", lineterminator="\n")
    rows.writerow(_COLUMNS)
    rows.writerows((key.key_id, row["token"], row["entity_id"]) for row in told.to_pylist())
    path.parent.mkdir(exist_ok=True)
    write_text(path, lines.getvalue(), mode=ONLY_OWNER)
    return Handed(path=path, tokens=len(told), without_number=len(wanted) - len(told))


def match(
    workspace: Workspace,
    received: Path,
    *,
    key_file: Path,
    gateway: str,
    sender: str,
    reason: str,
    on: date | None = None,
) -> pa.Table:
    """Which entities of the latest run have a token that another workspace handed over: ``entity_id, their_id``.

    Raises:
        UsageError: No reason, a gateway that does not hold, or a key file that cannot be used or lacks the tokens' key.
        InputError: The file is no list of tokens.
    """
    held = _open_gateway(gateway, on)
    keys = {key.key_id: key for key in read_keys(key_file)}
    theirs = _read(received)
    wanting = sorted(set(theirs["key_id"].to_pylist()) - set(keys))
    if wanting:
        raise UsageError(
            f"The key file {key_file} has no key {', '.join(wanting)}: the tokens were made with another one. Exchange keys, or ask for new tokens."
        )
    run = workspace.run()
    found = []
    for key_id in sorted(set(theirs["key_id"].to_pylist())):
        _noted(workspace, "match", held, keys[key_id], party=sender, reason=reason, count=len(theirs))
        ours = _tokens(run, keys[key_id], None, synthetic=workspace.is_synthetic)
        of_key = theirs.filter(pc.equal(theirs["key_id"], key_id))
        place = pc.index_in(of_key["token"], value_set=ours["token"].combine_chunks())
        both = pa.table({"entity_id": ours["entity_id"].take(place), "their_id": of_key["entity_id"]})
        found.append(both.filter(pc.is_valid(both["entity_id"])))
    empty = pa.schema([("entity_id", pa.string()), ("their_id", pa.string())]).empty_table()
    return pa.concat_tables([empty, *found]).sort_by([("entity_id", "ascending"), ("their_id", "ascending")])


def _open_gateway(name: str, on: date | None) -> Gateway:
    if name not in gateways():
        raise UsageError(f"There is no legal gateway '{name}'. There are: {', '.join(sorted(gateways()))}.")
    verdict = judge(gateways()[name], on or datetime.now(UTC).date())
    if not verdict.is_valid:
        raise UsageError(
            f"The gateway {name} ({verdict.gateway.law}) cannot be used: {_WHY_NOT[verdict.reason]}. A lawyer says which one holds."
        )
    return verdict.gateway


def _parties(run: Run, case_id: str) -> set[str]:
    hits = run.case_hits(case_id)
    told = {party["entity_id"] for parties in hits["parties"].to_pylist() for party in parties}
    told |= set(hits["subject_id"].to_pylist()) | set(hits["organisation_id"].to_pylist())
    return {entity for entity in told if entity is not None and entity[:2] in {"P-", "O-"}}


def _tokens(run: Run, key: MatchingKey, wanted: Collection[str] | None, *, synthetic: bool) -> pa.Table:
    """``entity_id, token`` of the entities that have a whole valid number, sorted by token so that their order tells nothing."""
    columns = ["entity_id", "kind", "number", "number_kind"]
    told = pq.read_table(run.entities / "entities.parquet", columns=columns)
    is_person = pc.is_in(told["number_kind"], value_set=pa.array([kind.value for kind in PERSON_KINDS]))
    length = pc.utf8_length(told["number"])
    whole = pc.and_kleene(
        pc.not_equal(told["kind"], "account"),
        pc.if_else(is_person, pc.equal(length, _WITH_CENTURY), pc.greater_equal(length, _TEN)),
    )
    if wanted is not None:
        whole = pc.and_kleene(whole, pc.is_in(told["entity_id"], value_set=pa.array(sorted(wanted), pa.string())))
    told = told.append_column("is_person", is_person).filter(whole)
    kinds = ["person" if person else "organisation" for person in told["is_person"].to_pylist()]
    numbers = [
        number if kind == "person" else number[-_TEN:]
        for kind, number in zip(kinds, told["number"].to_pylist(), strict=True)
    ]
    table = pa.table({"entity_id": told["entity_id"], "token": tokens(key, kinds, numbers, synthetic=synthetic)})
    return table.sort_by([("token", "ascending"), ("entity_id", "ascending")])


def _read(path: Path) -> pa.Table:
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), delimiter=";"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The file {path} cannot be read as a list of tokens.") from error
    if not rows or tuple(rows[0]) != _COLUMNS or any(len(row) != len(_COLUMNS) for row in rows):
        raise InputError(f"The file {path} is no list of tokens: its columns must be {', '.join(_COLUMNS)}.")
    columns = zip(*rows[1:], strict=True) if len(rows) > 1 else ((), (), ())
    return pa.table({name: pa.array(list(column), pa.string()) for name, column in zip(_COLUMNS, columns, strict=True)})


def _noted(
    workspace: Workspace, event: str, gateway: Gateway, key: MatchingKey, *, party: str, reason: str, count: int
) -> None:
    """Into the audit log without the reason, which may hold a name; that stays in the restricted folder."""
    if not reason.strip() or not party.strip():
        raise UsageError("Matching needs who the other side is and why: give both.")
    workspace.note(event, gateway=gateway.id, gateway_version=gateway.version, key_id=key.key_id, tokens=count)
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "event": event,
        "party": party,
        "reason": reason.strip(),
    }
    append_line(workspace.restricted / "matching.jsonl", json.dumps(line, ensure_ascii=False, sort_keys=True))
