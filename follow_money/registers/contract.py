"""The register contract: every table that can be delivered, its typed columns, and the parties its rows speak of.

One place. The documentation page (``docs/register-contract.md``) is generated from it, `load` types files by it,
`connect` replaces the parties by entity ids by it. A register stands here only when something reads it.

Never part of the contract, and dropped with a count when a delivery holds them: sex, citizenship, birth place, language,
creed, diagnosis, income class, neighbourhood (fairness requirements F-05, F-31, F-37).
"""

from __future__ import annotations

from typing import Final

from follow_money.model import Column, ColumnType, EntityKind, Party, Register

PROGRAMMES: Final = ("assistance", "home_care", "wage_subsidy", "other")
"""Public money by programme: assistansersättning and LSS assistance, hemtjänst, lönebidrag and nystartsjobb."""


def _text(name: str, text: str, *, required: bool = False, restricted: bool = False) -> Column:
    return Column(name=name, type=ColumnType.TEXT, text=text, required=required, restricted=restricted)


def _number(name: str, text: str) -> Column:
    return Column(name=name, type=ColumnType.NUMBER, text=text, restricted=True)


def _name(name: str, text: str) -> Column:
    return _text(name, text, restricted=True)


def _date(name: str, text: str, *, required: bool = False, restricted: bool = False) -> Column:
    return Column(name=name, type=ColumnType.DATE, text=text, required=required, restricted=restricted)


def _instant(name: str, text: str, *, required: bool = False) -> Column:
    return Column(name=name, type=ColumnType.INSTANT, text=text, required=required)


def _ore(name: str, text: str, *, required: bool = False) -> Column:
    return Column(name=name, type=ColumnType.ORE, text=text, unit="öre", required=required)


def _minutes(name: str, text: str, *, required: bool = False) -> Column:
    return Column(name=name, type=ColumnType.MINUTES, text=text, unit="minutes", required=required)


def _flag(name: str, text: str) -> Column:
    return Column(name=name, type=ColumnType.BOOLEAN, text=text)


def _category(name: str, text: str, *values: str, required: bool = False) -> Column:
    return Column(name=name, type=ColumnType.CATEGORY, text=text, values=values, required=required)


_PROGRAMME = _category("programme", "the public programme that pays", *PROGRAMMES, required=True)
_CURRENCY = _text("currency", "ISO 4217 code; SEK when the mapping says nothing else", required=True)
_PAYER = _text("payer", "the authority or committee that pays, as a code", required=True)

_ORGANISATION = Party(
    role="organisation", kind=EntityKind.ORGANISATION, number="organisation_number", name="organisation_name"
)
_ORGANISATION_COLUMNS = (
    _number("organisation_number", "organisation number (organisationsnummer)"),
    _name("organisation_name", "name of the organisation as this register spells it"),
)
_PERSON = Party(role="person", kind=EntityKind.PERSON, number="person_number", name="person_name")
_PERSON_COLUMNS = (
    _number("person_number", "personal, coordination or interim number"),
    _name("person_name", "name of the person as this register spells it"),
)
_ADDRESS_COLUMNS = (
    _text("street", "street, number, flat (lgh), c/o or box", restricted=True),
    _text("postcode", "postcode", restricted=True),
    _text("city", "post town", restricted=True),
    _text("phone", "telephone number", restricted=True),
)

ORGANISATIONS: Final = Register(
    name="organisations",
    swedish="organisationer (Bolagsverket, SCB, kommunens föreningsregister)",
    text="Companies, associations, foundations, religious communities and sole traders, one row each and source.",
    columns=(
        *_ORGANISATION_COLUMNS,
        _text("legal_form", "legal form as a code, e.g. AB, HB, EK, I, TSF, E"),
        _text("industry_code", "industry (SNI) code"),
        _date("registered_on", "when it was registered"),
        _date("deregistered_on", "when it was struck off"),
        *_ADDRESS_COLUMNS,
    ),
    parties=(
        Party(
            role="organisation",
            kind=EntityKind.ORGANISATION,
            number="organisation_number",
            name="organisation_name",
            street="street",
            postcode="postcode",
            city="city",
            phone="phone",
        ),
    ),
)

PERSONS: Final = Register(
    name="persons",
    swedish="folkbokföring",
    text="Persons as the population register tells them. Only what linkage needs; nothing else is loaded.",
    columns=(
        *_PERSON_COLUMNS,
        _date("birth_date", "date of birth", restricted=True),
        *_ADDRESS_COLUMNS,
        _date("died_on", "day of death"),
        _flag("is_protected", "protected identity: every row that names this person is withheld"),
    ),
    parties=(
        Party(
            role="person",
            kind=EntityKind.PERSON,
            number="person_number",
            name="person_name",
            birth_date="birth_date",
            street="street",
            postcode="postcode",
            city="city",
            phone="phone",
        ),
    ),
)

