"""One certifier behind many users of one provider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from follow_money.detectors.contract import Context, Detector, Findings, LookAlike, nothing
from follow_money.detectors.peer_groups import by_region
from follow_money.detectors.rows import (
    evidence_frame,
    hit,
    hits_frame,
    joined,
    not_evaluable_tests,
    rate_hit,
    tests_frame,
)
from follow_money.detectors.sentences import kronor, number
from follow_money.engine import Engine
from follow_money.model import AmountKind, HitKind, Purpose, SubjectKind
from follow_money.statistics import FEWEST_PEERS, concentration

_UNIT = "users with one certifier"
_GROUP = ["payer", "programme", "certifier_kind"]
_PROVIDER = ["organisation_id", *_GROUP]


@dataclass(frozen=True, kw_only=True)
class CertifierConcentration(Detector):
    """Many users of one provider whose hours rest on certificates of one person, and hours that a review found not to rest on facts.

    Why:
        Hours are granted on certificates. Where need is inflated, the same person often certifies for many users who then choose the same provider. The part
        that a certifier has of a provider's users is compared with the part that the certifier has of all others. Where the payer's own reviews removed
        much of the hours of several such users because the facts were not as stated, the certificates are contradicted by the reviews.

    Not flagged:
        The only certifier of a profession (certificates are compared within one, and the only one has the same part everywhere); the only provider (no
        peers: not evaluable); a provider that took over another's users; users of one neighbourhood who have the same health centre (providers differ in
        their certifiers, and the null holds that); hours lowered because the need or the practice of courts changed; doubtful identity links. What a
        certificate says is not read, nor how alike its texts are, nor any diagnosis; nor which official decided.

    Parameters:
        fewest_users: Users with a certificate of that profession, below which a provider is not evaluable.
        fewest_certified: Users with one certifier from which on a rate is told.
        cut_percent: Share of the hours that a review removed, from which on the certificate is contradicted.
        fewest_reviewed: Users of one certifier with such a review from which on it is a contradiction.

    Source:
        Typology 2, detector D10a; Kommunalarbetaren 2013-15, Brå 2015:8. No export of certificates exists: it is drawn from the payer's case files.
    """

    name = "certifier_concentration"
    version = "2"
    title_sv = "Samma intygsutfärdare bakom många brukare hos en anordnare"
    title_en = "One certifier behind many users of one provider"
    why_sv = (
        "Timmar beviljas på intyg. Där behov överdrivs intygar ofta samma person för många som sedan väljer samma anordnare. Andelen jämförs med den andel som "
        "utfärdaren har hos alla andra. Timmar som omprövningar tagit bort för att uppgifterna inte stämde motsäger intygen."
    )
    kinds = (HitKind.CONTRADICTION, HitKind.RATE)
    typologies = (2,)
    subject_kind = SubjectKind.ORGANISATION
    purpose = Purpose.PAYMENT_CONTROL
    needs = {
        "assessments": ("organisation_number", "person_number", "certifier_number", "granted_from", "granted_minutes")
    }
    uses = ("claims", "organisations")
    look_alikes = (
        LookAlike(
            "Enda specialisten i regionen, eller vårdcentralen där brukarna bor: se regionens utbud.",
            "The only specialist of the region, or the health centre where the users live: see what the region offers.",
        ),
        LookAlike(
            "Anordnaren har tagit över en annans brukare: se avtalet och besluten.",
            "The provider took over another one's users: see the contract and the decisions.",
        ),
        LookAlike(
            "Behovet har verkligen minskat, eller rättspraxis har ändrats: se skälen för omprövningen.",
            "The need really lessened, or the practice of courts changed: see the grounds of the review.",
        ),
        LookAlike(
            "Intygen är lika för att de följer en mall: textens likhet prövas inte här.",
            "Certificates are alike because they follow a template: how alike their texts are is not tested here.",
        ),
    )

    fewest_users: int = 6
    fewest_certified: int = 4
    cut_percent: int = 40
    fewest_reviewed: int = 3

    def detect(self, context: Context) -> Findings:
        """Screen every provider whose users' certificates are known."""
        engine = context.engine
        engine.keep("certified", _CERTIFIED)
        users = engine.query(_USERS).to_pandas()
        if users.empty:
            return nothing()
        hard = engine.query(_CONTRADICTED, {"cut": self.cut_percent, "users": self.fewest_reviewed}).to_pandas()
        hard["key"] = "hard " + hard["organisation_id"] + " " + hard["programme"]
        whole = users.drop_duplicates(["organisation_id", "programme", "person_id"])
        whole = whole.groupby(["organisation_id", "programme"])["paid_ore"].sum()
        users["peer_group"] = users["payer"] + " " + users["programme"] + " " + users["certifier_kind"]
        tests = self._tests(engine, users)
        low_p = tests[(tests["p_value"] <= context.q_limit) & (tests["observed"] >= self.fewest_certified)]
        named = users[users["certifier_id"].notna()]
        theirs = low_p[["key", *_PROVIDER, "certifier_id"]].merge(named, on=[*_PROVIDER, "certifier_id"])
        paid = engine.query(_CLAIMS).to_pandas()
        removed = hard.merge(paid, on="record_id")
        removed["removed_ore"] = (
            removed["amount_ore"] * removed["removed_minutes"] // removed["granted_minutes"]
        ).where(removed["period_from"] < removed["reviewed_on"], 0).astype("int64")  # fmt: skip
        return Findings(
            hits=hits_frame([*self._contradictions(hard, removed, whole), *self._rates(low_p, theirs, whole)]),
            evidence=joined(
                evidence_frame(removed[removed["removed_ore"] > 0], register="claims", record="claim_record_id", amount="removed_ore",
                    sv="betalt för timmar som omprövningen tog bort", en="paid for hours that the review removed"),
                evidence_frame(hard, register="assessments", sv="intyg och omprövning", en="certificate and review"),
                evidence_frame(theirs, register="assessments", sv="beslut på intyg av samma utfärdare", en="decision on a certificate of that person"),
            ),
            tests=tests_frame(tests),
        )  # fmt: skip

    def _tests(self, engine: Engine, users: pd.DataFrame) -> pd.DataFrame:
        """One row a provider, programme and profession of certifiers, with who stands out most as ``certifier_id``."""
        known = users[users["certifier_id"].notna()].drop_duplicates([*_PROVIDER, "person_id", "certifier_id"])
        sizes = known.groupby(_PROVIDER)["person_id"].transform("size")
        told = [self._untested(known[sizes < self.fewest_users], f"fewer than {self.fewest_users} users")]
        enough = known[sizes >= self.fewest_users]
        groups = by_region(engine, enough["organisation_id"], enough["peer_group"])
        for group, members in enough.groupby(groups, sort=True):
            counts = pd.crosstab(members["organisation_id"], members["certifier_id"])
            if len(counts) - 1 < FEWEST_PEERS:
                told.append(self._untested(members, f"only {len(counts) - 1} peers in {group}"))
                continue
            if len(counts.columns) == 1:
                told.append(self._untested(members, "one person certifies for all in that profession"))
                continue
            keys = [f"rate {provider} {group}" for provider in counts.index]
            found = concentration(counts.to_numpy(dtype=np.int64), keys, seed=_UNIT)
            told.append(
                pd.DataFrame(
                    {
                        "key": keys,
                        "subject_id": counts.index,
                        "organisation_id": counts.index,
                        **{column: members[column].iloc[0] for column in _GROUP},
                        "certifier_id": counts.columns.to_numpy()[found.source],
                        "subject_kind": self.subject_kind.value,
                        "unit": _UNIT,
                        "trials": counts.sum(axis=1).to_numpy(),
                        "observed": found.observed.astype(float),
                        "expected": found.expected,
                        "null_model": f"beta-binomial, share of each certifier elsewhere, rho {found.rho:.4f}",
                        "peer_group": group,
                        "peers": len(counts) - 1,
                        "p_value": found.p_value,
                        "p_randomised": found.p_randomised,
                        "not_evaluable": None,
                    }
                )
            )
        filled = [each for each in told if not each.empty]
        return pd.concat(filled, ignore_index=True) if filled else self._untested(users[:0], "")

    def _untested(self, users: pd.DataFrame, why: str) -> pd.DataFrame:
        once = users.drop_duplicates(_PROVIDER)
        once = once.assign(
            key="rate " + once["organisation_id"] + " " + once["peer_group"], subject_id=once["organisation_id"]
        )
        told = not_evaluable_tests(
            once, subject_kind=self.subject_kind.value, unit=_UNIT, null_model="beta-binomial", why=why
        )
        return told.assign(trials=0, certifier_id=None, **{column: once[column] for column in _PROVIDER})

    def _contradictions(self, hard: pd.DataFrame, removed: pd.DataFrame, whole: pd.Series) -> Iterator[dict[str, Any]]:
        by_key = removed.groupby("key")["removed_ore"].sum()
        for key, rows in hard.groupby("key", sort=True):
            first, amount = rows.iloc[0], int(by_key.get(key, 0))
            share = round(100 * rows["removed_minutes"].sum() / rows["granted_minutes"].sum())
            count = rows["person_id"].nunique()
            yield hit(
                self,
                str(key),
                HitKind.CONTRADICTION,
                subject_id=first["organisation_id"],
                organisation_id=first["organisation_id"],
                payer=first["payer"],
                programme=first["programme"],
                unit="users whose certificate a review contradicts",
                observed=count,
                amounts=(amount, amount, int(whole[(first["organisation_id"], first["programme"])])),
                amount_kind=AmountKind.PERIOD,
                period=(rows["granted_from"].min(), rows["reviewed_on"].max()),
                parties={"certifier": rows["certifier_id"]},
                sv=f"För {count} brukare vilar timmarna på intyg av samma utfärdare som motsägs av betalarens omprövning: den tog bort {share} procent av "
                f"timmarna eftersom uppgifterna inte stämde (minst {self.cut_percent} procent var). {kronor(amount)} betalades dessförinnan för de timmarna.",
                en=f"The hours of {count} users rest on certificates of one person that are contradicted by the payer's reviews: these removed {share} per "
                f"cent of the hours because the facts were not as stated (at least {self.cut_percent} per cent each). {kronor(amount, language='en')} was "
                "paid for those hours before the review.",
            )

    def _rates(self, low_p: pd.DataFrame, theirs: pd.DataFrame, whole: pd.Series) -> Iterator[dict[str, Any]]:
        by_key = dict(tuple(theirs.groupby("key")))
        test: Any
        for test in low_p.itertuples(index=False):
            rows = by_key[test.key]
            once = rows.drop_duplicates("person_id")
            raised = (1 - once["minutes_before"].fillna(0) / once["granted_minutes"].clip(lower=1)).clip(lower=0)
            likely = round(float((once["paid_ore"] * raised).sum()) * (1 - test.expected / test.observed))
            yield rate_hit(
                self,
                test,
                payer=test.payer,
                programme=test.programme,
                amounts=(0, likely, int(whole[(test.subject_id, test.programme)])),
                amount_kind=AmountKind.EXCESS,
                period=(rows["granted_from"].min(), rows["last_paid"].max()),
                parties={"certifier": [str(test.certifier_id)]},
                sv=f"{number(test.observed)} av {number(test.trials)} brukare har intyg av en och samma utfärdare ({number(round(test.expected, 1))} väntade "
                f"efter utfärdarens andel hos {test.peers} andra anordnare). Beloppet är vad timmarna höjdes med, inte en förlust.",
                en=f"{number(test.observed, language='en')} of {number(test.trials, language='en')} users have certificates of one and the same person "
                f"({number(round(test.expected, 1), language='en')} expected by that person's share with {test.peers} other providers). The amount is by what "
                "the hours were raised, no loss.",
            )


