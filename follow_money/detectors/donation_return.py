"""Donations that come back to the employer's owners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.company_payments import company_flows
from follow_money.detectors.contract import Context, Detector, Findings, LookAlike
from follow_money.detectors.donation_rounds import donation_rounds
from follow_money.detectors.owner_side import OWNER_SIDE
from follow_money.detectors.public_money import PublicMoney, public_money
from follow_money.detectors.rows import evidence_frame, hits_frame, joined, trail_hit
from follow_money.detectors.sentences import between, counted, kronor, percent
from follow_money.detectors.trail_evidence import TrailNotes, trail_evidence
from follow_money.graph.flows.found_trail import FoundTrail, found_trail
from follow_money.graph.flows.time_order import Int64s
from follow_money.graph.local_time import local_days
from follow_money.model import HitKind, Purpose, SubjectKind


@dataclass(frozen=True, kw_only=True)
class DonationReturn(Detector):
    """Gifts of a publicly paid employer, or of its employees, to an organisation that pays most of them on to the employer's owners or officers within days.

    Why:
        A wage that draws a subsidy and is given away to a body that hands it to the employer's owner was not paid for work; the detour makes it look like a
        gift. The same holds for gifts of the employer itself out of public money.

    Not flagged:
        Gifts that stay with the body or go to rent, relief or members; what the body pays as wages with payroll behind them, rent or to suppliers; a loan of
        the owner side to the body, repaid; outlays reimbursed that are small beside the gifts; payments to the owner side that are much larger than the
        gifts; gifts of the owners themselves; small sums; once or twice. Who the body is, and what it believes in, is never read.

    Parameters:
        within_days: Days after a gift within which the body pays the owner side.
        back_percent: Per cent of all gifts of the employer and its employees to the body that must come back.
        gifts_percent: Per cent of what the body paid the owner side then that the gifts must make up.
        fewest_times: Payments to the owner side from which on it is a finding.
        least_ore: Sum that came back, in öre.

    Source:
        Typology 5 (grant, association, signatory; payout to a person within days), detectors D4a-b; Aftonbladet 2015.
    """

    name = "donation_return"
    version = "1"
    title_sv = "Gåvor som kommer tillbaka till arbetsgivarens ägare"
    title_en = "Donations that come back to the employer's owners"
    why_sv = (
        "En lön som ger rätt till stöd och skänks till en organisation som lämnar den till arbetsgivarens ägare kan vara en lön utan arbete; "
        "omvägen får den att se ut som en gåva. Detsamma gäller arbetsgivarens egna gåvor av offentliga pengar."
    )
    kinds = (HitKind.FLOW,)
    typologies = (5, 4)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "payments": ("paid_at", "payer_number", "payee_number", "amount_ore"),
        "payroll": ("organisation_number", "person_number", "month"),
        "roles": ("organisation_number", "person_number", "role"),
    }
    uses = ("claims", "accounts", "balances", "relations", "persons")
    look_alikes = (
        LookAlike(
            "Utlägg som en kassör eller ledare fått ersättning för: se kvitton och verifikationer.",
            "Outlays that a treasurer or leader was reimbursed for: see receipts and vouchers.",
        ),
        LookAlike(
            "Lån till organisationen som betalas tillbaka: se skuldebrev och årsmötesprotokoll.",
            "A loan to the organisation that is repaid: see the note and the minutes.",
        ),
        LookAlike(
            "Lön eller arvode för arbete i organisationen: se beslut och arbetsgivardeklaration.",
            "Pay or a fee for work in the organisation: see the decision and the payroll declaration.",
        ),
        LookAlike(
            "Hyra för lokal som ägaren upplåter: se hyresavtalet.",
            "Rent for premises that the owner lets: see the lease.",
        ),
    )

    within_days: int = 14
    back_percent: int = 50
    gifts_percent: int = 50
    fewest_times: int = 3
    least_ore: int = 2_000_000

    def detect(self, context: Context) -> Findings:
        """Screen every publicly paid employer."""
        engine, public = context.engine, public_money(context)
        engine.keep("owner_side", OWNER_SIDE)
        gifts = donation_rounds(engine, public, company_flows(engine, public), within_days=self.within_days)
        hits, evidence, times = [], [], {}
        for organisation, every in gifts.groupby("organisation_id", sort=True):
            key = str(organisation)
            times[key] = int(every.loc[every["back"] >= 0, "back"].nunique())
            kept = [group for _, group in every.groupby("body_id", sort=True) if self._comes_back(group)]
            if not kept:
                continue
            back = pd.concat(kept)
            back = back[back["back"] >= 0]
            at, found = _trail(key, back, public)
            if not found.high_ore:
                continue
            hits.append(self._hit(key, pd.concat(kept), public, found))
            by_employer = bool((back["giver_id"] == key).any())
            evidence.append(trail_evidence(key, context.flows, at, found, _NOTES if by_employer else _NOTES_OF_WAGES))
            evidence.append(
                evidence_frame(
                    back.assign(key=key),
                    register="roles",
                    record="role_record_id",
                    sv="roll i organisationen",
                    en="role in the organisation",
                )
            )
        return Findings(
            hits=hits_frame(hits),
            evidence=joined(*evidence),
            tests=public.tests(
                times, unit="payments to the owner side after gifts", subject_kind=self.subject_kind.value
            ),
        )

    def _comes_back(self, gifts: pd.DataFrame) -> bool:
        given, backs, back = _sums(gifts)
        return (
            len(backs) >= self.fewest_times
            and back >= self.least_ore
            and 100 * back >= self.back_percent * given
            and 100 * back >= self.gifts_percent * int(backs.sum())
        )

    def _hit(self, key: str, gifts: pd.DataFrame, public: PublicMoney, found: FoundTrail) -> dict[str, Any]:
        sums = [_sums(group) for _, group in gifts.groupby("body_id")]
        given, times, back = (
            sum(each[0] for each in sums),
            sum(len(each[1]) for each in sums),
            sum(each[2] for each in sums),
        )
        home = gifts[gifts["back"] >= 0]
        people = int((home.drop_duplicates("giver_id")["giver_id"] != key).sum())
        by_employer = bool((home["giver_id"] == key).any())
        amounts = found.amounts
        days = local_days(public.facts.store.told(home["gift"].to_numpy())["paid_at"])
        return trail_hit(
            self,
            key,
            found,
            unit="payments to the owner side after gifts",
            observed=times,
            period=(min(days.to_pylist()), home["day"].max()),
            payer=public.payer(key),
            programme=public.programme(key),
            parties={
                "employee": home.loc[home["giver_id"] != key, "giver_id"],
                "related_organisation": home["body_id"],
                "receiver": home["member_id"],
                "owner_side": home["owner_id"],
            },
            sv=f"Av {kronor(given)} i gåvor från {_givers_sv(people, by_employer)} till {counted(len(sums), 'organisation', 'organisationer')} betalades "
            f"{kronor(back)} ({percent(back / given)}) inom {self.within_days} dagar vidare till dem som äger eller företräder arbetsgivaren, "
            f"eller deras hushåll, "
            f"{times} gånger. Därav var {between(*amounts)} {_OF_WHAT_SV[by_employer]}.",
            en=f"Of {kronor(given, language='en')} in gifts of {_givers_en(people, by_employer)} to {counted(len(sums), 'organisation', 'organisations')} "
            f"{kronor(back, language='en')} ({percent(back / given)}) was paid on within {self.within_days} days to those who own or represent the employer, "
            f"or their households, "
            f"{times} times. Of it {between(*amounts, language='en')} was {_OF_WHAT_EN[by_employer]}.",
        )


_NOTES = TrailNotes(along=("gåva", "gift"), ends=("till ägarsidan", "to the owner side"))
_NOTES_OF_WAGES = TrailNotes(
    sources=("utbetald lön", "salary paid"), along=("gåva", "gift"), ends=("till ägarsidan", "to the owner side")
)
_OF_WHAT_SV = {True: "offentliga pengar", False: "lön från arbetsgivaren"}
_OF_WHAT_EN = {True: "public money", False: "pay from the employer"}


def _sums(gifts: pd.DataFrame) -> tuple[int, pd.Series, int]:
    """Of gifts to one body: öre given in all; öre of each payment to the owner side that followed in time; öre that came back, no more than was given."""
    given = int(gifts["gift_ore"].sum())
    home = gifts[gifts["back"] >= 0].groupby("back").agg(gifts=("gift_ore", "sum"), back=("back_ore", "first"))
    return given, home["back"], int(np.minimum(home["gifts"], home["back"]).sum())


def _trail(key: str, gifts: pd.DataFrame, public: PublicMoney) -> tuple[Int64s, FoundTrail]:
    """The trail of the gifts: of public money where the employer gave any, else of what it paid the givers."""
    store, payments = public.facts.store, np.union1d(gifts["gift"], gifts["back"])
    employer, givers = store.node(key), store.numbers(sorted(set(gifts["giver_id"])))
    before = public.to([key]) if (givers == employer).any() else np.zeros(0, np.int64)
    out = store.paid_by(employer)
    pay = np.concatenate([before, out[np.isin(store.payee[out], givers)]])
    at = np.union1d(payments, pay[pay < payments.max()])
    return at, found_trail(store, at, opening_ore=public.facts.opening_ore)


def _givers_sv(people: int, by_employer: bool) -> str:  # noqa: FBT001  # what it says
    staff = counted(people, "anställd", "anställda")
    return f"arbetsgivaren och {staff}" if people and by_employer else staff if people else "arbetsgivaren"


def _givers_en(people: int, by_employer: bool) -> str:  # noqa: FBT001  # what it says
    staff = counted(people, "employee", "employees")
    return f"the employer and {staff}" if people and by_employer else staff if people else "the employer"
