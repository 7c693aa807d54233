"""Approvals for an organisation that the official has a tie to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.insider import RECIPIENTS, of_official
from follow_money.detectors.rows import evidence_frame, hit, hits_frame, joined, plain_tests
from follow_money.detectors.sentences import kronor, number
from follow_money.model import HitKind, Purpose, SubjectKind

_UNIT = "approvals for an organisation with a tie"
_ACCOUNT, _MONEY, _POST = "account", "money", "post"
_TIES = {
    _POST: ("roles", "uppdrag i organisationen", "a post in the organisation"),
    _ACCOUNT: ("accounts", "gemensamt konto med organisationen", "an account in common with the organisation"),
    _MONEY: ("payments", "pengar från organisationen", "money from the organisation"),
}


@dataclass(frozen=True, kw_only=True)
class OfficialSupplierTie(Detector):
    """Approvals of an official for an organisation in which they hold a post, with which they hold an account, or from which money came to them.

    Why:
        Whoever has a stake of their own must not decide (jäv, förvaltningslagen 16 §). A post as owner or on the board on the day of the approval, or an
        account held in common, contradicts that somebody impartial approved. Money from the organisation to the official is a flow that asks what it was for.

    Not flagged:
        Ties that were notified: a permitted side job, or somebody else decided; posts that had ended or had not begun; auditors and accountants; kinship and a
        home in common, which are never a tie by themselves; addresses and telephones, which many share; rent and tax; a single small sum; doubtful identity
        links.

    Parameters:
        fewest_approvals: Approvals for the organisation while the tie was there.
        fewest_payments: Payments to the official from which on money is told.
        least_ore: What these must come to, in öre.
        around_days: Days before the first and after the last approval within which money counts.

    Source:
        Typology 21, detector D5a; amounts by A4, as exposure only. The official's personal number comes from the staff register, and is asked for this test
        alone.
    """

    name = "official_supplier_tie"
    version = "1"
    title_sv = "Handläggare med band till leverantören"
    title_en = "An official with a tie to the supplier"
    why_sv = (
        "Den som har ett eget intresse får inte besluta (jäv). Ett uppdrag som ägare eller i styrelsen den dag beslutet togs, eller ett gemensamt konto, "
        "motsäger "
        "att någon opartisk har godkänt. Pengar från organisationen till handläggaren väcker frågan vad de var för. Släktskap är aldrig i sig ett band."
    )
    kinds = (HitKind.CONTRADICTION, HitKind.FLOW)
    typologies = (21,)
    subject_kind = SubjectKind.ACCOUNT
    purpose = Purpose.INSIDER_CONTROL
    needs = {"approvals": ("user_account", "official_number", "organisation_number", "approved_on", "amount_ore")}
    needs_one_of = ("roles", "accounts", "payments")
    uses = ("roles", "accounts", "payments")
    default_on = False
    on_officials = True
    recipients = RECIPIENTS
    look_alikes = (
        LookAlike(
            "Bisyssla eller intresse som anmälts men inte förts in i loggen: se personalakten.",
            "A side job or an interest that was notified and not entered in the log: see the staff file.",
        ),
        LookAlike(
            "Uppdrag som arbetsgivaren själv utsett till (kommunalt bolag, stiftelse): se beslutet.",
            "A post to which the employer appointed them (municipal company, foundation): see the decision.",
        ),
        LookAlike(
            "Lön, arvode eller köp utan samband med besluten: fråga handläggaren och organisationen.",
            "Pay, a fee or a sale that had nothing to do with the approvals: ask the official and the organisation.",
        ),
        LookAlike(
            "Namne med felaktigt personnummer i personalregistret: jämför anställningen.",
            "A namesake with a wrong number in the staff register: compare the employment.",
        ),
    )

    fewest_approvals: int = 2
    fewest_payments: int = 2
    least_ore: int = 200_000
    around_days: int = 180

    def detect(self, context: Context) -> Findings:
        """Screen every official and organisation of the approvals."""
        engine = context.engine
        engine.keep("open_approvals", _APPROVALS)
        pairs = engine.query(_PAIRS).to_pandas()
        if pairs.empty:
            return nothing()
        bounds = {"payments": self.fewest_payments, "least": self.least_ore, "around": self.around_days}
        tied = pd.concat(
            [engine.query(_POSTS).to_pandas(), engine.query(_ACCOUNTS).to_pandas(), engine.query(_PAID, bounds).to_pandas()],
            ignore_index=True,
        )  # fmt: skip
        tied["key"] = tied["official_id"] + " " + tied["organisation_id"]
        enough = tied.groupby(["key", "tie"])["record_id"].transform("nunique") >= self.fewest_approvals
        tied = tied[enough]
        pairs["key"] = pairs["official_id"] + " " + pairs["organisation_id"]
        counted = tied.groupby("key")["record_id"].nunique()
        return Findings(
            hits=hits_frame(list(self._hits(tied, pairs.set_index("key")["amount_ore"]))),
            evidence=joined(
                evidence_frame(tied.drop_duplicates(["key", "record_id"]), register="approvals", amount="amount_ore",
                    sv="godkänt för organisationen", en="approved for the organisation"),
                *(evidence_frame(tied[tied["tie"] == tie], register=register, record="tie_record_id", sv=sv, en=en)
                    for tie, (register, sv, en) in _TIES.items()),
            ),
            tests=plain_tests(
                pairs.assign(subject_id=pairs["official_id"], observed=pairs["key"].map(counted).fillna(0)),
                subject_kind=self.subject_kind.value, unit=_UNIT, null_model="fact", observed="observed",
            ),
        )  # fmt: skip

    def _hits(self, tied: pd.DataFrame, whole: pd.Series) -> Iterator[dict[str, Any]]:
        for key, rows in tied.groupby("key", sort=True):
            approvals = rows.drop_duplicates("record_id")
            found = [tie for tie in _TIES if (rows["tie"] == tie).any()]
            amount, count = int(approvals["amount_ore"].sum()), len(approvals)
            sv, en = (", ".join(_TIES[tie][language] for tie in found) for language in (1, 2))
            yield hit(
                self,
                str(key),
                HitKind.FLOW if found == [_MONEY] else HitKind.CONTRADICTION,
                **of_official(str(rows["official_id"].iloc[0])),
                unit=_UNIT,
                observed=count,
                amounts=(0, amount, int(whole[key])),
                currency=rows["currency"].iloc[0],
                period=(rows["approved_on"].min(), rows["approved_on"].max()),
                parties={"supplier": rows["organisation_id"]},
                sv=f"{number(count)} beslut om {kronor(amount)} för en organisation som handläggaren har band till: {sv}. Ingen anmälan om det finns i loggen. "
                "Beloppet är vad som godkändes, inte en förlust.",
                en=f"{number(count, language='en')} approvals of {kronor(amount, language='en')} for an organisation that the official has a tie to: {en}. "
                "The log "
                "holds no notification of it. The amount is what was approved, no loss.",
            )


_APPROVALS = """
    select record_id, official_id, person_id, organisation_id, approved_on, amount_ore, currency from approvals
    where official_id is not null and person_id is not null and organisation_id is not null and tie_handled is null and links_exact and not is_withheld
