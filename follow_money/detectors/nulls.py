"""What a finding is tested against, and how many honest ones to expect among the findings, in words."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from follow_money.model import HitKind

if TYPE_CHECKING:
    from follow_money.detectors.contract import Detector


class RateNull(StrEnum):
    """The null of a detector's rates, as its tests name it."""

    SHARE = "beta-binomial"
    COUNT = "negative binomial"
    RATIO = "robust z"
    OWN_ERROR = "robust z of log ratio in its own error"
    KINDS = "Poisson-binomial"
    SOURCE = "errors of the same employer"
    TIES = "permuted ties"
    CURVE = "smooth curve"


_RATES: Final = {
    RateNull.SHARE: (
        "Andelar prövas mot en betabinomial fördelning som anpassas till de jämförbara, så att de får skilja sig åt i noggrannhet.",
        "Shares are tested against a beta-binomial that is fitted on the peers, so that these may differ in care.",
    ),
    RateNull.COUNT: (
        "Antal prövas mot en negativ binomialfördelning som anpassas till de jämförbara, så att de får skilja sig åt.",
        "Counts are tested against a negative binomial that is fitted on the peers, so that these may differ.",
    ),
    RateNull.RATIO: (
        "Logaritmen av kvoten prövas med ett robust z mot de jämförbaras median; skalan är mittersta halvans spridning, dragen mot översta tjugondelen.",
        "The logarithm of the ratio is tested by a robust z against the peers' median; the scale is the middle half's spread, drawn to the upper twentieth.",
    ),
    RateNull.OWN_ERROR: (
        "Logaritmen av kvoten mot de jämförbaras median mäts i sitt eget fel, efter hur mycket egna månader skiljer sig, och prövas med ett robust z.",
        "The logarithm of the ratio, against the peers' median, is measured in its own error, by how much its own months differ, and tested by a robust z.",
    ),
    RateNull.SOURCE: (
        "Månader prövas mot samma arbetsgivares fel för andra, dragna mot vad alla arbetsgivare har, i en betabinomial fördelning där fel får komma i rad.",
        "Months are tested against the same employer's errors for others, drawn towards what all employers have, in a beta-binomial with errors in runs.",
    ),
    RateNull.TIES: (
        "Banden mellan mottagare och konton byter plats slumpvis, så att alla behåller sitt antal; hushåll, familj och god man räknas som en.",
        "Ties of payees to accounts change places by chance, each keeping its number; a household, a family, and a guardian with wards count as one.",
    ),
    RateNull.CURVE: (
        "Antalet strax under gränsen prövas mot en jämn kurva genom antalen runt om, med deras spridning (negativ binomial).",
        "The number just below the limit is tested against a smooth curve through the numbers round about, with their scatter (negative binomial).",
    ),
    RateNull.KINDS: (
        "Antalet slags band prövas mot vad oberoende slag ger (Poisson-binomial); det närmaste paret av alla jämförda räknas.",
        "The number of kinds of ties is tested against what independent kinds give (Poisson-binomial); the closest pair of all compared counts.",
    ),
}
_FACT: Final = (
    "En motsägelse har ingen nollhypotes: två uppgifter kan inte båda stämma, utöver tolerans och antal som anges, med exakta identiteter.",
    "A contradiction has no null: two records cannot both be right, beyond the stated tolerance and number, with exact identities.",
)
_PATH: Final = (
    "Ett flöde har ingen nollhypotes: det är en väg av betalningar i tidsordning som uppfyller parametrarna.",
    "A flow has no null: it is a path of payments in time order that meets the parameters.",
)
_FEW: Final = (
    "Färre än åtta jämförbara prövas inte; få jämförbara ger en tjockare svans.",
    "Fewer than eight peers are not evaluated; few peers make a heavier tail.",
)
_EXPECTED: Final = {
    HitKind.RATE: (
        "Andelar: av fynden väntas högst q_limit gälla ärliga, i genomsnitt över detektorer med sådana fynd; villkor som de jämförbara inte delar tillkommer.",
        "Rates: at most q_limit of the findings are expected to be honest, on average over detectors with any; conditions that no peer shares come on top.",
    ),
    HitKind.CONTRADICTION: (
        "Motsägelser: väntade där en källrad är fel (fel datum, nummer eller rättelse som saknas), inte av slumpen.",
        "Contradictions: expected where a source row is wrong (a date, a number, a missing correction), not by chance.",
    ),
    HitKind.FLOW: (
        "Flöden: väntade där betalningar har ett lagligt skäl som inget register visar.",
        "Flows: expected where payments have a lawful reason that no register shows.",
    ),
}


def null_in_words(detector: type[Detector] | Detector, language: str) -> str:
    """What a detector's findings are tested against."""
    told = []
    if HitKind.RATE in detector.kinds:
        told += [_RATES[detector.null], _FEW]
    if HitKind.CONTRADICTION in detector.kinds:
        told.append(_FACT)
    if HitKind.FLOW in detector.kinds:
        told.append(_PATH)
    return " ".join(each[0 if language == "sv" else 1] for each in told)


def expected_in_words(detector: type[Detector] | Detector, language: str) -> str:
    """How many of a detector's findings may be about honest ones; the lawful explanations say who they are."""
    return " ".join(_EXPECTED[kind][0 if language == "sv" else 1] for kind in detector.kinds)