RELATIONS: Final = Register(
    name="relations",
    swedish="relationer (god man, förvaltare, hushåll)",
    text="Lawful ties between persons, read only as an explanation: a guardian's account, a shared household.",
    columns=(
        *_PERSON_COLUMNS,
        _number("other_number", "number of the other person"),
        _name("other_name", "name of the other person"),
        _category("kind", "guardian: person acts for other", "guardian", "household", "family", required=True),
        _date("valid_from", "first day"),
        _date("valid_to", "last day, empty while it lasts"),
    ),
    parties=(
        _PERSON,
        Party(role="other", kind=EntityKind.PERSON, number="other_number", name="other_name"),
    ),
)

ROLES: Final = Register(
    name="roles",
    swedish="funktionärer och huvudmän",
    text="Who represents, owns or audits an organisation, and when.",
    columns=(
        *_ORGANISATION_COLUMNS,
        *_PERSON_COLUMNS,
        _date("birth_date", "date of birth where no number is given", restricted=True),
        _category(
            "role",
            "what the person is to the organisation",
            "owner",
            "beneficial_owner",
            "board_member",
            "deputy",
            "chair",
            "managing_director",
            "signatory",
            "treasurer",
            "auditor",
            "accountant",
            "administrator",
            required=True,
        ),
        _date("valid_from", "first day"),
        _date("valid_to", "last day, empty while it lasts"),
    ),
    parties=(
        _ORGANISATION,
        Party(
            role="person",
            kind=EntityKind.PERSON,
            number="person_number",
            name="person_name",
            birth_date="birth_date",
        ),
    ),
)

ACCOUNTS: Final = Register(
    name="accounts",
    swedish="konton (kontoregister, bankgiro)",
    text="Payment accounts and their holders, by period. A giro number belongs to a holder for a period, not for ever.",
    columns=(
        _text(
            "account",
            "account number with its scheme, e.g. bg:5050-1055, clearing:8327-9",
            required=True,
            restricted=True,
        ),
        _number("holder_number", "the holder's personal or organisation number"),
        _name("holder_name", "the holder's name"),
        _category(
            "kind",
            "what the account is for, where the register says",
            "own",
            "joint",
            "guardian",
            "client_funds",
            "payroll_bureau",
            "group",
        ),
        _date("valid_from", "first day"),
        _date("valid_to", "last day, empty while it lasts"),
    ),
    parties=(
        Party(role="account", kind=EntityKind.ACCOUNT, account="account"),
        Party(role="holder", kind=EntityKind.PARTY, number="holder_number", name="holder_name"),
    ),
)

BALANCES: Final = Register(
    name="balances",
    swedish="saldon",
    text="What stood on an account at the start of a day.",
    columns=(
        _text("account", "account number with its scheme", required=True, restricted=True),
        _date("balance_on", "the day, at its start", required=True),
        _ore("balance_ore", "balance", required=True),
        _CURRENCY,
    ),
    parties=(Party(role="account", kind=EntityKind.ACCOUNT, account="account"),),
)

PERMITS: Final = Register(
    name="permits",
    swedish="tillstånd (IVO, Finansinspektionen)",
    text="Permits to run an activity, and entries in a register that an activity needs, by period.",
    columns=(
        _text("permit_id", "the authority's id of the permit", required=True),
        *_ORGANISATION_COLUMNS,
        _category(
            "kind",
            "which activity the permit is for; currency_exchange: an exchange office (växlingskontor) in "
            "Finansinspektionen's register (lag 1996:1006), by permit from 1 July 2025",
            "assistance",
            "home_care",
            "currency_exchange",
            "other",
            required=True,
        ),
        _date("valid_from", "first day", required=True),
        _date("valid_to", "last day, empty while it lasts"),
        _category(
            "status",
            "state of the permit; a revocation that a court has stayed leaves the permit in force",
            "granted",
            "revoked",
            "stayed",
            "applied",
        ),
        _date("applied_on", "when it was applied for or its change notified"),
    ),
    parties=(_ORGANISATION,),
)

CONTRACTS: Final = Register(
    name="contracts",
    swedish="avtal (LOV, LOU)",
    text="Contracts between a payer and a provider.",
    columns=(
        _text("contract_id", "the payer's id of the contract", required=True),
        _PAYER,
        *_ORGANISATION_COLUMNS,
        _PROGRAMME,
        _date("valid_from", "first day", required=True),
        _date("valid_to", "last day, empty while it lasts"),
    ),
    parties=(_ORGANISATION,),
)

