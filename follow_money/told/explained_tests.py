"""Why a detector did not flag what it evaluated: the test's figures, null and peers in words of both languages.

On file tests speak English, so that a run reads the same for everybody.
"""

from __future__ import annotations

import re
from typing import Any, Final

from follow_money.detectors.sentences import figure
from follow_money.referral.texts import unit_in_words
from follow_money.registers.contract.programmes import PROGRAMMES, programme_words
from follow_money.statistics import HeldLimit

_WORDS: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "expected": "väntat",
        "peers": ", {n} jämförbara: {group}",
        "above q": "q över {limit}: gränsen {q_limit} delad mellan {families} detektorer som prövat andelar, varav {selected} valdes ut",
        "above alone": "q över gränsen {limit}",
        "floor": "inom q-gränsen, men under detektorns fasta golv eller undantaget (se: explain {detector})",
        "no row": "ingenting över toleransen",
        "held": "under detektorns fasta golv eller undantaget (se: explain {detector})",
        "not evaluable": "kunde inte prövas, {why}",
    },
    "en": {
        "expected": "expected",
        "peers": ", {n} peers: {group}",
        "above q": "q above {limit}: the limit {q_limit} shared by the {families} detectors that tested rates, of which {selected} were selected",
        "above alone": "q above the limit {limit}",
        "floor": "within the limit of q, but below a fixed floor of the detector or excepted (see: explain {detector})",
        "no row": "nothing beyond the tolerance",
        "held": "below a fixed floor of the detector or excepted (see: explain {detector})",
        "not evaluable": "not evaluable, {why}",
    },
}

NULLS: Final = (
    (r"^fact$", "uppgift mot uppgift"),
    (r"^path, degrees kept$", "väg av betalningar, allas antal oförändrat"),
    (r"^path$", "väg av betalningar"),
    (r"beta-binomial", "betabinomial"),
    (r"Poisson-binomial over kinds of ties, the closest of all compared", "Poissonbinomial över slag av band, det närmaste av alla jämförda"),
    (r"Poisson-binomial", "Poissonbinomial"),
    (r"negative binomial", "negativ binomial"),
    (r"robust z of log ratio", "robust z av kvotens logaritm"),
    (r" in its own error", " i dess eget fel"),
    (r", Student tail", ", Students svans"),
    (r"errors of the same employer", "samma arbetsgivares fel"),
    (r"permuted ties", "band som byter plats"),
    (r", hypergeometric$", ", hypergeometrisk"),
    (r"smooth curve", "jämn kurva"),
    (r", log-quadratic$", ", kvadratisk i logaritmen"),
    (r"share of each certifier elsewhere", "varje intygsutfärdares andel på andra håll"),
    (r"share of each organisation among colleagues", "varje organisations andel hos kollegerna"),
    (r"\bmean\b", "medelvärde"),
    (r"\brate\b", "takt"),
    (r"\bdispersion\b", "spridning"),
)  # fmt: skip
"""The nulls that tests name."""

PEERS: Final = (
    (r", smaller half", ", mindre hälften"),
    (r", larger half", ", större hälften"),
    (r", postal region (\d)", r", postnummerområde \1"),
    (r", other postal regions", ", övriga postnummerområden"),
    (r", trade (\w\w)", r", bransch \1"),
    (r", other trades", ", övriga branscher"),
    (r"suppliers with (\d+) to (\d+) invoices", r"leverantörer med \1 till \2 fakturor"),
    (r"suppliers of (.+) about (.+)", r"leverantörer till \1 kring \2"),
    (r"(?<=\d),(?=\d{3}\b)", "\u00a0"),
    (r"SEK ([\d\u00a0]+)", "\\1\u00a0kr"),
    (r"suppliers of (.+) in (\w+)", r"leverantörer till \1 i \2"),
    (r"officials of smaller units", "handläggare i mindre enheter"),
    (r"officials of the unit ", "handläggare i enheten "),
    (r"organisations that began to be paid", "organisationer som började få betalt"),
    (r"groups of claims", "grupper av anspråk"),
    (r"ties of payees and accounts", "band mellan mottagare och konton"),
    (r"their own approvals about the limit", "de egna attesterna kring gränsen"),
    (r"claims of employees of (\d+) employers", r"anspråk från anställda hos \1 arbetsgivare"),
    (r"accounts credited with pay", "konton dit lön betalas"),
    (r"dwellings, weighed by their size", "bostäder, vägda efter storlek"),
    (r"(?:^|(?<= i ))employers\b", "arbetsgivare"),
    (r"(?:^|(?<= i ))bankruptcies\b", "konkurser"),
    (r"(?:^|(?<= i ))serving\b", "servering"),
)
"""The groups of peers that tests name; a programme or a payer is told as it stands."""

