"""Legal gateways as dated data: which one could open secrecy on a given day, and why another does not.

The answer is a proposal for a lawyer, never a decision: nobody has read the case.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from follow_money.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OPENING: Final = ("must", "may")
"""Effects that let data be handed over. A bar, a scope, a proposal or a rule on status opens nothing."""

_YEAR_LENGTH: Final = 4


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """One gateway. ``valid_from`` is None when the day is not known; ``confidence_*`` is v, s or u (see gateways.toml).

    ``since`` is what the table says of the first day: a day, a bare year, or nothing.
    """

    id: str
    version: int
    law: str
    effect: str
    valid_from: date | None
    valid_to: date | None
    since: str
    givers: Mapping[str, str]
    when: Mapping[str, str]
    text: Mapping[str, str]
    confidence_content: str
    confidence_date: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a gateway may be used by itself on a day. ``reason`` is empty when it may; else a key of the texts."""

    gateway: Gateway
    reason: str

    @property
    def is_valid(self) -> bool:
        """The gateway is in force, opens secrecy, and its dates are confirmed."""
        return not self.reason


@cache
def gateways() -> Mapping[str, Gateway]:
    """Every gateway of the table by id."""
    told = tomllib.loads((files("follow_money.referral") / "gateways.toml").read_text(encoding="utf-8"))
    return {entry["id"]: parse_gateway(entry) for entry in told["gateway"]}


def parse_gateway(told: Mapping[str, Any]) -> Gateway:
    """A gateway from its entry in the table."""
    return Gateway(
        id=told["id"],
        version=told["version"],
        law=told["law"],
        effect=told["effect"],
        valid_from=_day(told.get("valid_from")),
        valid_to=_day(told.get("valid_to")),
        since=told.get("valid_from", ""),
        givers={language: told.get(f"givers_{language}", "") for language in ("sv", "en")},
        when={language: told.get(f"when_{language}", "") for language in ("sv", "en")},
        text={language: told[f"text_{language}"] for language in ("sv", "en")},
        confidence_content=told["confidence"]["content"],
        confidence_date=told["confidence"]["date"],
    )


def judge(gateway: Gateway, on: date) -> Verdict:
    """Whether the gateway may be used by itself on that day; both ends of its period are inclusive."""
    if gateway.effect not in _OPENING:
        reason = "gateway_opens_nothing"
    elif gateway.valid_from is None or gateway.confidence_date == "u":
        reason = "gateway_date_unconfirmed"
    elif gateway.confidence_content == "u":
        reason = "gateway_content_unconfirmed"
    elif on < gateway.valid_from:
        reason = "gateway_not_yet"
    elif gateway.valid_to is not None and on > gateway.valid_to:
        reason = "gateway_repealed"
    else:
        reason = ""
    return Verdict(gateway=gateway, reason=reason)


def judge_all(ids: Sequence[str], on: date, table: Mapping[str, Gateway] | None = None) -> tuple[Verdict, ...]:
    """The verdict on each gateway of an authority, in its order. Raises UsageError for an id that the table lacks."""
    known = gateways() if table is None else table
    missing = [one for one in ids if one not in known]
    if missing:
        raise UsageError(
            f"The gateway table has no {', '.join(missing)}. "
            "Add it to gateways.toml, or take it from the authority's file."
        )
    return tuple(judge(known[one], on) for one in ids)


def _day(told: str | None) -> date | None:
    if told is None:
        return None
    # A bare year means that the day was not seen: it holds from the last day of that year at the latest.
    return date(int(told), 12, 31) if len(told) == _YEAR_LENGTH else date.fromisoformat(told)
