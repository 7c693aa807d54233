"""What is told of how unusual organisations are among their peers: sentences beside a case, in the reader's language."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from follow_money.model import Purpose
from follow_money.referral.texts import unit_in_words

_WORDS: Final = {
    "sv": {
        "head": "Ovanlighet vid sidan av (öppnar inget ärende): {organisation} är, i snitt av tre mått, ovanligare än {share}\u00a0% av {peers} "
        "jämförbara i {control}.",
        "figure": "  {detector}, {unit}: {higher} av {peers} jämförbara ligger högre.",
        Purpose.PAYMENT_CONTROL: "kontrollen av utbetalningar",
        Purpose.SUPPLIER_CONTROL: "kontrollen av leverantörer",
        Purpose.INSIDER_CONTROL: "kontrollen av tjänstemän",
        "none": "Ingen av ärendets organisationer kan jämföras.",
    },
    "en": {
        "head": "Unusual, beside (it opens no case): {organisation} is, by three measures on average, more unusual than {share}% of {peers} "
        "peers in {control}.",
        "figure": "  {detector}, {unit}: {higher} of {peers} peers are higher.",
        Purpose.PAYMENT_CONTROL: "the control of payments",
        Purpose.SUPPLIER_CONTROL: "the control of suppliers",
        Purpose.INSIDER_CONTROL: "the control of officials",
        "none": "None of its organisations can be compared.",
    },
}


def unusual_told(table: pa.Table, organisation_ids: list[str], names: dict[str, str], language: str) -> list[str]:
    """Sentences about these organisations, or one that none of them was compared.

    Args:
        table: In the schema ``triage.unusual.UNUSUAL``.
        organisation_ids: Whom to tell of.
        names: By id; one without a name is told by its id.
        language: ``sv`` or ``en``.
    """
    words = _WORDS[language]
    lines: list[str] = []
    for row in table.to_pylist():
        if row["organisation_id"] not in organisation_ids:
            continue
        # The average rank of itself and all peers, 1 being the most unusual, as a share of the peers alone.
        below = (row["share"] * (row["peers"] + 1) - 1) / row["peers"]
        organisation = names.get(row["organisation_id"], row["organisation_id"])
        control = words[Purpose(row["peer_group"])]
        lines.append(
            words["head"].format(
                organisation=organisation, share=round(100 * below), peers=row["peers"], control=control
            )
        )
        lines += [
            words["figure"].format(**figure | {"unit": unit_in_words(figure["unit"], language)})
            for figure in row["figures"]
            if figure["log_ratio"] > 0
        ]
    return lines or [words["none"]]
