"""Gatherings as they stand, who was at two at once, and lists that were copied: read by the detector of attendance reported twice.

``gatherings`` (`keep_gatherings`) is one row a gathering; `at_two` and `copied_lists` give pairs of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from follow_money.detectors.amounts import HOURLY_RATES
from follow_money.graph.local_time import local_days
from follow_money.model import INSTANT

if TYPE_CHECKING:
    from follow_money.engine import Engine
    from follow_money.statistics import Ints

RARE: Final = 2
"""A list that stands in a circle more often is the circle's usual one, and says nothing."""
DATES_AT_ONCE: Final = 2
"""One date may be a clerical error."""
PAIR: Final = ("left_circle", "right_circle")


def keep_gatherings(engine: Engine) -> None:
    """Hold ``attendances`` (who was at which gathering, with exact identities) and ``gatherings``.

    A gathering that another one corrects is left out. ``ore_an_hour`` is the tariff of the day, 0 where none is known.
    """
    engine.keep("attendance_rows", _STANDING)
    times = engine.query("select distinct starts_at from attendance_rows order by starts_at")
    starts = times["starts_at"].cast(INSTANT)
    engine.table("gathering_days", pa.table({"starts_at": starts, "day": local_days(starts)}))
    engine.keep("gatherings", _GATHERINGS)
    engine.keep("attendances", _ATTENDANCES)


def at_two(engine: Engine, *, tolerance_minutes: int, fewest_people: int) -> pd.DataFrame:
    """Pairs of gatherings that overlap and have so many participants, or the leader, in common: ``left_id, right_id, minutes``."""
    pairs: pd.DataFrame = engine.query(_AT_TWO, {"tolerance": tolerance_minutes, "people": fewest_people}).to_pandas()
    return pairs


def copied_lists(
    engine: Engine, gatherings: pd.DataFrame, met: pd.DataFrame, *, days: int, people: int, whole_percent: int
) -> pd.DataFrame:
    """Pairs of gatherings of two circles with the same list within so many days, beyond what permuted dates give: ``left_id, right_id``.

    Only rare lists count, of so many people at least: a group that is always complete, or a class, has none. Of each pair of circles, the lists that meet at
    all are set against the share of all pairs of their dates that lie so near: what these would give by chance is taken off. Where the same people meet
    several times a week, one who is ill is so at all of them, and some lists are the same. So two circles count only where nearly all rare lists of one
    stand in the other, or where they meet at one time on two dates at least.

    Args:
        engine: With ``attendances`` held.
        gatherings: ``gathering_id, circle, day_number, starts_at, ends_at``.
        met: Pairs at one time, from `at_two`.
        days: How near the two dates are.
        people: So many at least on the list.
        whole_percent: Share of the rare lists of one circle that stand in the other.
    """
    lists = gatherings.merge(_digests(engine), on="gathering_id")
    lists = lists[lists["people"] >= people]
    lists = lists[lists.groupby(["circle", "digest"])["digest"].transform("size") <= RARE]
    lists["rare"] = lists.groupby("circle")["digest"].transform("size")
    pairs = lists.merge(lists, on=["digest", "people"], suffixes=("_l", "_r"))
    pairs = pairs[(pairs["gathering_id_l"] < pairs["gathering_id_r"]) & (pairs["circle_l"] != pairs["circle_r"])]
    # Two at one time are for `at_two`, with what is lawful there.
    pairs = pairs[(pairs["starts_at_l"] >= pairs["ends_at_r"]) | (pairs["starts_at_r"] >= pairs["ends_at_l"])]
    pairs = pairs.assign(
        left_circle=pairs[["circle_l", "circle_r"]].min(axis=1),
        right_circle=pairs[["circle_l", "circle_r"]].max(axis=1),
        near=(pairs["day_number_l"] - pairs["day_number_r"]).abs() <= days,
        fewer=pairs[["rare_l", "rare_r"]].min(axis=1),
    )
    if pairs.empty:
        return pd.DataFrame({"left_id": np.zeros(0, np.int64), "right_id": np.zeros(0, np.int64)})
    alike = pairs.groupby(list(PAIR), as_index=False).agg(
        lists=("near", "size"), near=("near", "sum"), fewer=("fewer", "min")
    )
    alike["beyond"] = np.floor(alike["near"] - alike["lists"] * _near_shares(gatherings, alike, days))
    at_once = _dates_at_once(gatherings, met).reindex(pd.MultiIndex.from_frame(alike[list(PAIR)])).fillna(0).to_numpy()
    alike = alike[(100 * alike["near"] >= whole_percent * alike["fewer"]) | (at_once >= DATES_AT_ONCE)]
    near = pairs[pairs["near"]].sort_values(["gathering_id_l", "gathering_id_r"], kind="stable")
    near = near.merge(alike[[*PAIR, "beyond"]], on=list(PAIR))
    near = near[near.groupby(list(PAIR)).cumcount() < near["beyond"]]
    return near[["gathering_id_l", "gathering_id_r"]].rename(
        columns={"gathering_id_l": "left_id", "gathering_id_r": "right_id"}
    )


