"""Splink, opened over one table in our engine's database, and everything of it removed afterwards."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from follow_money.engine import Engine

_TABLES = ("linkage_input", "linkage_labels", "linkage_rarity")


@contextmanager
def linker(engine: Engine, table: pa.Table, model: dict[str, Any]) -> Iterator[Any]:
    """A Splink linker over one table; it leaves nothing behind in the database and says nothing of its own."""
    from splink import DuckDBAPI, Linker

    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    engine.table("linkage_input", table)
    api = DuckDBAPI(engine.connection)
    settings = {name: told for name, told in model.items() if name != "relatives"}
    try:
        yield Linker(api.register("linkage_input"), settings, log_level=None, validate_settings=False)
    finally:
        api.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]  # Splink gives no type
        for name in _TABLES:
            engine.connection.unregister(name)
        logger.setLevel(before)
