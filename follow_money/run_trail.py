"""A trail of a run: what was asked for by case, hit, party, payment, claim or decision, followed; with its ends, its rows and its pictures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money.engine import Engine
from follow_money.errors import UsageError
from follow_money.graph.flows.came_to import CameTo, came_to
from follow_money.graph.flows.flow_facts import FlowFacts
from follow_money.graph.flows.follow import follow, references_known, source_months
from follow_money.graph.flows.payments_in import unknown_parties
from follow_money.graph.flows.trace import exits_beside, order_sensitivity, parties_beside
from follow_money.graph.flows.trail import Trail
from follow_money.graph.flows.trail_ends import trail_ends
from follow_money.graph.flows.trail_groups import ends_by_group, largest_groups, outer_bound, source_decisions
from follow_money.graph.flows.trail_rows import trail_rows
from follow_money.graph.flows.transfer_flows import SAME_ID, SET_ASIDE_FILE
from follow_money.pictures.trail_sankey import trail_sankey
from follow_money.pictures.trail_time_line import trail_time_line
from follow_money.triage.hit_trails import hit_trails

if TYPE_CHECKING:
    from follow_money.pictures.picture import Picture
    from follow_money.run import Run

_RECORD: Final = re.compile(r"[0-9a-f]{12}:\d+")
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_ENTITY: Final = ("P-", "O-", "A-")


@dataclass(frozen=True, kw_only=True)
class RunTrail:
    """One trail of a run.

    Attributes:
        run: The run.
        trail: The trail under every bounding convention.
        facts: What registers tell of the payments.
        asked: What was asked for, as it was written.
        asked_to: Parties of whom it was asked what of it came to them (backward: from them).
    """

    run: Run = field(repr=False)
    trail: Trail = field(repr=False)
    facts: FlowFacts = field(repr=False)
    asked: tuple[str, ...]
    asked_to: tuple[str, ...] = ()

    @cached_property
    def came_to(self) -> CameTo | None:
        """What of it came to the parties that were asked for; None where none were. Raises UsageError."""
        return came_to(self.trail, self.asked_to) if self.asked_to else None

    @cached_property
    def ends(self) -> pa.Table:
        """Where the money ended, class by class; see `trail_ends`."""
        return trail_ends(self.trail)

    @cached_property
    def rows(self) -> pa.Table:
        """The payments that it passed, in the schema ``TRAIL_ROWS``."""
        return trail_rows(self.trail, self.facts)

    @cached_property
    def source_months(self) -> list[str]:
        """The Swedish month of each source."""
        return source_months(self.trail)

    @cached_property
    def source_decisions(self) -> list[str]:
        """The decision that each source rests on; see `graph.flows.trail_groups`."""
        with Engine(threads=1, memory_gb=4) as engine:
            self.run.graph.attach(engine)
            return source_decisions(engine, self.trail)

    @cached_property
    def by_month(self) -> pa.Table:
        """Which month's sources reached which end: ``month`` and the columns of `ends_by_group`."""
        return ends_by_group(self.trail, self.source_months, name="month")

    @cached_property
    def by_decision(self) -> pa.Table:
        """Which decision's sources reached which end: ``decision`` and the columns of `ends_by_group`; beyond ``MOST_GROUPS`` decisions together."""
        return ends_by_group(self.trail, largest_groups(self.trail, self.source_decisions), name="decision")

    @cached_property
    def outer_bound(self) -> dict[int, int]:
        """What can have reached each end at the very most; see `graph.flows.trail_groups`."""
        return outer_bound(self.trail)

    @cached_property
    def _other_order(self) -> Trail:
        return order_sensitivity(self.trail)

    @cached_property
    def moved_by_order(self) -> tuple[int, int]:
        """By how many öre an end's bound moves at most when parties pay before they receive within one instant, and which end (exit class) that is."""
        both = exits_beside(self.trail, self._other_order).to_pylist()
        moved = {
            row["exit_class"]: max(abs(row[f"{end}_ore"] - row[f"other_{end}_ore"]) for end in ("low", "high"))
            for row in both
        }
        most = max(moved, key=lambda end: (moved[end], -end))
        return moved[most], most

    @cached_property
    def moved_between_parties(self) -> tuple[int, str]:
        """By how many öre the bound of what came to a party (backward: from it) moves at most in that order, and which party that is."""
        both = parties_beside(self.trail, self._other_order).to_pylist()
        moved = {
            row["node_id"]: max(abs(row[f"{end}_ore"] - row[f"other_{end}_ore"]) for end in ("low", "high"))
            for row in both
        }
        most = min(moved, key=lambda party: (-moved[party], party))
        return moved[most], most

    @cached_property
    def set_aside(self) -> dict[str, int]:
        """Payments of the run that cannot be followed, by reason, most first."""
        told = pq.read_table(self.run.graph.flows_folder / SET_ASIDE_FILE, columns=["reason"])["reason"].to_pylist()
        return dict(sorted(Counter(told).items(), key=lambda each: (-each[1], each[0])))

    @cached_property
    def same_id(self) -> int:
        """Payments of the run that share their id with another one that says something else. Each is followed for itself."""
        told = pq.read_schema(self.run.graph.flows_folder / SET_ASIDE_FILE).metadata or {}
        return int(told.get(SAME_ID.encode(), 0))

    @cached_property
    def unknown(self) -> tuple[int, int]:
        """Payments of the run that nobody tells the payer of, and the payee of: money is followed to nobody, and not on."""
        return unknown_parties(self.trail.store)

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of the organisations that the money passed, from the restricted folder. Persons are told by their ids alone."""
        parties = pa.concat_arrays([self.rows[end].combine_chunks() for end in ("payer_id", "payee_id")])
        told = self.run.names(pc.unique(parties))
        return {entity_id: named.name for entity_id, named in told.items() if named.kind == "organisation"}

    def sankey(self, *, language: str = "sv", with_names: bool = True, width: int = 900) -> Picture:
        """From payers by way of those who passed the money on to where it ended; see `pictures.trail_sankey`."""
        return trail_sankey(self.trail, labels=self.names if with_names else None, language=language, width=width)

    def time_line(self, *, language: str = "sv", with_names: bool = True, width: int = 900) -> Picture:
        """The payments in time, and how long the money rested with whom; see `pictures.trail_time_line`."""
        return trail_time_line(self.trail, labels=self.names if with_names else None, language=language, width=width)


def run_trail(
    run: Run,
    what: Sequence[str],
    *,
    paid_by: Collection[str] = (),
    months: Collection[str] = (),
    backward: bool = False,
    is_payer: bool = False,
    to: Sequence[str] = (),
) -> RunTrail:
    """Follow what was asked for.

    A payment that is told twice under one payment id is followed once. Two banks' statements with ids of their own show nothing of the kind: what passed
    between their customers is then followed twice; see `graph.transfers`.

    Args:
        run: A finished run.
        what: Entities, cases (id or rank), hits, payments (record ids; of a copy, what it tells again), claims or decisions. An entity stands for the public
            payments to it (backward: for all payments to it), a case for its organisations, a hit for the payments of its evidence.
        paid_by: Only what these entities paid, public or not.
        months: Only these Swedish months, ``2024-03``.
        backward: Where the money came from, instead of where it went.
        is_payer: All that the entities paid, whatever it is, instead of what was paid to them.
        to: Entities of whom to tell what of it came to them; backward, from them.

    Raises:
        UsageError: There is nothing of that name, no payments were delivered, none fits, or what came to ``to`` cannot be told.
    """
    for month in months:
        if not _MONTH.fullmatch(month):
            raise UsageError(f"'{month}' is no month. Write it as 2024-03.")
    if is_payer and (paid_by or not all(text.startswith(_ENTITY) for text in what)):
        raise UsageError(
            "--paid follows all that an entity paid, so it goes with entity ids and without --from. Leave one of them out."
        )
    facts = run.flow_facts
    if any(text.startswith("H-") for text in what):
        if len(what) > 1 or paid_by or months or backward or is_payer:
            raise UsageError(
                "A hit's own trail is told alone and as it was found: ask for one hit, without --from, --month, --backward and --paid."
            )
        trail = _of_hit(run, what[0])
        if strangers := [party for party in to if trail.store.numbers([party])[0] < 0]:
            raise UsageError(
                f"'{strangers[0]}' neither pays nor is paid in the payments that the hit '{what[0]}' rests on. Leave --to out, or ask for its organisation."
            )
        return _answered(
            RunTrail(run=run, trail=trail, facts=facts.of_part(trail.store), asked=tuple(what), asked_to=tuple(to))
        )
    for party in to:
        facts.store.node(party)
    with Engine(threads=1, memory_gb=4) as engine:
        run.graph.attach(engine)
        parties, payments, references = _sorted(run, engine, what)
        trail = follow(
            engine,
            facts.store,
            paid_to=() if is_payer else parties,
            paid_by=parties if is_payer else paid_by,
            payment_ids=payments,
            references=references,
            months=months,
            backward=backward,
            facts=facts,
        )
    return _answered(RunTrail(run=run, trail=trail, facts=facts, asked=tuple(what), asked_to=tuple(to)))


def _answered(found: RunTrail) -> RunTrail:
    """The trail, with what came to those who were asked for: if that cannot be told, it is said before anything else is. Raises UsageError."""
    _ = found.came_to
    return found


def _sorted(run: Run, engine: Engine, what: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Parties, payments and references among what was asked for."""
    parties: list[str] = []
    payments: list[str] = []
    references: list[str] = []
    for text in what:
        if text.startswith(_ENTITY):
            parties.append(text)
        elif (case_id := run.known_case(text)) is not None:
            parties += _of_case(run, case_id)
        elif _RECORD.fullmatch(text):
            payments.append(_standing(run, text))
        elif references_known(engine, [text]):
            references.append(text)
        else:
            parties += _of_case(run, run.case_id(text))
    if sum(map(bool, (parties, payments, references))) > 1:
        raise UsageError(
            "Parties, payments, and claims or decisions cannot be followed together. Ask for one kind at a time; --from and --month narrow it."
        )
    return parties, payments, references


