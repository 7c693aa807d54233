"""One official with one supplier."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.insider import RECIPIENTS, of_official
from follow_money.detectors.rows import evidence_frame, hits_frame, not_evaluable_tests, rate_hit, tests_frame
from follow_money.detectors.sentences import kronor, number
from follow_money.model import HitKind, Purpose, SubjectKind
from follow_money.statistics import FEWEST_PEERS, concentration

_UNIT = "approvals for one organisation"


@dataclass(frozen=True, kw_only=True)
class OfficialSupplierConcentration(Detector):
    """An official whose approvals go to one organisation far more often than those of colleagues of the same unit and year.

    Why:
        Where matters are handed out in turn, who is approved for by whom is chance. That one official approves for one supplier again and again asks how those
        matters came there. Colleagues differ in what they work with, and suppliers in how common they are: the null has both.

    Not flagged:
        Approvals in a district or for clients of one's own, under a framework contract that one is in charge of, as stand-in, and standing ones; officials with
        few approvals; units with fewer than nine officials in a year; a number as among colleagues.

    Parameters:
        fewest_approvals: An official with fewer in a year is not evaluable.
        fewest_for_one: Approvals for the organisation that stands out from which on it can be a hit.

    Source:
        Typology 21, detector D10a given the rule of allocation; Dirichlet-multinomial null (`statistics/concentration.py`). Attest logs exist in every ledger
        system; how a matter was allotted is seldom written down, and must be added for the units under test.
    """

    name = "official_supplier_concentration"
    version = "1"
    title_sv = "En handläggare, en leverantör"
    title_en = "One official, one supplier"
    why_sv = (
        "Där ärenden fördelas i tur och ordning avgör slumpen vem som beslutar om vem. Att en handläggare gång på gång beslutar om en och samma leverantör "
        "väcker "
        "frågan hur de ärendena hamnade där. Jämförelsen är kollegor på samma enhet samma år."
    )
    kinds = (HitKind.RATE,)
    typologies = (21,)
    subject_kind = SubjectKind.ACCOUNT
    purpose = Purpose.INSIDER_CONTROL
    needs = {"approvals": ("user_account", "unit", "organisation_number", "approved_on", "amount_ore")}
    default_on = False
    on_officials = True
    recipients = RECIPIENTS
    look_alikes = (
        LookAlike(
            "Eget distrikt, egna klienter eller egen bransch utan att det står i loggen: se fördelningsordningen.",
            "A district, clients or a trade of one's own that the log does not tell: see the rules of allocation.",
        ),
        LookAlike(
            "Ansvarig för ramavtalet med leverantören: se avtalet.",
            "In charge of the framework contract with the supplier: see the contract.",
        ),
        LookAlike(
            "Ställföreträdare, eller ett projekt med en leverantör: se schemat och projektbeslutet.",
            "A stand-in, or a project with one supplier: see the roster and the decision on the project.",
        ),
        LookAlike(
            "Särskild kunskap (språk som tolkas, medicinteknik): se arbetsbeskrivningen.",
            "Special knowledge (interpreting, medical devices): see the job description.",
        ),
    )

    fewest_approvals: int = 15
    fewest_for_one: int = 8

    def detect(self, context: Context) -> Findings:
        """Screen every official with enough approvals within their unit and year."""
        told = context.engine.query(_APPROVALS).to_pandas()
        if told.empty:
            return nothing()
        told["group"] = told["unit"] + " " + told["year"].astype(int).astype(str)
        tests = self._tests(told)
        low_p = tests[(tests["p_value"] <= context.q_limit) & (tests["observed"] >= self.fewest_for_one)]
        chosen = low_p[["key", "group", "official_id", "organisation_id"]]
        rows = chosen.merge(told, on=["group", "official_id", "organisation_id"])
        whole = told.groupby(["official_id", "organisation_id"])["amount_ore"].sum()
        return Findings(
            hits=hits_frame(list(self._hits(low_p, rows, whole))),
            evidence=evidence_frame(
                rows, register="approvals", amount="amount_ore", sv="attest eller beslut för organisationen", en="approval for the organisation"
            ),
            tests=tests_frame(tests),
        )  # fmt: skip

    def _tests(self, told: pd.DataFrame) -> pd.DataFrame:
        """One row an official and year, with the organisation that stands out most."""
        made = []
        sizes = told.groupby(["group", "official_id"])["record_id"].transform("size")
        made.append(
            self._untested(told[sizes < self.fewest_approvals], f"fewer than {self.fewest_approvals} approvals")
        )
        for group, rows in told[sizes >= self.fewest_approvals].groupby("group", sort=True):
            counts = pd.crosstab(rows["official_id"], rows["organisation_id"])
            peers = len(counts) - 1
            if peers < FEWEST_PEERS or len(counts.columns) == 1:
                why = f"only {peers} colleagues" if peers < FEWEST_PEERS else "one organisation for all of the unit"
                made.append(self._untested(rows, why))
                continue
            keys = [f"{official} {group}" for official in counts.index]
            found = concentration(counts.to_numpy(dtype=np.int64), keys, seed=_UNIT)
            made.append(
                pd.DataFrame(
                    {
                        "key": keys,
                        "subject_id": counts.index,
                        "official_id": counts.index,
                        "group": group,
                        "organisation_id": counts.columns.to_numpy()[found.source],
                        "subject_kind": self.subject_kind.value,
                        "unit": _UNIT,
                        "trials": counts.sum(axis=1).to_numpy(),
                        "observed": found.observed.astype(float),
                        "expected": found.expected,
                        "null_model": f"beta-binomial, share of each organisation among colleagues, rho {found.rho:.4f}",
                        "peer_group": f"officials of the unit {group}",
                        "peers": peers,
                        "p_value": found.p_value,
                        "p_randomised": found.p_randomised,
                        "not_evaluable": None,
                    }
                )
            )
        filled = [each for each in made if not each.empty]
        return pd.concat(filled, ignore_index=True) if filled else self._untested(told[:0], "")

    def _untested(self, rows: pd.DataFrame, why: str) -> pd.DataFrame:
        once = rows.drop_duplicates(["group", "official_id"])
        once = once.assign(
            key=once["official_id"] + " " + once["group"],
            subject_id=once["official_id"],
            peer_group="officials of the unit " + once["group"],
        )
        tests = not_evaluable_tests(
            once, subject_kind=self.subject_kind.value, unit=_UNIT, null_model="beta-binomial", why=why
        )
        return tests.assign(group=once["group"], official_id=once["official_id"], organisation_id=None, trials=0)

    def _hits(self, low_p: pd.DataFrame, rows: pd.DataFrame, whole: pd.Series) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(rows.groupby("key")))
        test: Any
        for test in low_p.itertuples(index=False):
            group = by_key[test.key]
            amount = int(group["amount_ore"].sum())
            expected = round(test.expected, 1)
            yield rate_hit(
                self,
                test,
                **of_official(str(test.subject_id)),
                amounts=(
                    0,
                    round(amount * (1 - test.expected / test.observed)),
                    int(whole[(test.official_id, test.organisation_id)]),
                ),
                currency=group["currency"].iloc[0],
                period=(group["approved_on"].min(), group["approved_on"].max()),
                parties={"supplier": [str(test.organisation_id)]},
                sv=f"{number(test.observed)} av {number(test.trials)} attester ett år gäller en och samma organisation ({number(expected)} väntade efter "
                f"{test.peers} kollegor på enheten), tillsammans {kronor(amount)}. Beloppet är vad som godkändes, inte en förlust.",
                en=f"{number(test.observed, language='en')} of {number(test.trials, language='en')} approvals of a year are for one organisation "
                f"({number(expected, language='en')} expected by {test.peers} colleagues of the unit), {kronor(amount, language='en')} together. The amount is "
                "what was approved, no loss.",
            )


_APPROVALS = """
    select record_id, official_id, unit, organisation_id, approved_on, extract(year from approved_on) as year, amount_ore, currency
    from approvals
    where official_id is not null and organisation_id is not null and not is_withheld and links_exact and coalesce(allocation, 'drawn') = 'drawn'
    order by record_id
"""
