"""The trail of a packet: where the money of a finding went, drawn with the names that the recipient may be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from follow_money.model import EntityKind
from follow_money.pictures.trail_sankey import trail_sankey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from follow_money.graph.flows.trail import Trail
    from follow_money.pictures.picture import Picture
    from follow_money.referral.extract import Extract
    from follow_money.triage.case_file import CaseFile

_KINDS: Final = {"P-": "person", "O-": "organisation", "A-": "account"}
"""What a party is by the beginning of its entity id, where nothing else tells it."""


@dataclass(frozen=True, kw_only=True)
class TrailPicture:
    """The picture, and which hit of the extract it is about (0 for the first)."""

    picture: Picture
    place: int


def trail_picture(
    case: CaseFile,
    part: Extract,
    parties: Sequence[Mapping[str, Any]],
    texts: Mapping[str, Any],
    *,
    language: str,
    width: int,
) -> TrailPicture | None:
    """Draw the trail of the first hit of an extract that rests on one; None when there is none.

    A hit of whose payments the recipient does not get every row has no picture: it would tell what the rows do not. Organisations are named; persons as the
    packet's party rules have it.
    """
    for place, hit in enumerate(part.hits):
        trail = case.trails.get(hit["hit_id"])
        if trail is not None and _is_handed_over(case, part, hit["hit_id"]):
            labels = _labels(trail, case, parties, texts)
            picture = trail_sankey(trail, labels=labels, language=language, width=width)
            return TrailPicture(picture=picture, place=place)
    return None


def _is_handed_over(case: CaseFile, part: Extract, hit_id: str) -> bool:
    def payments(rows: Sequence[Mapping[str, Any]]) -> set[str]:
        return {row["record_id"] for row in rows if row["hit_id"] == hit_id and row["register"] == "payments"}

    return payments(case.evidence.to_pylist()) == payments(part.evidence)


def _labels(
    trail: Trail, case: CaseFile, parties: Sequence[Mapping[str, Any]], texts: Mapping[str, Any]
) -> dict[str, str]:
    told = {party["entity_id"]: party for party in parties}
    unnamed = {"person": texts["unnamed_person"], "organisation": texts["unnamed_organisation"]}
    labels = {}
    for entity_id in trail.store.node_ids.to_pylist():
        party, named = told.get(entity_id), case.names.get(entity_id)
        kind = named.kind if named is not None else _KINDS.get(entity_id[:2], "party")
        may_be_told = named is not None and kind == EntityKind.ORGANISATION
        name = party["name"] if party is not None else named.name if named is not None and may_be_told else None
        labels[entity_id] = name or unnamed.get(kind) or texts[kind]
    return labels
