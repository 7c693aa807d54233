"""Gatherings that a grant is counted by: study circles and activities of associations."""

from __future__ import annotations

from typing import Final

from follow_money.model import EntityKind, Party, Register
from follow_money.registers.contract.columns import (
    ORGANISATION,
    ORGANISATION_COLUMNS,
    PAYER,
    PROGRAMME,
    flag,
    instant,
    minutes,
    number,
    spelling,
    text,
)

ACTIVITIES: Final = Register(
    name="activities",
    swedish="närvarolistor (studiecirklar, sammankomster)",
    text="Attendance at gatherings that a grant is paid by the hour for, one row a gathering and participant. No common export exists: study "
    "associations report hours to Folkbildningsrådet, and the lists with names lie in their own systems and are asked for. The subject of a gathering, "
    "its language and the aims of the association are no part of it.",
    columns=(
        text(
            "event_id",
            "id of the gathering in the system of who reported it; each row is one participant",
            required=True,
        ),
        PAYER,
        PROGRAMME,
        *ORGANISATION_COLUMNS,
        text("circle_id", "the circle or group that gathered"),
        instant("starts_at", "start of the gathering", required=True),
        instant("ends_at", "end of the gathering", required=True),
        minutes("counted_minutes", "time that the grant counts to this organisation; empty is from start to end"),
        text("venue_id", "id of the place; never an address, which may be somebody's home"),
        number("leader_number", "number of who led the gathering"),
        spelling("leader_name", "name of that person"),
        number("participant_number", "number of the participant"),
        spelling("participant_name", "name of the participant"),
        flag("is_joint", "held and reported together with another organisation (samarrangemang), as both said"),
        text("corrects_event_id", "the gathering that this one replaces"),
    ),
    parties=(
        ORGANISATION,
        Party(role="leader", kind=EntityKind.PERSON, number="leader_number", name="leader_name"),
        Party(role="participant", kind=EntityKind.PERSON, number="participant_number", name="participant_name"),
    ),
)