def _standing(run: Run, record_id: str) -> str:
    """The payment that a record tells: another one's where it tells that once more."""
    copies = run.graph.table("payment_copies")
    told = copies.filter(pc.equal(copies["record_id"], record_id))["copy_of"].to_pylist()
    return str(told[0]) if told else record_id


def _of_case(run: Run, case_id: str) -> list[str]:
    """The organisations of a case that are in the payments; the others have nothing to follow."""
    [case] = run.cases.filter(pc.equal(run.cases["case_id"], case_id)).to_pylist()
    store = run.flow_facts.store
    seen = [str(entity) for entity in case["organisation_ids"] if store.numbers([entity])[0] >= 0]
    if not seen:
        raise UsageError(
            f"No organisation of the case {case_id} pays or is paid in these data, so there is nothing to follow."
        )
    return seen


def _of_hit(run: Run, hit_id: str) -> Trail:
    """The trail that a hit rests on."""
    hit = run.hits.filter(pc.equal(run.hits["hit_id"], hit_id))
    if not len(hit):
        raise UsageError(f"There is no hit '{hit_id}' in the run {run.run_id}.")
    trails = hit_trails(run.graph, hit, run.evidence.filter(pc.equal(run.evidence["hit_id"], hit_id)))
    if hit_id not in trails:
        raise UsageError(f"The hit '{hit_id}' rests on no trail that can be told. Ask for its organisation instead.")
    return trails[hit_id]
