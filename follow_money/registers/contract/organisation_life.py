"""What happened to organisations, and what they had the use of."""

from __future__ import annotations

from typing import Final

from follow_money.model import EntityKind, Party, Register
from follow_money.registers.contract.columns import ORGANISATION, ORGANISATION_COLUMNS, category, date, text

ORGANISATION_EVENTS: Final = Register(
    name="organisation_events",
    swedish="händelser (Bolagsverket, Post- och Inrikes Tidningar, IVO, betalarens avtal)",
    text="What happened to an organisation, and when. No one export holds all of it: board, name and bankruptcy are announced by Bolagsverket, owners stand in "
    "the company's own share register, revocations with the permit's authority, terminations with the payer.",
    columns=(
        *ORGANISATION_COLUMNS,
        date("happened_on", "the day on which it took effect", required=True),
        category(
            "kind",
            "what happened; contract_terminated: the payer ended a contract before its time",
            "board_change",
            "owner_change",
            "name_change",
            "object_change",
            "address_change",
            "bankruptcy",
            "liquidation",
            "contract_terminated",
            "permit_revoked",
            "dividend_decided",
            required=True,
        ),
    ),
    parties=(ORGANISATION,),
)

VEHICLES: Final = Register(
    name="vehicles",
    swedish="fordon (vägtrafikregistret)",
    text="Who had which vehicle, and when. Answered for single vehicles or holders; as an export of all it does not exist.",
    columns=(
        *ORGANISATION_COLUMNS,
        text("vehicle_registration", "registration number (registreringsnummer)", required=True, restricted=True),
        date("valid_from", "first day"),
        date("valid_to", "last day, empty while it lasts"),
    ),
    parties=(ORGANISATION, Party(role="vehicle", kind=EntityKind.ACCOUNT, account="vehicle_registration")),
)
