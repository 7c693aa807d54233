"""Who is named in a packet: organisations, and persons only in the roles that the recipient's list permits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from follow_money.model import EntityKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from follow_money.referral.authority import Authority
    from follow_money.referral.extract import Extract
    from follow_money.triage.case_file import CaseFile

_NAMED: Final = (EntityKind.PERSON, EntityKind.ORGANISATION)


def told_parties(case: CaseFile, part: Extract, recipient: Authority) -> list[dict[str, Any]]:
    """Every party of the hits once: ``entity_id, kind, name, number, roles``, organisations first.

    ``name`` and ``number`` are None where they are not known or not handed over; an account's number never is.
    """
    roles: dict[str, set[str]] = {}
    for hit in part.hits:
        if hit["organisation_id"]:
            roles.setdefault(hit["organisation_id"], set()).add("subject")
        for party in hit["parties"]:
            roles.setdefault(party["entity_id"], set()).add(party["role"])
    told = [_told(case, entity, sorted(of), recipient) for entity, of in roles.items()]
    return sorted(
        told,
        key=lambda party: (
            party["kind"] != EntityKind.ORGANISATION,
            party["kind"],
            party["name"] is None,
            party["name"] or "",
            party["entity_id"],
        ),
    )


def _told(case: CaseFile, entity_id: str, roles: list[str], recipient: Authority) -> dict[str, Any]:
    named = case.names.get(entity_id)
    kind = named.kind if named else EntityKind.PARTY.value
    may = kind == EntityKind.ORGANISATION or (
        kind == EntityKind.PERSON and any(role in recipient.person_roles for role in roles)
    )
    shown = named if may and kind in _NAMED else None
    return {
        "entity_id": entity_id,
        "kind": kind,
        "name": shown.name if shown else None,
        "number": shown.number if shown else None,
        "roles": roles,
    }


def told_hits(part: Extract, parties: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    """The hits for the JSON file, their parties with what may be handed over of them."""
    known = {party["entity_id"]: party for party in parties}
    return [
        {**hit, "parties": [{**known[party["entity_id"]], "roles": [party["role"]]} for party in hit["parties"]]}
        for hit in part.hits
    ]
