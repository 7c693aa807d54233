"""The nouns: what a register, a column, a hit, a case and a test are. Imports nothing of ours.

Money is integer öre (``*_ore``, int64) with a currency beside it. Instants are UTC (``timestamp[us, tz=UTC]``), dates are
``date32``. Ids are text. Nothing here holds a personal number or a name: those live in the workspace's restricted folder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

import pyarrow as pa

INSTANT: Final = pa.timestamp("us", tz="UTC")
"""Arrow type of every instant."""


class ColumnType(StrEnum):
    """How a column of a register is written and what it becomes."""

    TEXT = "text"
    """Any text, trimmed. Empty is null."""
    NUMBER = "number"
    """An identity or organisation number, kept as the text that was delivered; a leading zero is never lost."""
    DATE = "date"
    """A calendar day (date32)."""
    MONTH = "month"
    """A calendar month, stored as its first day (date32)."""
    INSTANT = "instant"
    """A point in time. Without a zone it is read as Europe/Stockholm; a day alone is read as its first moment there.
    Stored as UTC."""
    ORE = "ore"
    """An amount of money: integer öre (int64), in the row's currency."""
    MINUTES = "minutes"
    """A length of time in whole minutes (int64)."""
    INTEGER = "integer"
    """A whole number (int64)."""
    BOOLEAN = "boolean"
    """True or false."""
    CATEGORY = "category"
    """One of the values that the column declares."""


ARROW_TYPES: Final[dict[ColumnType, pa.DataType]] = {
    ColumnType.TEXT: pa.string(),
    ColumnType.NUMBER: pa.string(),
    ColumnType.DATE: pa.date32(),
    ColumnType.MONTH: pa.date32(),
    ColumnType.INSTANT: INSTANT,
    ColumnType.ORE: pa.int64(),
    ColumnType.MINUTES: pa.int64(),
    ColumnType.INTEGER: pa.int64(),
    ColumnType.BOOLEAN: pa.bool_(),
    ColumnType.CATEGORY: pa.string(),
}
"""The Arrow type that each column type is stored as."""


class EntityKind(StrEnum):
    """What a party of a row is."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PARTY = "party"
    """A person or an organisation; the row does not say which (a payer, an account holder)."""
    ACCOUNT = "account"
    """A payment account, or a vehicle by its registration number. The number identifies its holder, so it too becomes an entity id after `resolve`."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a register.

    ``unit`` says what a number counts. ``required``: a row without it is quarantined. ``values`` are the categories.
    ``restricted``: the column identifies somebody and stops at `resolve`.
    """

    name: str
    type: ColumnType
    text: str
    unit: str = ""
    required: bool = False
    values: tuple[str, ...] = ()
    restricted: bool = False


@dataclass(frozen=True, kw_only=True)
class Party:
    """Somebody a row speaks of. The named columns describe them; after `resolve` one column ``<role>_id`` stands for all.

    Any of the columns may be empty in a row: a row may lack an identity number, and a row may lack the party altogether.
    """

    role: str
    kind: EntityKind
    number: str | None = None
    name: str | None = None
    birth_date: str | None = None
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    phone: str | None = None
    account: str | None = None
    source_key: str | None = None
    """A column with the delivering system's own key for the party (a supplier id): the same key in the same
    register is the same party where nothing in number or name denies it."""

    def columns(self) -> tuple[str, ...]:
        """The names of the register columns that describe this party."""
        every = (
            self.number,
            self.name,
            self.birth_date,
            self.street,
            self.postcode,
            self.city,
            self.phone,
            self.account,
            self.source_key,
        )
        return tuple(column for column in every if column is not None)


@dataclass(frozen=True, kw_only=True)
class Register:
    """One table of the register contract: typed columns, and the parties that its rows speak of."""

    name: str
    swedish: str
    text: str
    columns: tuple[Column, ...]
    parties: tuple[Party, ...] = field(default=())
    is_of_officials: bool = False
    """It tells what officials did: nothing reads it unless the settings table ``[insider]`` opens it."""
    is_of_another_country: bool = False
    """Another country's register: its postcodes are compared as they are written."""

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def record_schema(self) -> pa.Schema:
        """Arrow schema of a loaded register: ``record_id``, the columns, ``is_withheld``."""
        return pa.schema(
            [pa.field("record_id", pa.string(), nullable=False)]
            + [pa.field(c.name, ARROW_TYPES[c.type]) for c in self.columns]
            + [pa.field("is_withheld", pa.bool_(), nullable=False)]
        )

    def graph_schema(self) -> pa.Schema:
        """Arrow schema of the same register on entity ids: one ``<role>_id`` a party, ``links_exact``, no restricted column."""
        return pa.schema(
            [pa.field("record_id", pa.string(), nullable=False)]
            + [pa.field(f"{party.role}_id", pa.string()) for party in self.parties]
            + [pa.field("links_exact", pa.bool_(), nullable=False)]
            + [pa.field(c.name, ARROW_TYPES[c.type]) for c in self.columns if not c.restricted]
            + [pa.field("is_withheld", pa.bool_(), nullable=False)]
        )