"""

_PAIRS = """
    select official_id, organisation_id, cast(sum(amount_ore) as bigint) as amount_ore from open_approvals
    group by official_id, organisation_id order by official_id, organisation_id
"""

_POSTS = """
    select a.record_id, a.official_id, a.organisation_id, a.approved_on, a.amount_ore, a.currency, 'post' as tie, min(r.record_id) as tie_record_id
    from open_approvals a
    join roles r on r.person_id = a.person_id and r.organisation_id = a.organisation_id and r.links_exact
        and r.role in ('owner', 'beneficial_owner', 'board_member', 'chair', 'managing_director', 'signatory', 'treasurer')
        and a.approved_on between coalesce(r.valid_from, date '1900-01-01') and coalesce(r.valid_to, date '2999-12-31')
    group by a.record_id, a.official_id, a.organisation_id, a.approved_on, a.amount_ore, a.currency
    order by a.record_id
"""

_ACCOUNTS = """
    select a.record_id, a.official_id, a.organisation_id, a.approved_on, a.amount_ore, a.currency, 'account' as tie, min(h.record_id) as tie_record_id
    from open_approvals a
    join accounts h on h.holder_id = a.person_id and h.links_exact and coalesce(h.kind, 'own') not in ('client_funds', 'payroll_bureau', 'group', 'guardian')
        and a.approved_on between coalesce(h.valid_from, date '1900-01-01') and coalesce(h.valid_to, date '2999-12-31')
    join accounts o on o.account_id = h.account_id and o.holder_id = a.organisation_id and o.links_exact
        and a.approved_on between coalesce(o.valid_from, date '1900-01-01') and coalesce(o.valid_to, date '2999-12-31')
    left join hubs b on b.hub_id = h.account_id
    where b.hub_id is null
    group by a.record_id, a.official_id, a.organisation_id, a.approved_on, a.amount_ore, a.currency
    order by a.record_id
"""

_PAID = """
    with spans as (
        select official_id, person_id, organisation_id, min(approved_on) as first_on, max(approved_on) as last_on from open_approvals
        group by official_id, person_id, organisation_id
    ),
    sums as (
        select s.official_id, s.organisation_id, t.record_id as tie_record_id, t.amount_ore
        from spans s join transfers t on t.from_id = s.organisation_id and t.to_id = s.person_id and t.links_exact
            and coalesce(t.kind, 'other') not in ('rent', 'tax')
            and date_diff('day', t.day, s.first_on) <= $around and date_diff('day', s.last_on, t.day) <= $around
    ),
    enough as (
        select official_id, organisation_id from sums group by official_id, organisation_id having count(*) >= $payments and sum(amount_ore) >= $least
    )
    select a.record_id, a.official_id, a.organisation_id, a.approved_on, a.amount_ore, a.currency, 'money' as tie, m.tie_record_id
    from open_approvals a
    join enough e on e.official_id = a.official_id and e.organisation_id = a.organisation_id
    join sums m on m.official_id = a.official_id and m.organisation_id = a.organisation_id
    order by a.record_id, m.tie_record_id
"""
