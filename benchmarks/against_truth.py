"""Compare a run with the truth file of its synthetic region."""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from follow_money import Run
from follow_money.engine import Engine
from follow_money.triage.owner import either


@dataclass(frozen=True, kw_only=True)
class Compared:
    """How a queue stands against what was planted.

    ``recall``: share of the visible schemes with an organisation in the first ``2 x planted`` cases. ``first_ten``: cases of the first ten that hold a scheme.
    ``by_paid`` and ``by_hits``: the same recall and first ten of the plain baselines: all publicly paid organisations sorted by amount paid, and the cases
    sorted by number of hits. ``money`` is the share of the planted amount in the first ``planted / 2`` places of the queue, by
    amount paid, and by hits: where nearly every case is true, the order shows in the money; ``most_money`` is what a perfect
    order would put there. ``false_contradictions``: contradictions about an organisation
    that is in no scheme, or about two of which neither is.
    """

    planted: int
    recall: float
    first_ten: int
    by_paid: tuple[float, int]
    by_hits: tuple[float, int]
    money: tuple[float, float, float]
    most_money: float
    look_alikes: int
    false_contradictions: int
    contradicted_look_alikes: tuple[str, ...]
    missed: tuple[str, ...]


def compare(run: Run, truth: Path, *, programmes: Collection[str] | None = None) -> Compared:
    """Compare a run with ``truth``; with ``programmes`` only the schemes that such a profile can see count as planted.

    A case of a profile that holds a scheme of any programme is true.
    """
    numbers = pq.read_table(run.entities / "entities.parquet", columns=["entity_id", "number"]).to_pydict()
    entity_of = {
        number[-10:]: entity for entity, number in zip(numbers["entity_id"], numbers["number"], strict=True) if number
    }
    schemes: dict[str, set[str]] = {}
    amounts: dict[str, int] = {}
    visible = set()
    for row in _read(truth / "schemes.csv"):
        schemes.setdefault(row["scheme_id"], set()).add(
            entity_of.get(row["organisation_number"][-10:], row["organisation_number"])
        )
        amounts[row["scheme_id"]] = amounts.get(row["scheme_id"], 0) + int(row["planted_amount_ore"])
        if programmes is None or row["programme"] in programmes:
            visible.add(row["scheme_id"])
    wrong = set().union(*schemes.values())
    cases = run.cases.select(["organisation_ids", "rank_by_hits"]).to_pylist()
    ranked = [set(case["organisation_ids"]) for case in cases]
    by_hits = [set(case["organisation_ids"]) for case in sorted(cases, key=lambda case: case["rank_by_hits"])]
    by_paid = [{organisation} for organisation in organisations_by_paid(run)]
    look_alikes = {
        entity_of.get(row["organisation_number"][-10:], ""): row["kind"] for row in _read(truth / "look_alikes.csv")
    }
    contradicted = _contradicted(run)
    first = 2 * len(visible)

    def recall(groups: list[set[str]]) -> float:
        told = set().union(*groups[:first]) if groups else set()
        return sum(bool(schemes[scheme] & told) for scheme in visible) / max(len(visible), 1)

    planted_ore = max(sum(amounts[scheme] for scheme in visible), 1)

    def money(groups: list[set[str]]) -> float:
        told = set().union(*groups[: len(visible) // 2]) if groups else set()
        return sum(amounts[scheme] for scheme in visible if schemes[scheme] & told) / planted_ore

    def first_ten(groups: list[set[str]]) -> int:
        return sum(bool(group & wrong) for group in groups[:10])

    told = set().union(*ranked[:first]) if ranked else set()
    return Compared(
        planted=len(visible),
        recall=recall(ranked),
        first_ten=first_ten(ranked),
        by_paid=(recall(by_paid), first_ten(by_paid)),
        by_hits=(recall(by_hits), first_ten(by_hits)),
        money=(money(ranked), money(by_paid), money(by_hits)),
        most_money=sum(sorted((amounts[scheme] for scheme in visible), reverse=True)[: len(visible) // 2])
        / planted_ore,
        look_alikes=len(look_alikes),
        false_contradictions=sum(not (organisations & wrong) for organisations in contradicted),
        contradicted_look_alikes=tuple(
            sorted(
                {
                    look_alikes[organisation]
                    for organisations in contradicted
                    for organisation in organisations
                    if organisation in look_alikes and not (organisations & wrong)
                }
            )
        ),
        missed=tuple(sorted(scheme for scheme in visible if not schemes[scheme] & told)),
    )


def _contradicted(run: Run) -> list[set[str]]:
    """Whom each contradiction is about: an organisation, or two of which one is at risk."""
    hits = run.hits.filter(pc.equal(run.hits["kind"], "contradiction"))
    return [
        {hit["organisation_id"]} if hit["organisation_id"] else set(either(hit["parties"]))
        for hit in hits.select(["organisation_id", "parties"]).to_pylist()
    ]


def organisations_by_paid(run: Run) -> list[str]:
    """All publicly paid organisations, by what they were paid, largest first: the plain baseline."""
    with Engine() as engine:
        run.graph.attach(engine)
        told = engine.query(
            """
            select organisation_id from current_claims where organisation_id is not null
            group by organisation_id order by sum(amount_ore) desc, organisation_id
            """
        )
    return [str(organisation) for organisation in told["organisation_id"].to_pylist()]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))