_CERTIFIED = """
    select record_id, payer, programme, organisation_id, person_id, certifier_id, coalesce(certifier_kind, 'other') as certifier_kind, granted_from,
        granted_minutes, minutes_before, minutes_after_review, reviewed_on, review_ground,
        row_number() over (partition by payer, decision_id, organisation_id, person_id order by length(record_id), record_id) as copy
    from assessments
    where organisation_id is not null and person_id is not null and links_exact and not is_withheld and granted_minutes > 0
"""

_USERS = """
    with paid as (
        select organisation_id, programme, person_id, cast(sum(amount_ore) as bigint) as paid_ore, max(period_to) as last_paid from current_claims
        where organisation_id is not null and person_id is not null group by organisation_id, programme, person_id
    )
    select c.record_id, c.payer, c.programme, c.organisation_id, c.person_id, c.certifier_id, c.certifier_kind, c.granted_from, c.granted_minutes,
        c.minutes_before, coalesce(p.paid_ore, 0) as paid_ore, coalesce(p.last_paid, c.granted_from) as last_paid
    from certified c
    left join paid p on p.organisation_id = c.organisation_id and p.programme = c.programme and p.person_id = c.person_id
    where c.copy = 1 order by c.organisation_id, c.record_id
"""

_CONTRADICTED = """
    with cut as (
        select record_id, payer, programme, organisation_id, person_id, certifier_id, granted_from, reviewed_on, granted_minutes,
            granted_minutes - minutes_after_review as removed_minutes
        from certified
        where copy = 1 and certifier_id is not null and review_ground = 'wrong_facts' and minutes_after_review is not null and reviewed_on is not null
            and 100 * (granted_minutes - minutes_after_review) >= $cut * granted_minutes
    ),
    several as (
        select organisation_id, programme, certifier_id from cut
        group by organisation_id, programme, certifier_id having count(distinct person_id) >= $users
    )
    select c.* from cut c
    join several s on s.organisation_id = c.organisation_id and s.programme = c.programme and s.certifier_id = c.certifier_id
    order by c.organisation_id, c.programme, c.record_id
"""

_CLAIMS = """
    select a.record_id, c.record_id as claim_record_id, c.period_from, c.amount_ore
    from certified a
    join current_claims c on c.organisation_id = a.organisation_id and c.programme = a.programme and c.person_id = a.person_id
        and c.period_from < a.reviewed_on and c.period_to >= a.granted_from
    where a.copy = 1 and a.review_ground = 'wrong_facts'
    order by a.record_id, c.record_id
"""
