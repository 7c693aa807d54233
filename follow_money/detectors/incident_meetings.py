"""Who meets again in another incident, in other roles: pairs of people who live together or are colleagues left out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from follow_money.detectors.components import components
from follow_money.engine import Engine

STANDING = """
    with people as (
        select person_id, count(distinct claim_id) as claims from incidents
        where person_id is not null and links_exact and not is_withheld group by person_id having count(distinct claim_id) >= 2
    )
    select i.claim_id, i.person_id, min(i.role) as role, p.claims
    from incidents i join people p on p.person_id = i.person_id
    where i.links_exact and not i.is_withheld
    group by i.claim_id, i.person_id, p.claims
"""
"""Kept as ``incident_people``: those who stand in several claims, once a claim; nobody else can meet again."""

CLAIMS = """
    select claim_id, min(payer) as payer, min(organisation_id) as organisation_id, coalesce(min(organisation_id), min(vehicle_id)) as holder_id,
        min(occurred_on) as occurred_on, max(coalesce(amount_ore, 0)) as amount_ore, min(currency) as currency
    from incidents where not is_withheld
    group by claim_id having coalesce(min(organisation_id), min(vehicle_id)) is not null
    order by claim_id
"""
"""One row a claim; its holder is the organisation that has the vehicle, else the vehicle stands for it."""

_PAIRS = """
    with pairs as (
        select a.claim_id, a.person_id as one_id, b.person_id as other_id, a.role as one_role, b.role as other_role,
            a.claims as one_claims, b.claims as other_claims
        from incident_people a join incident_people b on b.claim_id = a.claim_id and a.person_id < b.person_id
    ),
    people as (select distinct person_id from incident_people),
    employers as (
        select distinct p.person_id, p.organisation_id from current_payroll p join people e on e.person_id = p.person_id
        where p.organisation_id is not null
    ),
    close as (
        select least(from_id, to_id) as one_id, greatest(from_id, to_id) as other_id from links where kind in ('household', 'family', 'shared_address')
        union
        select p.one_id, p.other_id
        from (select distinct one_id, other_id from pairs) p
        join employers a on a.person_id = p.one_id
        join employers b on b.person_id = p.other_id and b.organisation_id = a.organisation_id
    )
    select p.* from pairs p left join close c on c.one_id = p.one_id and c.other_id = p.other_id
    where c.one_id is null
    order by p.claim_id, p.one_id, p.other_id
"""


def meetings(engine: Engine, claims: int) -> pd.DataFrame:
    """Every pair of people in a claim of whom both stand in others too.

    Args:
        engine: With ``incident_people`` kept.
        claims: How many claims there are in all.

    Returns:
        ``claim_id, one_id, other_id, chance, is_again``. ``chance`` is how many of the other claims both would stand in, if everybody stood in as many as
        they do and chance alone put them together (the mean of the hypergeometric, which is what swaps that keep these numbers give); ``is_again``:
        they do meet in another claim, and at least one of them in another role.
    """
    pairs = engine.query(_PAIRS).to_pandas()
    chance = (pairs["one_claims"] - 1) * (pairs["other_claims"] - 1) / max(claims - 1, 1)
    both = ["one_id", "other_id"]
    grouped = pairs.groupby(both)
    times = grouped["claim_id"].transform("nunique")
    changed = np.zeros(len(pairs), dtype=np.bool_)
    for role in ("one_role", "other_role"):
        changed |= (grouped[role].transform("nunique") > 1).to_numpy(dtype=np.bool_)
    told: pd.DataFrame = pairs[["claim_id", *both]].assign(chance=chance.astype(float), is_again=(times > 1) & changed)
    return told


def grouped(claims: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Which claims belong together.

    Args:
        claims: As `CLAIMS`.
        pairs: As `meetings`.

    Returns:
        ``claims`` with ``key``, the first holder of its group (claims with vehicles of one holder, and of holders in whose claims the same pair meets
        again), and ``circle``, a number: the claims that such pairs tie together, each for itself where none does.
    """
    again = pairs[pairs["is_again"]]
    ties = again[["claim_id"]].assign(first=again.groupby(["one_id", "other_id"])["claim_id"].transform("min"))
    told = claims.assign(circle=components(claims["claim_id"], ties["first"], ties["claim_id"]))
    holder = claims.set_index("claim_id")["holder_id"]
    group = pd.Series(components(holder, ties["first"].map(holder), ties["claim_id"].map(holder)), index=claims.index)
    return told.assign(key=told["holder_id"].groupby(group).transform("min"))
