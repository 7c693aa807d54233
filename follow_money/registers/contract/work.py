"""Work and where people were: shifts, clockings, absences, declared pay."""

from __future__ import annotations

from typing import Final

from follow_money.model import Column, ColumnType, EntityKind, Party, Register
from follow_money.registers.contract.columns import (
    ORGANISATION,
    ORGANISATION_COLUMNS,
    PERSON,
    PERSON_COLUMNS,
    PROGRAMME,
    category,
    date,
    flag,
    instant,
    number,
    ore,
    spelling,
    text,
)

TIME_REPORTS: Final = Register(
    name="time_reports",
    swedish="tidsredovisning (FK 3059) och besök i hemtjänst",
    text="Shifts of personal assistance and visits of home care: who was with whom, from when to when.",
    columns=(
        text("report_id", "id of the row in its system", required=True),
        text("decision_id", "the decision it rests on"),
        PROGRAMME,
        *ORGANISATION_COLUMNS,
        number("user_number", "number of the person who gets the help (brukare)"),
        spelling("user_name", "name of that person"),
        number("staff_number", "number of the assistant or care worker"),
        spelling("staff_name", "name of that person"),
        instant("starts_at", "start of the shift", required=True),
        instant("ends_at", "end of the shift", required=True),
        category(
            "kind",
            "active; waiting (vänte) and standby (beredskap) are not work at the user's side",
            "active",
            "waiting",
            "standby",
        ),
        flag("is_double", "granted double assistance or a two-person visit"),
        category("method", "how it was registered", "tag", "phone", "manual", "electronic", "paper"),
        instant("entered_at", "when it was registered"),
        text("corrects_report_id", "the row that this one replaces"),
    ),
    parties=(
        ORGANISATION,
        Party(role="user", kind=EntityKind.PERSON, number="user_number", name="user_name"),
        Party(role="staff", kind=EntityKind.PERSON, number="staff_number", name="staff_name"),
    ),
)

STAFF_LEDGERS: Final = Register(
    name="staff_ledgers",
    swedish="personalliggare och stämpelur",
    text="Clock-timed work for another employer.",
    columns=(
        *ORGANISATION_COLUMNS,
        *PERSON_COLUMNS,
        instant("starts_at", "clocked in", required=True),
        instant("ends_at", "clocked out", required=True),
    ),
    parties=(ORGANISATION, PERSON),
)

ABSENCES: Final = Register(
    name="absences",
    swedish="frånvaro (sjukhusvistelse, utlandsvistelse)",
    text="Days on which a person was elsewhere. Dates only, for the claims under test; never a diagnosis.",
    columns=(
        *PERSON_COLUMNS,
        category("kind", "where the person was", "hospital", "abroad", "custody", required=True),
        date("from_on", "first day, part of it may have been at home", required=True),
        date("to_on", "last day, part of it may have been at home", required=True),
    ),
    parties=(PERSON,),
)

PAYROLL: Final = Register(
    name="payroll",
    swedish="arbetsgivardeklaration på individnivå (AGI)",
    text="Pay declared by an employer for a person and month. A later row with the same employer, person, month and "
    "specification number replaces an earlier one. Monthly and without hours: it never proves a same-hour conflict.",
    columns=(
        *ORGANISATION_COLUMNS,
        *PERSON_COLUMNS,
        Column(name="month", type=ColumnType.MONTH, text="the month declared", required=True),
        text("specification_no", "specification number (570)"),
        ore("cash_pay_ore", "cash pay, basis for employer fees (011)"),
        ore("f_tax_pay_ore", "pay to a payee with F-tax (131)"),
        ore("tax_ore", "tax withheld (001)"),
        instant("received_at", "when the declaration was received"),
        flag("is_deletion", "the row deletes the record (205)"),
    ),
    parties=(ORGANISATION, PERSON),
)