def _dates_at_once(gatherings: pd.DataFrame, met: pd.DataFrame) -> pd.Series:
    """On how many dates two circles meet at one time, by both."""
    told = gatherings.set_index("gathering_id")
    circles = pd.DataFrame(
        {side: told["circle"].reindex(met[f"{side}_id"]).to_numpy(dtype=object) for side in ("left", "right")}
    ).astype("str")
    day = told["day_number"].reindex(met["left_id"]).to_numpy()
    sides = circles.min(axis=1), circles.max(axis=1)
    dates: pd.Series = (
        pd.DataFrame({PAIR[0]: sides[0], PAIR[1]: sides[1], "day": day}).groupby(list(PAIR))["day"].nunique()
    )
    return dates


def _digests(engine: Engine) -> pd.DataFrame:
    """One number a list of participants, the same for the same people, and how many they are."""
    told = engine.query(
        "select gathering_id, person_id from attendances where not is_leader order by gathering_id, person_id"
    )
    codes = told["person_id"].combine_chunks().dictionary_encode()
    names = codes.dictionary.to_pylist()
    # The number of a person is its place among all ids in order: the same whatever the order of the rows.
    place = np.empty(len(names), dtype=np.uint64)
    place[np.argsort(np.array(names, dtype=object))] = np.arange(1, len(names) + 1, dtype=np.uint64)
    number = _spread(place[codes.indices.to_numpy()]) if names else np.zeros(0, dtype=np.uint64)
    gathering = told["gathering_id"].to_numpy()
    first = (
        np.flatnonzero(np.append(True, gathering[1:] != gathering[:-1])) if gathering.size else np.zeros(0, np.int64)
    )
    return pd.DataFrame(
        {
            "gathering_id": gathering[first],
            "digest": np.add.reduceat(number, first) if first.size else number,
            "people": np.diff(np.append(first, gathering.size)),
        }
    )


