"""Connect: replace what registers say of parties by entity ids, and tie the entities together.

Four steps: every register on entity ids; what stands after corrections (`current`); links and hubs (`links`, `hubs`); payments as flows (`flows`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from follow_money.engine import Engine
from follow_money.entities.match_key import match_key_sql
from follow_money.errors import UsageError
from follow_money.graph.current import write_current
from follow_money.graph.flows.flow_facts import flow_facts
from follow_money.graph.flows.transfer_flows import transfer_flows, write_flows
from follow_money.graph.hubs import hubs
from follow_money.graph.identity_signals import IDENTITY_SIGNALS, identity_signals
from follow_money.graph.links import links
from follow_money.graph.money_graph import ENTITY_FACTS, HUBS, LINKS, MoneyGraph
from follow_money.graph.postal_regions import with_postal_regions
from follow_money.graph.sharing import shared_things
from follow_money.model import Register
from follow_money.registers.contract import REGISTERS
from follow_money.registers.tariffs import rates_in_force

_DERIVED: Final[dict[str, Callable[[pa.Table], pa.Table]]] = {
    "organisations": with_postal_regions,
    "rates": rates_in_force,
}
"""Registers of which the graph holds more than was delivered, and how it is filled in."""


def _silent(what: str, done: int, of: int) -> None:
    """No progress."""


def connect(
    engine: Engine,
    records: Mapping[str, Path],
    entities: Path,
    out: Path,
    *,
    on_progress: Callable[[str, int, int], None] = _silent,
) -> MoneyGraph:
    """Write the graph of ``records`` under ``out`` and return it.

    Args:
        engine: Where the joins run.
        records: Register name -> Parquet of ``Register.record_schema()``.
        entities: The folder that `resolve` wrote: ``mentions.parquet``, ``entities.parquet``.
        out: An existing, empty folder.
        on_progress: Called with the step's name, steps done and steps in all.

    Raises:
        UsageError: When records were loaded by an earlier version and lack a column.

    Returns:
        The graph, tables sorted by their rows, the same bytes for the same input.
    """
    steps = len(records) + 5
    engine.table("mentions", entities / "mentions.parquet")
    engine.table("entities", entities / "entities.parquet")
    for done, (name, path) in enumerate(sorted(records.items())):
        on_progress(name, done, steps)
        _require_columns(name, path)
        derived = _DERIVED.get(name)
        engine.table("records", derived(pq.read_table(path)) if derived else path)
        write_table(out, name, engine.query(_on_entity_ids(REGISTERS[name])), REGISTERS[name].graph_schema())
    if "rates" not in records:
        engine.table("records", rates_in_force(None))
        write_table(out, "rates", engine.query(_on_entity_ids(REGISTERS["rates"])), REGISTERS["rates"].graph_schema())
    graph = MoneyGraph(out)
    graph.attach(engine)
    on_progress("what stands after corrections", steps - 5, steps)
    write_current(engine, graph)
    on_progress("facts on entities", steps - 4, steps)
    write_table(out, "entity_facts", engine.query(_ENTITY_FACTS), ENTITY_FACTS)
    graph.attach(engine)
    on_progress("hubs", steps - 3, steps)
    engine.table("shared", shared_things(engine, entities / "mentions.parquet"))
    write_table(out, "hubs", hubs(engine), HUBS)
    graph.attach(engine)
    on_progress("links", steps - 2, steps)
    write_table(out, "links", links(engine), LINKS)
    graph.attach(engine)
    write_table(out, "identity_signals", identity_signals(engine, records, entities), IDENTITY_SIGNALS)
    if graph.has("transfers"):
        on_progress("flows", steps - 1, steps)
        graph.attach(engine)
        taken = transfer_flows(engine)
        write_flows(taken, graph.flows_folder)
        flow_facts(engine, taken.store).save(graph.flows_folder)
    on_progress("links", steps, steps)
    return graph


def _require_columns(name: str, path: Path) -> None:
    """Records that an earlier version loaded may lack a column that the contract has now."""
    missing = sorted(set(REGISTERS[name].record_schema().names) - set(pq.read_schema(path).names))
    if missing:
        raise UsageError(
            f"The register {name} was loaded by an earlier version, which did not know {', '.join(missing)}: "
            "screen the folder of exports again (follow-money screen)."
        )


def write_table(folder: Path, name: str, table: pa.Table, schema: pa.Schema) -> None:
    """Write one table of the graph in its declared schema, compressed, the same bytes for the same rows."""
    pq.write_table(
        table.select(schema.names).cast(schema), folder / f"{name}.parquet", compression="zstd", row_group_size=262_144
    )


def _on_entity_ids(register: Register) -> str:
    roles = [party.role for party in register.parties]
    ids = "".join(f", {role}.entity_id as {role}_id" for role in roles)
    exact = " and ".join(f"coalesce({role}.is_exact, true)" for role in roles) or "true"
    plain = "".join(f", r.{column.name}" for column in register.columns if not column.restricted)
    joins = "".join(
        f"""
        left join (select match_key, entity_id, is_exact from mentions where register = '{register.name}' and role = '{party.role}')
            as {party.role} on {party.role}.match_key = {match_key_sql(party, "r")}"""
        for party in register.parties
    )
    return f"select r.record_id{ids}, ({exact}) as links_exact{plain}, r.is_withheld from records r{joins} order by r.record_id"


_ENTITY_FACTS = """
    with deaths as (select person_id, min(died_on) as died_on from persons where died_on is not null group by person_id),
    spelled as (
        select entity_id, count(distinct name_note) as unlike_names from mentions group by entity_id
    )
    select e.entity_id, e.kind, e.number is not null as is_numbered, e.is_sole_trader,
        coalesce(s.unlike_names, 0) as unlike_names, d.died_on
    from entities e left join spelled s on s.entity_id = e.entity_id left join deaths d on d.person_id = e.entity_id
    order by e.entity_id
"""