DECISIONS: Final = Register(
    name="decisions",
    swedish="beslut",
    text="What a payer has granted: hours of assistance or home care, or a subsidised employment.",
    columns=(
        _text("decision_id", "the payer's id of the decision", required=True),
        _PAYER,
        _PROGRAMME,
        *_PERSON_COLUMNS,
        *_ORGANISATION_COLUMNS,
        _date("valid_from", "first day", required=True),
        _date("valid_to", "last day, empty while it lasts"),
        _minutes("granted_minutes", "granted time for each unit of granted_per"),
        _category("granted_per", "what granted_minutes is counted by", "week", "month"),
        Column(
            name="settlement_months",
            type=ColumnType.INTEGER,
            text="months over which granted time may be moved (avräkningsperiod); empty is 1",
            unit="months",
        ),
        _flag("allows_double", "double assistance was granted (dubbel assistans)"),
        _flag("allows_hospital", "assistance during a hospital stay was granted"),
        _ore("monthly_amount_ore", "subsidy granted a month"),
        _ore("approved_pay_ore", "gross pay a month that the subsidy was approved for"),
    ),
    parties=(_PERSON, _ORGANISATION),
)

CLAIMS: Final = Register(
    name="claims",
    swedish="räkningar och utbetalningar (FK 3057, fakturaunderlag, lönebidrag)",
    text="What a provider billed, or an employer was paid, for one person and period, and what was paid for it.",
    columns=(
        _text("claim_id", "id of the bill, invoice line or payout", required=True),
        _text("decision_id", "the decision it rests on"),
        _text("contract_id", "the contract it rests on"),
        _PAYER,
        _PROGRAMME,
        *_ORGANISATION_COLUMNS,
        *_PERSON_COLUMNS,
        _date("period_from", "first day", required=True),
        _date("period_to", "last day", required=True),
        _minutes("billed_minutes", "billed time"),
        _ore("amount_ore", "amount paid", required=True),
        _CURRENCY,
        _date("paid_on", "when it was paid"),
        _text("corrects_claim_id", "the claim that this one replaces"),
    ),
    parties=(_ORGANISATION, _PERSON),
)

TIME_REPORTS: Final = Register(
    name="time_reports",
    swedish="tidsredovisning (FK 3059) och besök i hemtjänst",
    text="Shifts of personal assistance and visits of home care: who was with whom, from when to when.",
    columns=(
        _text("report_id", "id of the row in its system", required=True),
        _text("decision_id", "the decision it rests on"),
        _PROGRAMME,
        *_ORGANISATION_COLUMNS,
        _number("user_number", "number of the person who gets the help (brukare)"),
        _name("user_name", "name of that person"),
        _number("staff_number", "number of the assistant or care worker"),
        _name("staff_name", "name of that person"),
        _instant("starts_at", "start of the shift", required=True),
        _instant("ends_at", "end of the shift", required=True),
        _category(
            "kind",
            "active; waiting (vänte) and standby (beredskap) are not work at the user's side",
            "active",
            "waiting",
            "standby",
        ),
        _flag("is_double", "granted double assistance or a two-person visit"),
        _category("method", "how it was registered", "tag", "phone", "manual", "electronic", "paper"),
        _instant("entered_at", "when it was registered"),
        _text("corrects_report_id", "the row that this one replaces"),
    ),
    parties=(
        _ORGANISATION,
        Party(role="user", kind=EntityKind.PERSON, number="user_number", name="user_name"),
        Party(role="staff", kind=EntityKind.PERSON, number="staff_number", name="staff_name"),
    ),
)

STAFF_LEDGERS: Final = Register(
    name="staff_ledgers",
    swedish="personalliggare och stämpelur",
    text="Clock-timed work for another employer.",
    columns=(
        *_ORGANISATION_COLUMNS,
        *_PERSON_COLUMNS,
        _instant("starts_at", "clocked in", required=True),
        _instant("ends_at", "clocked out", required=True),
    ),
    parties=(_ORGANISATION, _PERSON),
)

ABSENCES: Final = Register(
    name="absences",
    swedish="frånvaro (sjukhusvistelse, utlandsvistelse)",
    text="Days on which a person was elsewhere. Dates only, for the claims under test; never a diagnosis.",
    columns=(
        *_PERSON_COLUMNS,
        _category("kind", "where the person was", "hospital", "abroad", "custody", required=True),
        _date("from_on", "first day, part of it may have been at home", required=True),
        _date("to_on", "last day, part of it may have been at home", required=True),
    ),
    parties=(_PERSON,),
)