def _spread(number: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """64 bits that look drawn by chance (splitmix64), so that sums of different people differ."""
    mixed = number * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def _near_shares(gatherings: pd.DataFrame, met: pd.DataFrame, days: int) -> pd.Series:
    """Of all pairs of dates of two circles, the share within so many days."""
    wanted = np.unique(met[list(PAIR)].to_numpy())
    dates = {
        circle: np.sort(group.to_numpy(dtype=np.int64))
        for circle, group in gatherings[gatherings["circle"].isin(wanted)].groupby("circle")["day_number"]
    }

    def share(left: str, right: str) -> float:
        one, other = dates[left], dates[right]
        near: Ints = np.searchsorted(other, one + days, side="right") - np.searchsorted(other, one - days)
        return float(near.sum()) / (one.size * other.size)

    return pd.Series([share(*pair) for pair in met[list(PAIR)].itertuples(index=False, name=None)], index=met.index)


_STANDING = """
    with replaced as (
        select distinct payer, organisation_id, corrects_event_id from activities
        where corrects_event_id is not null and corrects_event_id <> event_id
    )
    select a.* from activities a
    left join replaced r on r.payer = a.payer and r.organisation_id = a.organisation_id and r.corrects_event_id = a.event_id
    where r.corrects_event_id is null and a.organisation_id is not null
"""

_GATHERINGS = f"""
    with tariffs as ({HOURLY_RATES}),
    told as (
        select a.payer, a.organisation_id, a.event_id, min(a.programme) as programme, min(a.circle_id) as circle_id, min(a.starts_at) as starts_at,
            max(a.ends_at) as ends_at, max(a.counted_minutes) as counted, min(a.venue_id) as venue_id, count_if(coalesce(a.is_joint, false)) > 0 as is_joint,
            min(a.record_id) as record_id
        from attendance_rows a group by a.payer, a.organisation_id, a.event_id
    )
    select row_number() over (order by t.organisation_id, t.payer, t.event_id) as gathering_id, t.record_id, t.payer, t.organisation_id, t.programme,
        t.starts_at, t.ends_at, t.venue_id, t.is_joint, d.day,
        t.organisation_id || ' ' || t.payer || ' ' || coalesce('circle ' || t.circle_id, 'event ' || t.event_id) as circle,
        coalesce(t.counted, date_diff('minute', t.starts_at, t.ends_at)) as minutes, coalesce(r.amount_ore, 0) as ore_an_hour,
        t.event_id
    from told t
    join gathering_days d on d.starts_at = t.starts_at
    left join tariffs r on r.programme = t.programme and d.day between r.valid_from and r.valid_to
    where t.ends_at > t.starts_at
"""

_ATTENDANCES = """
    select distinct g.gathering_id, a.participant_id as person_id, false as is_leader
    from attendance_rows a join gatherings g on g.organisation_id = a.organisation_id and g.payer = a.payer and g.event_id = a.event_id
    where a.participant_id is not null and a.links_exact and not a.is_withheld
    union all
    select distinct g.gathering_id, a.leader_id as person_id, true as is_leader
    from attendance_rows a join gatherings g on g.organisation_id = a.organisation_id and g.payer = a.payer and g.event_id = a.event_id
    where a.leader_id is not null and a.links_exact and not a.is_withheld
"""

_AT_TWO = """
    with present as (
        select a.gathering_id, a.person_id, a.is_leader, g.day from attendances a join gatherings g on g.gathering_id = a.gathering_id
    ),
    met as (
        select l.gathering_id as left_id, r.gathering_id as right_id, count(distinct l.person_id) as people,
            count_if(l.is_leader and r.is_leader) > 0 as same_leader
        from present l join present r on r.person_id = l.person_id and r.day = l.day
        where l.gathering_id < r.gathering_id
        group by l.gathering_id, r.gathering_id
    )
    select m.left_id, m.right_id, m.people, m.same_leader,
        date_diff('minute', greatest(l.starts_at, r.starts_at), least(l.ends_at, r.ends_at)) as minutes
    from met m
    join gatherings l on l.gathering_id = m.left_id
    join gatherings r on r.gathering_id = m.right_id
    where date_diff('minute', greatest(l.starts_at, r.starts_at), least(l.ends_at, r.ends_at)) > $tolerance
        and not (l.is_joint and r.is_joint)
        -- Hours shared out between the two are counted once.
        and l.minutes + r.minutes > date_diff('minute', least(l.starts_at, r.starts_at), greatest(l.ends_at, r.ends_at)) + $tolerance
        -- At one place, two payers support one gathering, and one leader minds two rooms.
        and (coalesce(l.venue_id <> r.venue_id, false) or l.payer = r.payer)
        and (m.people >= $people or (m.same_leader and coalesce(l.venue_id <> r.venue_id, false)))
    order by m.left_id, m.right_id
"""
