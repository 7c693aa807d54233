"""A new organisation that goes on where one that ended left off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from follow_money.detectors.company_ties import BEGUN, ENDED, STAFF_OF_THE_NEW, TIES
from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.nulls import RateNull
from follow_money.detectors.rows import evidence_frame, hits_frame, joined, not_evaluable_tests, rate_hit, tests_frame
from follow_money.detectors.sentences import kronor
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind
from follow_money.statistics import FEWEST_PEERS, drawn, poisson_binomial_upper_tail, randomised_p

_UNIT = "kinds of ties"
_TIES = {
    "people": ("ägare eller funktionär", "an owner or officer"),
    "staff": ("personal", "staff"),
    "telephone": ("telefonnummer", "a telephone number"),
    "vehicles": ("fordon", "vehicles"),
}
_ENDS = {
    "contract_terminated": ("avtalet hävdes", "the contract was terminated"),
    "permit_revoked": ("tillståndet återkallades", "the permit was revoked"),
    "bankruptcy": ("den gick i konkurs", "it went bankrupt"),
    "liquidation": ("den trädde i likvidation", "it went into liquidation"),
}


@dataclass(frozen=True, kw_only=True)
class SuccessorCompany(Detector):
    """An organisation that begins to be paid with public money soon after another one ended, and shares several kinds of things with it.

    Why:
        A provider that lost its contract or permit, or went bankrupt, may go on under a new number, often with another payer who does not know of it. Owners,
        staff, telephone and vehicles tell. Beginning again is lawful: the finding tells payers who they deal with, and the amount is what is paid to the
        new organisation, as exposure, not as loss.

    Not flagged:
        Staff and vehicles taken over alone, as after a tender: an owner or officer of the old one, on the board or the pay list of the new, or the telephone
        must be shared too; one kind of tie alone; a shared accountant, auditor, deputy or administrator; persons with posts in many organisations;
        telephones and vehicles that more organisations have; an organisation that was paid before the other ended; household and
        kinship. Staff that many competitors share in a small labour market raises what is expected of every pair.

    Parameters:
        within_days: Days after the end within which the other one begins.
        before_days: Days before the end from which on beginning counts.
        fewest_kinds: Kinds of ties from which on it can be a finding.
        fewest_staff: Employees in common from which on staff is a tie.
        staff_share_percent: Share of the new one's employees that they must be.
        most_holders: Organisations of one telephone or vehicle above which it ties nobody.
        settled_days: Days from the beginning of the data in which a first payment is no beginning.

    Source:
        Typology 22, detectors D6b and D5a; no source gives the number of ties or days: they are this file's. Kommunalarbetaren 2021-22: at
        least 20 firms licensed although exposed earlier.
    """

    name = "successor_company"
    version = "1"
    title_sv = "Ny organisation som fortsätter där en annan slutade"
    title_en = "A new organisation that goes on where another ended"
    why_sv = (
        "Den som förlorat avtal eller tillstånd, eller gått i konkurs, kan fortsätta under ett nytt nummer hos en betalare som inte känner till det. Att börja "
        "om är lagligt: beloppet är vad den nya får betalt, inte en förlust."
    )
    kinds = (HitKind.RATE,)
    null = RateNull.KINDS
    typologies = (22, 13)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "claims": ("organisation_number", "period_from", "amount_ore"),
        "organisation_events": ("organisation_number", "happened_on", "kind"),
    }
    needs_one_of = ("roles", "payroll", "vehicles")
    uses = ("roles", "payroll", "vehicles", "organisations", "permits", "contracts")
    look_alikes = (
        LookAlike(
            "Verksamhetsövergång efter upphandling eller köp av ett konkursbos inkråm: se avtalet.",
            "A transfer of the business after a tender, or bought from a bankrupt's estate: see the agreement.",
        ),
        LookAlike(
            "Tidigare anställda som startar eget tillsammans: se ägarna i aktieboken.",
            "Former employees who begin together: see the share register.",
        ),
        LookAlike(
            "Gemensam redovisningsbyrå, växel eller uthyrare av fordon: se abonnemang och hyresavtal.",
            "A shared accountant, switchboard or lessor of vehicles: see subscription and lease.",
        ),
        LookAlike(
            "Ett beslut om återkallelse eller hävning som upphävts: se domen.",
            "A revocation or termination that was set aside: see the judgment.",
        ),
    )

    within_days: int = 180
    before_days: int = 60
    fewest_kinds: int = 2
    fewest_staff: int = 2
    staff_share_percent: int = 15
    most_holders: int = 3
    settled_days: int = 92

    def detect(self, context: Context) -> Findings:
        """Screen every organisation whose first public money lies within the data."""
        engine = context.engine
        engine.keep("ended", ENDED)
        engine.keep("begun", BEGUN, {"settled": self.settled_days})
        begun = engine.query("select * from begun order by organisation_id").to_pandas()
        ended = engine.query("select distinct organisation_id, ended_on from ended").to_pandas()
        if begun.empty or ended.empty:
            return nothing()
        ties = engine.query(
            TIES, {"before": self.before_days, "within": self.within_days, "holders": self.most_holders}
        ).to_pandas()
        staff = engine.query(STAFF_OF_THE_NEW).to_pandas().set_index("organisation_id")["staff"]
        pairs = self._pairs(ties, staff)
        tests = self._tests(begun, ended, pairs)
        best = tests.dropna(subset=["p_value"]).merge(pairs, on=["new_id", "old_id"], suffixes=("", "_of_pair"))
        best = best[(best["kinds"] >= self.fewest_kinds) & (best["people"] | best["telephone"])]
        best = best[best["p_value"] <= context.q_limit]
        paid = engine.query(_PAID).to_pandas()
        paid = paid[paid["organisation_id"].isin(best["new_id"])].assign(key=lambda rows: rows["organisation_id"])
        told = ties.merge(best[["key", "new_id", "old_id", "ended_on"]], on=["new_id", "old_id", "ended_on"])
        told = (
            told[[bool(best.set_index("key").loc[row.key, row.tie]) for row in told.itertuples()]]
            if len(told)
            else told
        )
        return Findings(
            hits=hits_frame(list(self._hits(best, paid))),
            evidence=joined(
                evidence_frame(
                    paid, register="claims", amount="amount_ore", sv="ersättning till den nya", en="paid to the new one"
                ),
                *(
                    evidence_frame(
                        rows,
                        register=str(register),
                        record="end_record_id",
                        sv="den förras slut",
                        en="the end of the old one",
                    )
                    for register, rows in told.groupby("end_register")
                ),
                *(
                    evidence_frame(
                        rows,
                        register=str(register),
                        sv=f"gemensamt: {_TIES[str(tie)][0]}",
                        en=f"shared: {_TIES[str(tie)][1]}",
                    )
                    for (register, tie), rows in told.groupby(["register", "tie"])
                ),
            ),
            tests=tests_frame(
                tests,
                not_evaluable_tests(
                    begun[~begun["organisation_id"].isin(tests["new_id"])].rename(
                        columns={"organisation_id": "subject_id"}
                    ),
                    subject_kind=self.subject_kind.value,
                    unit=_UNIT,
                    null_model="Poisson-binomial",
                    why="no organisation ended in the time before it began",
                ),
            ),
        )

    def _pairs(self, ties: pd.DataFrame, staff: pd.Series) -> pd.DataFrame:
        """One row a pair with a tie: which kinds, and how many."""
        if ties.empty:
            return ties[["new_id", "old_id", "ended_on", "kind", "begun_on"]].assign(
                kinds=0, **dict.fromkeys(_TIES, False)
            )
        counted = ties.groupby(["new_id", "old_id", "ended_on", "kind", "begun_on", "tie"])["shared_id"].nunique()
        wide = counted.unstack("tie", fill_value=0).reindex(columns=list(_TIES), fill_value=0).reset_index()
        share = wide["staff"] * 100 >= self.staff_share_percent * wide["new_id"].map(staff).fillna(0)
        wide["staff"] = (wide["staff"] >= self.fewest_staff) & share
        for tie in ("people", "telephone", "vehicles"):
            wide[tie] = wide[tie] > 0
        wide["kinds"] = wide[list(_TIES)].sum(axis=1).astype("int64")
        wide = wide.sort_values(["kinds", "ended_on", "old_id"], ascending=[False, False, True], kind="stable")
        return wide.drop_duplicates(["new_id", "old_id"])

    def _tests(self, begun: pd.DataFrame, ended: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
        """One test an organisation that began: the old one that it shares most with, among all that ended in the time before."""
        ends = np.sort(pd.to_datetime(ended["ended_on"]).to_numpy(dtype="datetime64[D]"))
        starts = pd.to_datetime(begun["begun_on"]).to_numpy(dtype="datetime64[D]")
        compared = np.searchsorted(
            ends, starts + np.timedelta64(self.before_days, "D"), side="right"
        ) - np.searchsorted(ends, starts - np.timedelta64(self.within_days, "D"))
        told = begun.rename(columns={"organisation_id": "new_id"}).assign(compared=compared)
        told = told[told["compared"] > 0]
        every = max(int(told["compared"].sum()), 1)
        # What is expected is taken from pairs that share one kind alone: those that share several must not make the null that is to find them.
        alone = pairs[pairs["kinds"] == 1]
        chance = np.array([(float(alone[tie].sum()) + 0.5) / (every + 1) for tie in _TIES])
        best = pairs.drop_duplicates("new_id")
        told = told.merge(best[["new_id", "old_id", "kinds"]], on="new_id", how="left")
        kinds = told["kinds"].fillna(0).to_numpy(dtype=np.int64)
        one, more = (poisson_binomial_upper_tail(least, chance) for least in (kinds, kinds + 1))
        # Of the closest of all compared: so many kinds or more, and more.
        reached, above = (stats.binom.sf(0, told["compared"].to_numpy(), tail) for tail in (one, more))
        draw = drawn(told["new_id"].astype(str), seed=_UNIT)
        enough = len(told) - 1 >= FEWEST_PEERS
        return told.assign(
            key=told["new_id"],
            subject_id=told["new_id"],
            subject_kind=self.subject_kind.value,
            unit=_UNIT,
            observed=kinds.astype(float),
            expected=float(chance.sum()) if enough else np.nan,
            null_model="Poisson-binomial over kinds of ties, the closest of all compared",
            peer_group="organisations that began to be paid",
            peers=len(told) - 1,
            p_value=reached if enough else np.nan,
            p_randomised=randomised_p((reached + above) / 2, reached - above, draw) if enough else np.nan,
            not_evaluable=None if enough else f"only {len(told) - 1} peers",
        )

    def _hits(self, best: pd.DataFrame, paid: pd.DataFrame) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(paid.groupby("key")))
        row: Any
        for row in best.itertuples(index=False):
            rows = by_key[row.key]
            amount = int(rows["amount_ore"].clip(lower=0).sum())
            shared = [words for tie, words in _TIES.items() if getattr(row, tie)]
            largest = rows.sort_values("amount_ore", kind="stable").iloc[-1]
            ended, begun = pd.Timestamp(row.ended_on).date(), pd.Timestamp(row.begun_on).date()
            yield rate_hit(
                self,
                row,
                payer=largest["payer"],
                programme=largest["programme"],
                amounts=(0, amount, amount),
                amount_kind=AmountKind.STATUS,
                period=(rows["period_from"].min(), rows["period_to"].max()),
                parties={"related_organisation": [str(row.old_id)]},
                sv=f"Organisationen fick offentliga medel från {begun}. En annan slutade {ended} ({_ENDS[row.kind][0]}), och de har gemensamt: "
                f"{', '.join(sv for sv, _ in shared)}. {kronor(amount)} är vad den nya har fått, inte en förlust ({row.compared} par jämförda).",
                en=f"The organisation was paid with public money from {begun} on. Another one ended on {ended} ({_ENDS[row.kind][1]}), and they share "
                f"{', '.join(en for _, en in shared)}. {kronor(amount, language='en')} is what the new one was paid, no loss ({row.compared} pairs compared).",
            )


_PAID = """
    select organisation_id, payer, programme, record_id, period_from, period_to, amount_ore from current_claims
    where organisation_id is not null order by organisation_id, record_id
"""
