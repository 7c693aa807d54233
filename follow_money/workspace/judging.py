"""Judging who is who: what people say of the entities of the latest screening goes into the judgement ledger.

Each is a function on a workspace. What was judged counts from the next screening on; `not_the_same` screens again at once.
"""

from __future__ import annotations

import getpass
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from follow_money.entities.judgements import Act, Judge, Verdict, standing, undone_acts
from follow_money.errors import UsageError
from follow_money.run import Run
from follow_money.triage.changed_cases import ChangedCase, changed_cases
from follow_money.workspace.flow import Progress, silent
from follow_money.workspace.workspace import Workspace


def judge(  # noqa: PLR0917  # three columns and who says so
    workspace: Workspace,
    left: Sequence[str],
    right: Sequence[str],
    verdicts: Sequence[str],
    reason: str | Sequence[str],
    judge: str = Judge.ANALYST,
    version: str = "",
) -> str:
    """Write judgements of pairs of descriptions into the ledger and return the act's id.

    Args:
        workspace: Where.
        left: Ids of descriptions (``M-...``).
        right: The other description of each pair.
        verdicts: A `Verdict` for each pair.
        reason: Why: one text for each pair, or one for all.
        judge: A `Judge`: who says so.
        version: Of the rule or model that judged or proposed the pairs.

    Raises:
        UsageError: A pair says nothing, or an analyst's judgement contradicts what analysts said before.
    """
    act = Act(
        judge=str(judge),
        version=version,
        who=getpass.getuser(),
        when=_now(),
        evidence=(reason.strip(),) if isinstance(reason, str) else tuple(reason),
        left=tuple(left),
        right=tuple(right),
        verdicts="".join(verdicts),
    )
    act.check()
    check = partial(_refuse_contradiction, act=act) if judge == Judge.ANALYST else None
    name = workspace.ledger.add(act, check=check)
    workspace.note("judge", judgement=name, judge=act.judge, pairs=len(act.verdicts))
    return name


def same(workspace: Workspace, entity_id: str, other_id: str, *, reason: str) -> str:
    """Say that two entities of the latest run are one. Returns the judgement's id. Raises UsageError."""
    run = workspace.run()
    if entity_id == other_id:
        raise UsageError(f"{entity_id} is one entity already.")
    sides = [run.mentions(entity)["mention_id"].to_pylist() for entity in (entity_id, other_id)]
    rest = [mention for side in sides for mention in side[1:]]
    firsts = [side[0] for side in sides for _ in side[1:]]
    left, right = [sides[0][0], *firsts], [sides[1][0], *rest]
    return judge(workspace, left, right, Verdict.POSITIVE * len(left), _reason(reason))


def not_same(workspace: Workspace, entity_id: str, mention_ids: Iterable[str], *, reason: str) -> str:
    """Say that these descriptions of an entity of the latest run are somebody else. Returns the judgement's id.

    Raises:
        UsageError: There is no reason, the entity has no such description, or nothing would be left of it.
    """
    known = workspace.run().mentions(entity_id)["mention_id"].to_pylist()
    apart = sorted(set(mention_ids))
    strange = [mention for mention in apart if mention not in known]
    if strange or not apart:
        raise UsageError(
            f"The entity {entity_id} has no description '{', '.join(strange)}'. List them with: follow-money explain {entity_id}"
        )
    rest = sorted(set(known) - set(apart))
    if not rest:
        raise UsageError(
            f"Every description of {entity_id} is named: nothing is left for them to be set apart from. Name those of one party alone."
        )
    left = [one for one in apart for _ in rest]
    return judge(workspace, left, rest * len(apart), Verdict.NEGATIVE * len(left), _reason(reason))


@dataclass(frozen=True, kw_only=True)
class Rescreened:
    """What became of the cases when the latest screening was done again with a new judgement."""

    judgement: str
    run: Run
    cases: Sequence[ChangedCase]


def not_the_same(
    workspace: Workspace, entity_id: str, mention_ids: Iterable[str], *, reason: str, on_progress: Progress = silent
) -> Rescreened:
    """`not_same`, then the latest screening again, and which cases changed. Raises UsageError, StorageError."""
    before = workspace.run()
    name = not_same(workspace, entity_id, mention_ids, reason=reason)
    return Rescreened(judgement=name, **_again(workspace, before, on_progress))


def undo(workspace: Workspace, judgements: Iterable[str], *, reason: str) -> str:
    """Undo judgements: what stood before them stands again. Returns the id of the undoing, which can be undone. Raises UsageError."""
    act = Act(
        judge=Judge.ANALYST,
        version="",
        who=getpass.getuser(),
        when=_now(),
        evidence=(_reason(reason),),
        undoes=tuple(judgements),
    )
    name = workspace.ledger.add(act)
    workspace.note("undo", judgement=name, undoes=list(act.undoes))
    return name


