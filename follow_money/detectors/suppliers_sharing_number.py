"""One supplier number, several names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.peers import rate_tests
from follow_money.detectors.postings import keep_postings, money
from follow_money.detectors.rows import evidence_frame, hits_frame, not_evaluable_tests, rate_hit, tests_frame
from follow_money.detectors.sentences import number
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, kw_only=True)
class SuppliersSharingNumber(Detector):
    """A supplier number that stands with clearly different names, and with more of them than ledgers of its care
    explain.

    Why:
        A number names one party. Invoices of one name under the number of another may come from somebody who borrows
        a registered company's number, or go to an account that is not the supplier's. But renamed companies, trading
        names and slips of the pen are common, and a change of name is lawful: so this is never a contradiction.
        Names that are clearly unlike the usual one, spellings of one counted once, are compared with those of peers of
        as many invoices; the null is the ledger's own carelessness. Spellings are not counted: each supplier of a
        ledger soon stands with all that its clerks use, so that they differ less than chance would have it.

    Not flagged:
        Spellings of one name, however many, and names that differ by legal form or order of words alone; numbers with
        as many unlike names as peers have; suppliers with few invoices; private persons.

    Parameters:
        fewest_invoices: A supplier with fewer invoices is not evaluable.

    Source:
        Detector D5 (shared identifiers) with D8's null, the register's error rate; typology 8.
    """

    name = "suppliers_sharing_number"
    version = "2"
    title_sv = "Ett leverantörsnummer, flera namn"
    title_en = "One supplier number, several names"
    why_sv = (
        "Ett nummer avser en part. Olika namn under ett nummer kan betyda att någon lånar ett företags nummer, men "
        "oftast är det namnbyte, bifirma eller "
        "skrivfel. Antalet helt olika namn jämförs därför med andra leverantörer med lika många fakturor."
    )
    kinds = (HitKind.RATE,)
    typologies = (8,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.SUPPLIER_CONTROL
    needs = {"invoices": ("supplier_number", "supplier_name", "booked_on", "net_ore")}
    look_alikes = (
        LookAlike(
            "Namnbyte eller bifirma: se registreringsbeviset.",
            "A change of name or a trading name: see the certificate of registration.",
        ),
        LookAlike(
            "Factoring: fakturan är överlåten och factoringbolagets namn står som mottagare. Se överlåtelsen.",
            "Factoring: the claim was assigned and the factor's name stands as payee. See the assignment.",
        ),
        LookAlike(
            "Koncernfakturering: ett bolag fakturerar för flera. Se avtalet.",
            "Group invoicing: one company bills for several. See the contract.",
        ),
        LookAlike(
            "Fel rad vald i leverantörsregistret: jämför med numret på fakturan.",
            "The wrong line chosen in the supplier register: compare the number on the invoice.",
        ),
        LookAlike(
            "Filialer eller enheter med egna namn: se registreringen.",
            "Branches or units with names of their own: see the registration.",
        ),
    )

    fewest_invoices: int = 3

    def detect(self, context: Context) -> Findings:
        """Screen every supplier of the ledgers."""
        engine = context.engine
        keep_postings(engine)
        suppliers = engine.query(_SUPPLIERS).to_pandas()
        if suppliers.empty:
            return nothing()
        suppliers = suppliers.assign(
            key=suppliers["supplier_id"],
            subject_id=suppliers["supplier_id"],
            observed=suppliers["unlike_names"].clip(upper=suppliers["invoices"]),
            trials=suppliers["invoices"],
            peer_group=_volume_class(suppliers["invoices"]),
        )
        unit, kind = "unlike names for each invoice", self.subject_kind.value
        is_enough = suppliers["invoices"] >= self.fewest_invoices
        tests = tests_frame(
            rate_tests(suppliers[is_enough], unit=unit, subject_kind=kind),
            not_evaluable_tests(
                suppliers[~is_enough],
                subject_kind=kind,
                unit=unit,
                null_model="beta-binomial",
                observed="observed",
                why=f"fewer than {self.fewest_invoices} invoices",
            ),
        )
        told = suppliers.loc[suppliers["unlike_names"] > 0, ["key", "unlike_names", "invoices"]]
        low_p = tests[tests["p_value"] <= context.q_limit].merge(told, on="key")
        rows = engine.query(_ROWS).to_pandas()
        rows = rows[rows["key"].isin(low_p["key"])]
        return Findings(
            hits=hits_frame(list(self._hits(low_p, rows))),
            evidence=evidence_frame(
                rows, register="invoices", amount="net_ore", sv="rad under numret", en="row under the number"
            ),
            tests=tests,
        )

    def _hits(self, low_p: pd.DataFrame, rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(rows.groupby("key")))
        test: Any
        for test in low_p.itertuples(index=False):
            group = by_key[test.key]
            currencies = group.groupby("currency")["net_ore"].sum().sort_index(kind="stable")
            currency = str(currencies.idxmax())
            paid = int(currencies.max())
            payers = sorted(group["payer"].unique())
            yield rate_hit(
                self,
                test,
                payer=payers[0] if len(payers) == 1 else None,
                amounts=(
                    0,
                    0,
                    paid,
                ),  # no sum is shown to be wrong by a name; all that was paid under the number depends on it
                amount_kind=AmountKind.EXCESS,
                currency=currency,
                period=(group["booked_on"].min(), group["booked_on"].max()),
                sv=f"Numret står med {number(test.unlike_names)} namn som är helt olika det vanliga, på "
                f"{number(test.invoices)} fakturor "
                f"({number(test.expected)} väntade; {test.peers} jämförbara leverantörer). "
                f"Betalt under numret: {money(paid, currency)}.",
                en=f"The number stands with {number(test.unlike_names, language='en')} names clearly unlike the usual "
                f"one, on {number(test.invoices, language='en')} invoices "
                f"({number(test.expected, language='en')} expected; "
                f"{test.peers} peers). Paid under the number: {money(paid, currency, language='en')}.",
            )


def _volume_class(invoices: pd.Series) -> pd.Series:
    """Peers by volume, a factor of four a class: further names per invoice fall as the same names come back."""
    low = (4 ** np.floor(np.log(invoices.clip(lower=1)) / np.log(4) + 1e-9)).astype(int)
    bands = [f"suppliers with {lowest} to {4 * lowest - 1} invoices" for lowest in low]
    return pd.Series(bands, index=invoices.index, dtype=object)


_SUPPLIERS = """
    with per_supplier as (select supplier_id, count(*) as invoices from postings where net_ore > 0 group by supplier_id)
    select s.supplier_id, s.invoices, coalesce(f.unlike_names, 0) as unlike_names
    from per_supplier s left join entity_facts f on f.entity_id = s.supplier_id
    order by s.supplier_id
"""

_ROWS = """
    select l.supplier_id as key, l.payer, l.currency, l.booked_on, l.record_id, l.net_ore
    from ledger_rows l join entity_facts f on f.entity_id = l.supplier_id
    where f.unlike_names > 0
    order by l.supplier_id, l.record_id
"""