PAYROLL: Final = Register(
    name="payroll",
    swedish="arbetsgivardeklaration på individnivå (AGI)",
    text="Pay declared by an employer for a person and month. A later row with the same employer, person, month and "
    "specification number replaces an earlier one. Monthly and without hours: it never proves a same-hour conflict.",
    columns=(
        *_ORGANISATION_COLUMNS,
        *_PERSON_COLUMNS,
        Column(name="month", type=ColumnType.MONTH, text="the month declared", required=True),
        _text("specification_no", "specification number (570)"),
        _ore("cash_pay_ore", "cash pay, basis for employer fees (011)"),
        _ore("f_tax_pay_ore", "pay to a payee with F-tax (131)"),
        _ore("tax_ore", "tax withheld (001)"),
        _instant("received_at", "when the declaration was received"),
        _flag("is_deletion", "the row deletes the record (205)"),
    ),
    parties=(_ORGANISATION, _PERSON),
)

PAYMENTS: Final = Register(
    name="payments",
    swedish="betalningar (kontoutdrag, utbetalningar)",
    text="Payments that a statement or notice confirms. An order is not a payment.",
    columns=(
        _text("payment_id", "id in the delivering system", required=True),
        _instant("paid_at", "when it was booked on the account", required=True),
        _text("payer_account", "account number with its scheme", restricted=True),
        _number("payer_number", "the payer's number"),
        _name("payer_name", "the payer's name"),
        _text("payee_account", "account number with its scheme", restricted=True),
        _number("payee_number", "the payee's number"),
        _name("payee_name", "the payee's name"),
        _ore("amount_ore", "amount, from payer to payee", required=True),
        _CURRENCY,
        _category(
            "kind",
            "what the bank or payer calls it, where it says",
            "salary",
            "rent",
            "tax",
            "supplier",
            "public",
            "transfer",
            "loan",
            "gift",
            "cash",
            "other",
        ),
        _text("programme_ref", "the claim or decision that a public payment rests on"),
        _text(
            "payee_country",
            "ISO 3166 code of the country of the receiving account, where the statement tells; "
            "used only to class where money left",
        ),
    ),
    parties=(
        Party(role="payer_account", kind=EntityKind.ACCOUNT, account="payer_account"),
        Party(role="payer", kind=EntityKind.PARTY, number="payer_number", name="payer_name"),
        Party(role="payee_account", kind=EntityKind.ACCOUNT, account="payee_account"),
        Party(role="payee", kind=EntityKind.PARTY, number="payee_number", name="payee_name"),
    ),
)

INVOICES: Final = Register(
    name="invoices",
    swedish="leverantörsreskontra",
    text="Accounting rows of a supplier ledger. One invoice may span many rows; a negative row may be a credit note.",
    columns=(
        _text("voucher_id", "voucher or internal reference"),
        _text("invoice_no", "the supplier's invoice number"),
        _PAYER,
        _number("supplier_number", "the supplier's organisation number"),
        _name("supplier_name", "the supplier's name as the ledger spells it"),
        _text("supplier_key", "the ledger's own id of the supplier", restricted=True),
        _date("booked_on", "booking date", required=True),
        _date("paid_on", "payment date"),
        _ore("net_ore", "net amount of the row", required=True),
        _CURRENCY,
        _text("unit", "committee, directorate or cost centre"),
        _text("account_text", "what the row was booked as"),
        _category("document", "what the row is, where the ledger says", "invoice", "credit_note", "other"),
    ),
    parties=(
        Party(
            role="supplier",
            kind=EntityKind.PARTY,
            number="supplier_number",
            name="supplier_name",
            source_key="supplier_key",
        ),
    ),
)

RATES: Final = Register(
    name="rates",
    swedish="taxor och timbelopp",
    text="Dated tariffs. Those packaged with the toolkit are used for kinds that no delivery holds.",
    columns=(
        _category(
            "kind",
            "assistance_hour, home_care_hour: paid an hour; labour_hour: lowest plausible gross pay an hour",
            "assistance_hour",
            "home_care_hour",
            "labour_hour",
            required=True,
        ),
        _date("valid_from", "first day", required=True),
        _date("valid_to", "last day, empty while it lasts"),
        _ore("amount_ore", "öre an hour", required=True),
    ),
)

REGISTERS: Final[dict[str, Register]] = {
    register.name: register
    for register in (
        ORGANISATIONS,
        PERSONS,
        RELATIONS,
        ROLES,
        ACCOUNTS,
        BALANCES,
        PERMITS,
        CONTRACTS,
        DECISIONS,
        CLAIMS,
        TIME_REPORTS,
        STAFF_LEDGERS,
        ABSENCES,
        PAYROLL,
        PAYMENTS,
        INVOICES,
        RATES,
    )
}
"""Every register of the contract by its name."""