class Purpose(StrEnum):
    """What a register was delivered for. A detector runs only on registers delivered for its purpose."""

    PAYMENT_CONTROL = "payment_control"
    """Control that a decided benefit, subsidy or grant was paid on right grounds."""
    SUPPLIER_CONTROL = "supplier_control"
    """Control of suppliers, contracts and invoices."""
    INSIDER_CONTROL = "insider_control"
    """Control by internal audit of what officials of the authority did."""


class HitKind(StrEnum):
    """What sort of finding a hit is."""

    CONTRADICTION = "contradiction"
    """A fact that cannot be, above a stated tolerance, with all identity links exact. No probability, only rows."""
    RATE = "rate"
    """A count or share against peers under a stated null."""
    FLOW = "flow"
    """A path of payments with amounts and times."""


class SubjectKind(StrEnum):
    """What a hit is about. Never a natural person."""

    ORGANISATION = "organisation"
    PAYMENT = "payment"
    CLAIM = "claim"
    DECISION = "decision"
    PERMIT = "permit"
    CONTRACT = "contract"
    ACCOUNT = "account"
    GROUP = "group"


class AmountKind(StrEnum):
    """How an amount at risk was counted (the amount rules A1-A5)."""

    ROWS = "A1"
    """Contradicted units times the rate on that date, row by row."""
    PERIOD = "A2"
    """The decided sum times the share of the period in which the condition failed."""
    EXCESS = "A3"
    """Paid times (observed - expected) / observed; only when no single row is wrong."""
    STATUS = "A4"
    """Payments for periods without the required status."""
    TRACE = "A5"
    """The share of public money that reached a node."""


class EvidenceRole(StrEnum):
    """Whether a source row speaks for or against the finding."""

    FOR = "for"
    AGAINST = "against"


class Outcome(StrEnum):
    """What a person decided about a case."""

    CLOSE = "close"
    NOTIFY = "notify"
    INVESTIGATE = "investigate"


PARTY_TYPE: Final = pa.struct([("entity_id", pa.string()), ("role", pa.string())])
BILINGUAL: Final = pa.struct([("sv", pa.string()), ("en", pa.string())])
"""A sentence in Swedish and in English."""