def undo_and_rescreen(
    workspace: Workspace, judgements: Iterable[str], *, reason: str, on_progress: Progress = silent
) -> Rescreened:
    """`undo`, then the latest screening again, and which cases changed. Raises UsageError, StorageError."""
    before = workspace.run()
    name = undo(workspace, judgements, reason=reason)
    return Rescreened(judgement=name, **_again(workspace, before, on_progress))


def judgements(workspace: Workspace, *, about: Collection[str] = ()) -> list[dict[str, Any]]:
    """What was judged, oldest first, one row an act; with ``about`` only what names one of these descriptions."""
    acts = workspace.ledger.acts()
    undone = undone_acts(acts)
    wanted = set(about)
    return [
        {
            "judgement": name,
            "judge": act.judge,
            "version": act.version,
            "who": act.who,
            "when": act.when,
            "reason": act.evidence[0],
            "positive": act.verdicts.count(Verdict.POSITIVE),
            "negative": act.verdicts.count(Verdict.NEGATIVE),
            "unsure": act.verdicts.count(Verdict.UNSURE),
            "undoes": list(act.undoes),
            "is_undone": name in undone,
        }
        for name, act in acts.items()
        if not wanted or wanted & {*act.left, *act.right}
    ]


_UNSURE: Final = ("unsure", "rivals")
"""What became of scored pairs that a person is asked about."""


def unsure_pairs(workspace: Workspace) -> list[dict[str, Any]]:
    """Pairs of the latest run that neither rule nor model could decide and nobody has judged, in an order that tells no score.

    Each is ``left, right, probability, levels``. The order is that of the ids, which are keyed hashes.
    """
    run = workspace.run()
    pairs = pq.read_table(run.entities / "pairs.parquet")
    pairs = pairs.filter(pc.is_in(pairs["decision"], value_set=pa.array(_UNSURE)))
    judged = standing(workspace.ledger.acts())
    said = {frozenset(pair) for pair in zip(judged.left.to_pylist(), judged.right.to_pylist(), strict=True)}
    return [
        {
            "left": row["mention_id_l"],
            "right": row["mention_id_r"],
            "kind": row["kind"],
            "probability": row["probability"],
            "levels": row["levels"],
        }
        for row in pairs.to_pylist()
        if frozenset((row["mention_id_l"], row["mention_id_r"])) not in said
    ]


def _again(workspace: Workspace, before: Run, on_progress: Progress) -> dict[str, Any]:
    after = workspace.rescreen(on_progress=on_progress)
    return {"run": after, "cases": changed_cases(before.cases, before.hits_of_cases, after.cases, after.hits_of_cases)}


def _refuse_contradiction(known: Mapping[str, Act], act: Act) -> None:
    """What analysts say must hold together: who are one through some judgements are not two by another."""
    acts = {**known, _NEW: act}
    judged = standing({name: told for name, told in acts.items() if told.judge == Judge.ANALYST})
    names = [name for name, told in acts.items() if told.judge == Judge.ANALYST]
    ids = pa.concat_arrays([judged.left, judged.right]).unique()
    left, right = (
        np.asarray(pc.index_in(side, value_set=ids)).astype(np.int64) for side in (judged.left, judged.right)
    )
    verdict = np.asarray(judged.verdict.to_pylist(), "U1")
    positive = verdict == Verdict.POSITIVE
    _, group = connected_components(
        coo_array((np.ones(positive.sum()), (left[positive], right[positive])), shape=(len(ids), len(ids))),
        directed=False,
    )
    touched = group[np.concatenate([left[judged.act == len(names) - 1], right[judged.act == len(names) - 1]])]
    against = np.flatnonzero(
        (verdict == Verdict.NEGATIVE) & (group[left] == group[right]) & np.isin(group[left], touched)
    )
    if len(against):
        place = int(judged.act[against[0]])
        others = judged.act[(group[left] == group[left[against[0]]]) & (judged.act != len(names) - 1)]
        name = names[place] if names[place] != _NEW else names[int(others.max())]
        raise UsageError(
            f"This contradicts the judgement {name}: some of these descriptions were judged to be one, and others of them not to be. "
            f"Look at it with: follow-money judgements; undo what is wrong with: follow-money undo {name}"
        )


_NEW: Final = "new"


def _reason(text: str) -> str:
    if not text.strip():
        raise UsageError("A judgement needs a reason. Give it with --reason.")
    return text.strip()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
