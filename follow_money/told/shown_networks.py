"""What the command line prints of the networks across cases: connectors in the order of their ids, with their dated ties."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa

from follow_money.detectors.sentences import figure
from follow_money.run import Run
from follow_money.triage.case import money

_WORDS: Final = {
    "sv": {
        "none": "Inget förbinder ärendena.", "hidden": "{n} som slumpen eller ett nav förklarar visas inte; --all visar dem.",
        "head": "{n} förbindelser mellan ärenden ({firm} utöver slumpen, {hubs} nav), i id-ordning.",
        "connector": "{name}, {tie}: ärende nr {ranks}; {parties} organisationer i allt, {bridged} ärenden mot {expected} väntade, q = {q}.",
        "hub": "  Nav: {why}. Att dela det säger inget.",
        "tie_row": "  {name}: {first} – {last}{amount} ({register})", "amount": "  Ärendena tillsammans, varje krona en gång: troligt {likely}.",
        "key": "Utan {name} faller {cases} ärenden isär i {n} delar: {parts}.", "open": "tills vidare", "unknown": "okänt",
        "owner": "ägare", "officer": "befattningshavare", "accountant": "redovisning eller revision", "administrator": "förvaltare",
        "shared_address": "adress", "shared_phone": "telefon", "shared_account": "konto", "payee": "betalningsmottagare",
        "chance": "Förbindelser är daterade band av pengar eller kontroll. De rangordnar ingen, och beloppet läggs aldrig till ärendenas.",
    },
    "en": {
        "none": "Nothing connects the cases.", "hidden": "{n} that chance or a hub explains are not shown; --all prints them.",
        "head": "{n} connections between cases ({firm} beyond chance, {hubs} hubs), in the order of ids.",
        "connector": "{name}, {tie}: cases no {ranks}; {parties} organisations in all, {bridged} cases against {expected} expected, q = {q}.",
        "hub": "  Hub: {why}. Sharing it says nothing.",
        "tie_row": "  {name}: {first} – {last}{amount} ({register})", "amount": "  The cases together, each krona once: likely {likely}.",
        "key": "Without {name} {cases} cases fall apart into {n} parts: {parts}.", "open": "until further notice", "unknown": "unknown",
        "owner": "owner", "officer": "officer", "accountant": "accountant or auditor", "administrator": "administrator",
        "shared_address": "address", "shared_phone": "telephone", "shared_account": "account", "payee": "payee",
        "chance": "Connections are dated ties of money or control. They rank nobody, and their amount is never added to that of the cases.",
    },
}  # fmt: skip


def networks_told(run: Run, *, q_limit: float, language: str, every: bool = False) -> Iterator[str]:
    """Sentences about the networks of a run, with names.

    Args:
        run: A finished run.
        q_limit: Connectors above it are as chance would have them, and are told only with ``every``; so are hubs.
        language: ``sv`` or ``en``.
        every: Also what chance or a hub explains.
    """
    words, connectors = _WORDS[language], run.connectors.to_pylist()
    if not connectors:
        yield words["none"]
        return
    firm = [each for each in connectors if each["q_value"] <= q_limit and not each["is_hub"]]
    yield words["head"].format(n=len(connectors), firm=len(firm), hubs=sum(each["is_hub"] for each in connectors))
    rank = dict(zip(run.cases["case_id"].to_pylist(), run.cases["rank"].to_pylist(), strict=True))
    ids = {each["connector_id"] for each in connectors} | {
        each for told in connectors for each in told["organisation_ids"]
    }
    names = {entity: named.name for entity, named in run.names(pa.array(sorted(ids), pa.string())).items()}
    ties: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for tie in run.connector_ties.to_pylist():
        ties.setdefault((tie["tie"], tie["connector_id"]), []).append(tie)
    for each in connectors if every else firm:
        yield from _connector(each, ties[each["tie"], each["connector_id"]], names, rank, language)
    for key in run.key_connectors.to_pylist():
        parts = " / ".join(", ".join(str(rank[case]) for case in part) for part in key["parts"])
        name = names.get(key["organisation_id"], key["organisation_id"])
        yield words["key"].format(name=name, cases=key["cases"], n=len(key["parts"]), parts=parts)
    if not every and len(firm) < len(connectors):
        yield words["hidden"].format(n=len(connectors) - len(firm))
    yield words["chance"]


def _connector(
    told: dict[str, Any], ties: list[dict[str, Any]], names: dict[str, str], rank: dict[str, int], language: str
) -> Iterator[str]:
    words = _WORDS[language]
    yield words["connector"].format(
        name=names.get(told["connector_id"], told["connector_id"]),
        tie=words[told["tie"]],
        ranks=", ".join(str(place) for place in sorted(rank[case] for case in told["case_ids"])),
        parties=told["parties"],
        bridged=len(told["case_ids"]),
        expected=figure(told["expected"], language=language, digits=2),
        q=figure(told["q_value"], language=language, digits=2),
    )
    if told["is_hub"]:
        yield words["hub"].format(why=told[f"hub_{language}"])
    for tie in ties:
        yield words["tie_row"].format(
            name=names.get(tie["organisation_id"], tie["organisation_id"]),
            first=tie["valid_from"] or words["unknown"],
            last=tie["valid_to"] or words["open"],
            amount=f", {money(tie['amount_ore'], 'SEK', language)}" if tie["amount_ore"] else "",
            register=tie["register"],
        )
    yield words["amount"].format(likely=money(told["amount_likely_ore"], "SEK", language))


def networks_json(run: Run) -> dict[str, Any]:
    """The same for machines, on entity ids, without names."""
    return {
        "run_id": run.run_id,
        "connectors": run.connectors.to_pylist(),
        "ties": run.connector_ties.to_pylist(),
        "key_connectors": run.key_connectors.to_pylist(),
    }
