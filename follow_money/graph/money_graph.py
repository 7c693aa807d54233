"""The graph as a bundle of Parquet tables on entity ids. No table of it holds a number, a name or an address."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from follow_money.engine import Engine
from follow_money.errors import UsageError
from follow_money.graph.flows.flow_facts import FlowFacts, open_facts
from follow_money.graph.flows.flow_store import FlowStore, open_store
from follow_money.graph.identity_signals import IDENTITY_SIGNALS
from follow_money.graph.transfers import PAYMENT_COPIES, TRANSFERS
from follow_money.model import INSTANT
from follow_money.registers.contract import REGISTERS

LINKS: Final = pa.schema(
    [
        pa.field("from_id", pa.string(), nullable=False),
        pa.field("to_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("valid_from", pa.date32()),
        pa.field("valid_to", pa.date32()),
        pa.field("via_id", pa.string()),
        pa.field("register", pa.string(), nullable=False),
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("is_exact", pa.bool_(), nullable=False),
    ]
)
"""A dated tie: role of a person in an organisation (owner, board_member, ...), household, family, guardian, holds_account; or something shared
(shared_address, shared_phone, shared_account), where ``via_id`` is the address, phone or account. A shared thing is a link, never a merge."""

HUBS: Final = pa.schema(
    [
        pa.field("hub_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("parties", pa.int64(), nullable=False),
        pa.field("why_sv", pa.string(), nullable=False),
        pa.field("why_en", pa.string(), nullable=False),
    ]
)
"""What so many parties share that sharing it says nothing: a payroll bureau's account, a virtual office, an accountant of many."""

ENTITY_FACTS: Final = pa.schema(
    [
        pa.field("entity_id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("is_numbered", pa.bool_(), nullable=False),
        pa.field("is_sole_trader", pa.bool_(), nullable=False),
        pa.field("unlike_names", pa.int64(), nullable=False),
        pa.field("died_on", pa.date32()),
    ]
)
"""What detectors may know of an entity: what it is, whether it is known by a valid number, and with how many names, spellings of
one counted once, its number stands that are clearly unlike its usual one, so that another party may stand behind it."""

SHIFTS: Final = pa.schema(
    [
        pa.field("record_id", pa.string(), nullable=False),
        pa.field("programme", pa.string(), nullable=False),
        pa.field("decision_id", pa.string()),
        pa.field("organisation_id", pa.string()),
        pa.field("user_id", pa.string()),
        pa.field("staff_id", pa.string()),
        pa.field("starts_at", INSTANT, nullable=False),
        pa.field("ends_at", INSTANT, nullable=False),
        pa.field("minutes", pa.int64(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("month", pa.date32(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("is_double", pa.bool_(), nullable=False),
        pa.field("is_clocked", pa.bool_(), nullable=False),
        pa.field("is_manual", pa.bool_(), nullable=False),
        pa.field("near_clock_change", pa.bool_(), nullable=False),
        pa.field("links_exact", pa.bool_(), nullable=False),
        pa.field("is_withheld", pa.bool_(), nullable=False),
    ]
)
"""Time reports as they stand: a correction has replaced what it corrects. ``day`` and ``month`` are local (Europe/Stockholm)."""

DERIVED: Final = {
    "links": LINKS,
    "hubs": HUBS,
    "entity_facts": ENTITY_FACTS,
    "shifts": SHIFTS,
    "transfers": TRANSFERS,
    "identity_signals": IDENTITY_SIGNALS,
    "payment_copies": PAYMENT_COPIES,
}
"""Tables that `connect` makes beside the registers."""

FILE_KEY_LENGTH: Final = 12
"""A record id begins with so many characters of its file's digest."""

CURRENT: Final = ("claims", "payroll")
"""Registers in which later rows replace earlier ones; ``current_claims`` and ``current_payroll`` hold what stands."""


def table_schema(name: str) -> pa.Schema:
    """Schema of a graph table: a register on entity ids, its current version, or a derived table. Raises KeyError."""
    if name in DERIVED:
        return DERIVED[name]
    return REGISTERS[name.removeprefix("current_")].graph_schema()


def table_names() -> tuple[str, ...]:
    """Every table that a graph may hold."""
    return (*REGISTERS, *(f"current_{name}" for name in CURRENT), *DERIVED)


@dataclass(frozen=True)
class MoneyGraph:
    """The graph of one run. ``folder`` holds one Parquet file a table; a register that nobody delivered has none."""

    folder: Path

    def has(self, name: str) -> bool:
        """Whether the table was delivered or derived."""
        return (self.folder / f"{name}.parquet").exists()

    def table(self, name: str, columns: Iterable[str] | None = None) -> pa.Table:
        """One table as Arrow, empty when nobody delivered it. Raises KeyError for an unknown name."""
        schema = table_schema(name)
        path = self.folder / f"{name}.parquet"
        wanted = list(columns) if columns is not None else schema.names
        if not path.exists():
            return schema.empty_table().select(wanted)
        return pq.read_table(path, columns=wanted)

    @property
    def flows_folder(self) -> Path:
        """Where the payments lie as flows."""
        return self.folder / "flows"

    def flows(self) -> FlowStore:
        """The payments as flows between entities, mapped into memory. Raises UsageError when no payments were delivered."""
        if not self.flows_folder.exists():
            raise UsageError(
                "No payments were delivered, so no money can be followed. Deliver bank statements as the register 'payments'."
            )
        return open_store(self.flows_folder)

    def flow_facts(self) -> FlowFacts:
        """The same payments with what registers tell of them: exit classes, public money, opening balances. Raises UsageError as `flows` does."""
        return open_facts(self.flows_folder, self.flows())

    def attach(self, engine: Engine, *, without: Collection[str] = ()) -> None:
        """Make every table readable in the engine under its name; absent ones as empty tables.

        ``without``: keys of files whose rows are left out, because they were delivered for another purpose. What no single row tells (facts of entities,
        signals of their numbers) stays.
        """
        engine.table("left_out_files", pa.table({"file_key": pa.array(sorted(without), pa.string())}))
        for name in table_names():
            path, schema = self.folder / f"{name}.parquet", table_schema(name)
            if not path.exists():
                engine.table(name, schema.empty_table())
            elif without and "record_id" in schema.names:
                engine.table(f"every_{name}", path)
                engine.view(
                    name,
                    f"select * from every_{name} where record_id is null or substring(record_id, 1, {FILE_KEY_LENGTH}) not in "
                    "(select file_key from left_out_files)",
                )
            else:
                engine.table(name, path)