REASONS: Final = (
    (r"fewer than (\d+) months with bills", r"färre än \1 månader med räkningar"),
    (r"no organisation ended in the time before it began", "ingen organisation upphörde under tiden innan den började"),
    (r"no two people of a claim stand in further ones", "inga två personer i ett anspråk möts i fler"),
    (r"no sales or no purchases reported", "ingen försäljning eller inga inköp redovisade"),
    (r"no usual month among the last months", "ingen vanlig månad bland de sista"),
    (r"fewer than (\d+) invoices about a limit", r"färre än \1 fakturor kring en gräns"),
    (r"not every month of both periods is declared", "inte varje månad i båda perioderna är deklarerad"),
    (r"fewer than (\d+) look-ups", r"färre än \1 uppslag"),
    (r"no invoice number that is an invoice's own", "inget fakturanummer som är fakturans eget"),
    (r"fewer than (\d+) invoice numbers", r"färre än \1 fakturanummer"),
    (r"the supplier uses its numbers again", "leverantören återanvänder sina nummer"),
    (r"fewer than (\d+) payees on other accounts", r"färre än \1 mottagare på andra konton"),
    (r"fewer than (\d+) user-months", r"färre än \1 brukarmånader"),
    (
        r"above the grant only together with other providers: the bills do not tell whose hours are above",
        "över beslutet bara tillsammans med andra utförare: räkningarna säger inte vems timmar som ligger över",
    ),
    (r"fewer than (\d+) invoices", r"färre än \1 fakturor"),
    (r"fewer than (\d+) timed visits", r"färre än \1 besök med klockslag"),
    (
        r"its account is not seen, the period is not over, or no fee of enough members is stated",
        "dess konto syns inte, perioden är inte slut eller ingen avgift för tillräckligt många medlemmar är angiven",
    ),
    (r"no dwelling is told for the applicant", "ingen bostad är angiven för sökanden"),
    (r"student or staff housing, or a care home", "student- eller personalbostad, eller ett omsorgsboende"),
    (r"fewer than (\d+) gatherings", r"färre än \1 sammankomster"),
    (r"fewer than (\d+) users", r"färre än \1 brukare"),
    (r"one person certifies for all in that profession", "en person utfärdar alla intyg inom det yrket"),
    (r"no staff ledger of it, or no declarations of its months", "ingen personalliggare för den, eller inga deklarationer för dess månader"),
    (r"no payment of public money to it is among the payments", "ingen betalning av offentliga medel till den finns bland betalningarna"),
    (r"no time reports of this provider for the time that it bills", "inga tidrapporter från utföraren för den tid som den räknar"),
    (r"the ledger has fewer than (\d+) months", r"reskontran har färre än \1 månader"),
    (r"more billed than credited in fewer than (\d+) earlier months", r"mer fakturerat än krediterat i färre än \1 tidigare månader"),
    (r"fewer than (\d+) person-months", r"färre än \1 personmånader"),
    (r"fewer than (\d+) approvals about the limit", r"färre än \1 attester kring gränsen"),
    (r"fewer than (\d+) approvals", r"färre än \1 attester"),
    (r"declares VAT by the year", "redovisar moms per år"),
    (
        r"approval for F-tax is known of fewer than (\d+) organisations: unknown is not missing",
        r"godkännande för F-skatt är känt för färre än \1 organisationer: okänt är inte detsamma som att det saknas",
    ),
    (r"only (\d+) other claims", r"bara \1 andra anspråk"),
    (r"an employer's declarations err systematically", "en arbetsgivares deklarationer har systematiska fel"),
    (r"only (\d+) colleagues", r"bara \1 kolleger"),
    (r"one organisation for all of the unit", "en organisation för hela enheten"),
    (r"fewer than (\d+) shifts", r"färre än \1 pass"),
    (r"fewer than (\d+) visits of which it is known whether a note exists", r"färre än \1 besök för vilka det är känt om det finns en anteckning"),
    (r"declared wages below (\d+) kronor in all", r"deklarerade löner under \1 kronor sammanlagt"),
    (
        r"the permit register holds notifications of fewer than (\d+) holders: unknown is not missing",
        r"tillståndsregistret har anmälningar från färre än \1 innehavare: okänt är inte detsamma som att det saknas",
    ),
    (r"nothing that it stated of its funds was delivered", "inget av vad den uppgett om sina medel är levererat"),
    (
        r"fewer than (\d+) people, or no (\d+) months of declarations before",
        r"färre än \1 personer, eller inga \2 månader av deklarationer före",
    ),
    (r"fewer than (\d+) payments of public money to it", r"färre än \1 betalningar av offentliga medel till den"),
    (
        r"the permit register holds no row on this provider: unknown is not missing",
        "tillståndsregistret har ingen rad om utföraren: okänt är inte detsamma som att det saknas",
    ),
    (r"^only (\d+) peers in ", r"bara \1 jämförbara i "),
    (r"^only (\d+) peers$", r"bara \1 jämförbara"),
)  # fmt: skip
"""Why something could not be evaluated."""


