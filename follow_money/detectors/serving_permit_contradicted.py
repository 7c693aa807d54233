"""A restaurant with a serving permit whose staff ledger, sales or purchases contradict what it declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.nulls import RateNull
from follow_money.detectors.owner_side import OWNER_SIDE
from follow_money.detectors.rows import (
    evidence_frame,
    hit,
    hits_frame,
    joined,
    not_evaluable_tests,
    plain_tests,
    rate_hit,
    tests_frame,
)
from follow_money.detectors.sentences import counted, hours, kronor, number
from follow_money.detectors.serving_holders import SERVING_HOLDERS
from follow_money.detectors.serving_sales import ABOVE, ServingSales, serving_sales
from follow_money.detectors.serving_staff import CLOCKED_MONTHS, EMPLOYERS_NEAR, PAY_ROWS, STAFF_COUNTS, STAFF_ROWS
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind

_STAFF, _SALES = "person-months without declared pay", "reported sales that cannot be"


@dataclass(frozen=True, kw_only=True)
class ServingPermitContradicted(Detector):
    """Work in the staff ledger of a restaurant that nobody declared, or sales that purchases and seats contradict.

    Why:
        A restaurant with a serving permit keeps a staff ledger (personalliggare) and reports its sales. Work in the ledger without declared pay, goods bought
        for more than was sold, and sales that neither seats nor goods bear contradict what was declared; the permit rests on it. The permit itself has no
        amount: what public money reached the holder is another detector's.

    Not flagged:
        Owners and who lives with them; people declared by a company of the same owner, or by one that the restaurant pays or is paid by again and again
        (chain, staffing firm, a kitchen let to another); pay declared for the month before or after; some evenings on trial; a chain in which one buys for
        all (compared as one); a season (whole periods are compared); much sold to go (the goods bear it); a corrected report (the latest counts).

    Parameters:
        least_hours: Hours of a person in a month, from which on the month counts.
        hour_kronor: Declared pay for each hour in the ledger, below which the month is not covered.
        near_months: Months with payments, from which on another company may declare the staff.
        fewest_months: Person-months without declared pay from which on they are a contradiction.
        months_percent: Share of all person-months in the ledger that they must be.
        stock_percent: Part of purchases that may lie in stock or be wasted.
        least_kronor: Purchases beyond sales from which on they count.
        seat_kronor: Sales for each seat and day, all days, above which a full house is not enough.
        most_times: Sales to purchases above which goods do not bear the sales.
        least_times: Times the peers' median from which on a ratio counts.

    Source:
        Typology 25, detectors D2a and D8a; alkohollagen (2010:1622) 8-9 kap., skatteförfarandelagen (2011:1244) 39 kap. The limits are this file's. For the
        permit unit, environment and health, Skatteverket, Polisen: each on the ground of its own law.
    """

    name = "serving_permit_contradicted"
    version = "2"
    title_sv = "Restaurang med serveringstillstånd vars personal, försäljning eller inköp motsägs"
    title_en = "Restaurant with a serving permit whose staff, sales or purchases are contradicted"
    why_sv = (
        "En restaurang med serveringstillstånd för personalliggare och redovisar sin försäljning. Arbete i liggaren utan deklarerad lön, varor som köpts för "
        "mer än som sålts, och försäljning som varken platser eller varor räcker till motsäger det som deklarerats. Tillståndet i sig har inget belopp."
    )
    kinds = (HitKind.CONTRADICTION, HitKind.RATE)
    typologies = (25,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    null = RateNull.RATIO
    needs = {"permits": ("organisation_number", "kind", "valid_from")}
    needs_one_of = ("staff_ledgers", "serving_reports")
    uses = ("staff_ledgers", "serving_reports", "payroll", "roles", "relations", "payments", "organisations")
    look_alikes = (
        LookAlike(
            "Inhyrd personal, eller personal hos en hyresgäst i samma lokal: se avtalet och deras deklarationer.",
            "Hired staff, or staff of a tenant in the same premises: see the contract and their declarations.",
        ),
        LookAlike(
            "Praktik, skolarbete eller oavlönad hjälp av närstående: fråga den som ordnat praktiken.",
            "A trainee, a pupil or unpaid help of the family: ask who arranged the training.",
        ),
        LookAlike(
            "Varor köpta till lager eller till en annan restaurang i kedjan, svinn eller stöld: se inventering och fakturor.",
            "Goods bought for stock or for another restaurant of the chain, waste or theft: see the stock-taking and invoices.",
        ),
        LookAlike(
            "Avhämtning, catering, entré eller arrangemang utan varor: se kassaregistrets varugrupper.",
            "Food to go, catering, entrance fees or events without goods: see the groups of the cash register.",
        ),
    )

    least_hours: int = 40
    hour_kronor: int = 60
    near_months: int = 3
    fewest_months: int = 4
    months_percent: int = 5
    stock_percent: int = 10
    least_kronor: int = 100_000
    seat_kronor: int = 900
    most_times: int = 6
    least_times: float = 1.4

    def detect(self, context: Context) -> Findings:
        """Screen every holder of a serving permit."""
        engine = context.engine
        engine.keep("serving_holders", SERVING_HOLDERS)
        engine.keep("owner_side", OWNER_SIDE)
        engine.keep("employers_near", EMPLOYERS_NEAR, {"near_months": self.near_months})
        engine.keep("clocked_months", CLOCKED_MONTHS, {"least_minutes": 60 * self.least_hours})
        hour = {"hour_ore": 100 * self.hour_kronor}
        holders = engine.query(_HOLDERS).to_pandas()
        staff = engine.query(STAFF_COUNTS, hour).to_pandas().merge(holders, on="organisation_id")
        staff = staff.assign(subject_id=staff["organisation_id"], key=staff["organisation_id"] + " staff")
        known = holders[~holders["organisation_id"].isin(staff["organisation_id"])]
        unpaid = staff[
            (staff["uncovered"] >= self.fewest_months)
            & (100 * staff["uncovered"] >= self.months_percent * staff["person_months"])
            & staff["links_exact"]
        ]
        clockings = engine.query(STAFF_ROWS, hour).to_pandas().merge(unpaid[["organisation_id", "key"]])
        declared = engine.query(PAY_ROWS, hour).to_pandas().merge(unpaid[["organisation_id", "key"]])
        sales = serving_sales(engine, subject_kind=self.subject_kind.value)
        wrong, rates = self._contradicted(sales.sums), self._rates(sales)
        rates = rates[~rates["chain_id"].isin(wrong["chain_id"])]
        shown = pd.concat(
            [wrong[["key", "chain_id", "permit_record_id"]], rates[["key", "chain_id", "permit_record_id"]]]
        )
        kind = self.subject_kind.value
        return Findings(
            hits=hits_frame([*self._staff_hits(unpaid, clockings), *self._sales_hits(wrong), *self._rate_hits(rates)]),
            evidence=joined(
                evidence_frame(
                    clockings, register="staff_ledgers", sv="arbete enligt liggaren", en="work by the ledger"
                ),
                evidence_frame(declared, register="payroll", sv="lön som deklarerats", en="pay that was declared"),
                evidence_frame(
                    sales.reports.merge(shown[["key", "chain_id"]], on="chain_id"),
                    register="serving_reports",
                    sv="försäljning och inköp",
                    en="sales and purchases",
                ),
                evidence_frame(
                    pd.concat([unpaid[["key", "permit_record_id"]], shown[["key", "permit_record_id"]]]),
                    register="permits",
                    record="permit_record_id",
                    sv="tillståndet",
                    en="the permit",
                ),
            ),
            tests=tests_frame(
                plain_tests(staff, subject_kind=kind, unit=_STAFF, null_model="fact", observed="uncovered"),
                not_evaluable_tests(
                    known.assign(subject_id=known["organisation_id"]),
                    subject_kind=kind,
                    unit=_STAFF,
                    null_model="fact",
                    why="no staff ledger of it, or no declarations of its months",
                ),
                plain_tests(
                    sales.sums.assign(
                        key=sales.sums["subject_id"] + " sales",
                        found=sales.sums["chain_id"].isin(wrong["chain_id"]).astype(float),
                    ),
                    subject_kind=kind,
                    unit=_SALES,
                    null_model="fact",
                    observed="found",
                ),
                sales.tests,
            ),
        )

    def _contradicted(self, sums: pd.DataFrame) -> pd.DataFrame:
        """Chains that bought for more than they sold, or sold more than seats and goods bear."""
        told = sums.assign(key=sums["subject_id"] + " sales")
        gap = told["purchases"] * (1 - self.stock_percent / 100) - told["sales"]
        told["bought_more"] = gap >= 100 * self.least_kronor
        per_seat = told["sales"] / told["seat_days"].astype(float).where(told["seat_days"].astype(float) > 0)
        told["seat_ore"] = per_seat
        told["sold_more"] = (per_seat > 100 * self.seat_kronor) & (told["sales"] > self.most_times * told["purchases"])
        return told[(told["bought_more"] | told["sold_more"]) & told["links_exact"]]

    def _rates(self, sales: ServingSales) -> pd.DataFrame:
        """Tests whose ratio is far enough from the peers' median; the q limit is applied centrally."""
        tests = sales.tests[sales.tests["p_value"].notna()]
        far = tests[tests["observed"].astype(float) >= self.least_times * tests["expected"].astype(float)]
        return far.merge(sales.sums, on="subject_id")

    def _staff_hits(self, unpaid: pd.DataFrame, clockings: pd.DataFrame) -> Iterator[dict[str, Any]]:
        row: Any
        for row in unpaid.itertuples(index=False):
            minutes, months, persons, pay = (
                int(each) for each in (row.minutes, row.uncovered, row.persons, row.pay_ore)
            )
            yield hit(
                self,
                str(row.key),
                HitKind.CONTRADICTION,
                subject_id=str(row.organisation_id),
                organisation_id=str(row.organisation_id),
                unit="person-months without declared pay",
                observed=months,
                amounts=(0, 0, 0),
                amount_kind=AmountKind.TRACE,
                period=(row.month_from, (pd.Timestamp(row.month_to) + pd.offsets.MonthEnd(0)).date()),
                parties={"staff": clockings.loc[clockings["key"] == row.key, "person_id"]},
                sv=f"{counted(persons, 'person', 'personer')} arbetade {hours(minutes)} enligt personalliggaren i "
                f"{counted(months, 'personmånad', 'personmånader')} (av {row.person_months}). Deklarerad lön för månaderna eller månaderna intill: "
                f"{kronor(pay)}.",
                en=f"{counted(persons, 'person', 'people')} worked {hours(minutes, language='en')} by the staff ledger in "
                f"{counted(months, 'person-month', 'person-months')} (of {row.person_months}). Pay declared for these months or those beside them: "
                f"{kronor(pay, language='en')}.",
            )

    def _sales_hits(self, wrong: pd.DataFrame) -> Iterator[dict[str, Any]]:
        row: Any
        for row in wrong.itertuples(index=False):
            swedish = [f"Redovisad försäljning är {kronor(row.sales)}, inköpta varor {kronor(row.purchases)}"]
            english = [
                f"Reported sales are {kronor(row.sales, language='en')}, goods bought {kronor(row.purchases, language='en')}"
            ]
            if row.sold_more:
                swedish.append(f"försäljningen är {kronor(row.seat_ore)} per plats och dag, alla dagar")
                english.append(f"sales are {kronor(row.seat_ore, language='en')} for each seat and day, all days")
            yield hit(
                self,
                str(row.key),
                HitKind.CONTRADICTION,
                unit="reported sales that cannot be",
                observed=1.0,
                sv=f"{'; '.join(swedish)}.",
                en=f"{'; '.join(english)}.",
                **_about(row),
            )

    def _rate_hits(self, rates: pd.DataFrame) -> Iterator[dict[str, Any]]:
        row: Any
        for row in rates.itertuples(index=False):
            times, usual = number(row.observed), number(row.expected)
            is_above = row.unit == ABOVE
            yield rate_hit(
                self,
                row,
                sv=f"{'Försäljningen' if is_above else 'Inköpen av varor'} är {times} gånger {'inköpen av varor' if is_above else 'försäljningen'}, "
                f"mot {usual} hos jämförbara restauranger.",
                en=f"{'Sales are' if is_above else 'Purchases of goods are'} {number(row.observed, language='en')} times the "
                f"{'purchases of goods' if is_above else 'sales'}, against {number(row.expected, language='en')} at peers.",
                **_about(row),
            )


def _about(row: Any) -> dict[str, Any]:  # noqa: ANN401  # a row of a frame
    """Whom a finding on sales is about; the permit itself has no amount."""
    return {
        "subject_id": str(row.subject_id),
        "organisation_id": str(row.subject_id),
        "amounts": (0, 0, 0),
        "amount_kind": AmountKind.TRACE,
        "period": (row.period_from, row.period_to),
        "currency": row.currency,
    }


_HOLDERS = "select organisation_id, permit_record_id, links_exact from serving_holders order by organisation_id"