HITS: Final = pa.schema(
    [
        pa.field("hit_id", pa.string(), nullable=False),
        pa.field("detector", pa.string(), nullable=False),
        pa.field("version", pa.string(), nullable=False),
        pa.field("parameters_hash", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("subject_id", pa.string(), nullable=False),
        pa.field("subject_kind", pa.string(), nullable=False),
        pa.field("organisation_id", pa.string()),  # the organisation whose claim it is, where the subject is not one
        pa.field("payer", pa.string()),
        pa.field("programme", pa.string()),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("period_from", pa.date32()),
        pa.field("period_to", pa.date32()),
        pa.field("observed", pa.float64(), nullable=False),
        pa.field("expected", pa.float64()),
        pa.field("p_value", pa.float64()),
        pa.field("q_value", pa.float64()),
        pa.field("amount_low_ore", pa.int64(), nullable=False),
        pa.field("amount_likely_ore", pa.int64(), nullable=False),
        pa.field("amount_high_ore", pa.int64(), nullable=False),
        pa.field("amount_kind", pa.string(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("parties", pa.list_(PARTY_TYPE), nullable=False),
        pa.field("trail_id", pa.string()),
        pa.field("link_probability", pa.float64(), nullable=False),
        pa.field("reason_sv", pa.string(), nullable=False),
        pa.field("reason_en", pa.string(), nullable=False),
        pa.field("look_alikes", pa.list_(BILINGUAL), nullable=False),  # lawful explanations to rule out
        pa.field("counter_evidence", pa.list_(BILINGUAL), nullable=False),  # what was found that speaks against
    ]
)
"""One row a finding."""

EVIDENCE: Final = pa.schema(
    [
        pa.field("hit_id", pa.string(), nullable=False),
        pa.field("register", pa.string(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("amount_ore", pa.int64(), nullable=False),
        pa.field("role", pa.string(), nullable=False),
        pa.field("note_sv", pa.string(), nullable=False),
        pa.field("note_en", pa.string(), nullable=False),
    ]
)
"""One row a source row of a hit. Amounts are per row first, then summed."""

TESTS: Final = pa.schema(
    [
        pa.field("detector", pa.string(), nullable=False),
        pa.field("subject_id", pa.string(), nullable=False),
        pa.field("subject_kind", pa.string(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("observed", pa.float64()),
        pa.field("expected", pa.float64()),
        pa.field("null_model", pa.string(), nullable=False),
        pa.field("peer_group", pa.string()),
        pa.field("peers", pa.int64()),
        pa.field("p_value", pa.float64()),
        pa.field(
            "p_randomised", pa.float64()
        ),  # uniform where nothing is planted: it checks the null, and no hit rests on it
        pa.field("q_value", pa.float64()),
        pa.field("is_hit", pa.bool_(), nullable=False),
        pa.field("not_evaluable", pa.string()),
    ]
)
"""Every subject that was evaluated, hit or not, or why it could not be."""

CASES: Final = pa.schema(
    [
        pa.field("case_id", pa.string(), nullable=False),
        pa.field("rank", pa.int64(), nullable=False),
        pa.field("organisation_id", pa.string()),  # the organisation with most at risk: what the case is called after
        pa.field("organisation_ids", pa.list_(pa.string()), nullable=False),
        pa.field("programmes", pa.list_(pa.string()), nullable=False),
        pa.field("payers", pa.list_(pa.string()), nullable=False),
        pa.field("detectors", pa.list_(pa.string()), nullable=False),
        pa.field("hits", pa.int64(), nullable=False),
        pa.field("contradictions", pa.int64(), nullable=False),
        pa.field("sureness", pa.float64(), nullable=False),
        pa.field("priority", pa.float64(), nullable=False),
        pa.field("amount_low_ore", pa.int64(), nullable=False),
        pa.field("amount_likely_ore", pa.int64(), nullable=False),
        pa.field("amount_high_ore", pa.int64(), nullable=False),
        pa.field("exposed_ore", pa.int64(), nullable=False),  # paid in the months of its contradictions and flows
        pa.field("paid_ore", pa.int64(), nullable=False),
        pa.field("currency", pa.string(), nullable=False),
        pa.field("rank_by_paid", pa.int64(), nullable=False),
        pa.field("rank_by_hits", pa.int64(), nullable=False),
        pa.field("split_from", pa.string()),  # the group that was larger than the size limit, if any
        pa.field("reason_sv", pa.string(), nullable=False),
        pa.field("reason_en", pa.string(), nullable=False),
    ]
)
"""One row a case, best first."""

CASE_HITS: Final = pa.schema(
    [pa.field("case_id", pa.string(), nullable=False), pa.field("hit_id", pa.string(), nullable=False)]
)
"""Which hits a case holds. Every hit is in exactly one case."""