_PROGRAMME: Final = re.compile(rf"(?:^|(?<= i ))(?:{'|'.join(PROGRAMMES)})(?=, |$)")


def why_not(test: dict[str, Any], limit: HeldLimit | None, language: str) -> str:
    """Why a test (a row of `model.TESTS`) is no finding, with what was seen and what it was compared with.

    ``limit`` is that of its run; None of a detector whose findings do not hang on q.
    """
    words = _WORDS[language]
    if test["not_evaluable"]:
        return words["not evaluable"].format(why=words_of_test(test["not_evaluable"], language))
    unit = unit_in_words(test["unit"], language)
    null = words_of_test(test["null_model"], language)
    expected = (
        f", {words['expected']} {figure(test['expected'], language=language)}" if test["expected"] is not None else ""
    )
    told = f"{figure(test['observed'], language=language)} {unit}{expected}"
    if test["q_value"] is None:
        is_within = test["observed"] <= (test["expected"] or 0.0)
        reason = words["no row"] if is_within else words["held"].format(detector=test["detector"])
        return f"{told} ({null}): {reason}"
    group = words_of_test(test["peer_group"] or "", language)
    peers = words["peers"].format(n=test["peers"], group=group) if test["peers"] is not None else ""
    if limit is None:
        reason = words["held"].format(detector=test["detector"])
    elif test["q_value"] > limit.within:
        held, of_settings = (figure(each, language=language, digits=2) for each in (limit.within, limit.q_limit))
        said = words["above q"] if limit.families else words["above alone"]
        reason = said.format(limit=held, q_limit=of_settings, selected=limit.selected, families=limit.families)
    else:
        reason = words["floor"].format(detector=test["detector"])
    p, q = (figure(test[name], language=language, digits=2) for name in ("p_value", "q_value"))
    return f"{told}, p = {p}, q = {q} ({null}{peers}): {reason}"


def words_of_test(text: str, language: str) -> str:
    """A null, a group of peers or a reason of a test, in the reader's language; what has no words of its own stands as it is."""
    if language == "sv":
        for english, swedish in (*REASONS, *NULLS, *PEERS):
            text = re.sub(english, swedish, text)
        text = _PROGRAMME.sub(lambda code: programme_words("sv")[code.group()], text)
        text = re.sub(r"(?<=\d)\.(?=\d)", ",", text)
    return text
