"""DuckDB, the engine that everything relational runs on. The only file that names an engine.

SQL is written in a narrow dialect (``DIALECT_FUNCTIONS``) with bound parameters, so that another engine can be put behind it later: a
query that uses a function outside the list is refused, on every run and in every test.
"""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import expressions as exp

from follow_money.errors import StorageError

DIALECT_FUNCTIONS: Final = frozenset(
    [
        "abs",
        "any_value",
        "arg_max",
        "arg_min",
        "array_agg",
        "array_distinct",
        "avg",
        "ceil",
        "coalesce",
        "concat",
        "concat_ws",
        "count",
        "count_if",
        "date_from_parts",
        "date_trunc",
        "datediff",
        "dense_rank",
        "exp",
        "explode",
        "extract",
        "first_value",
        "floor",
        "greatest",
        "group_concat",
        "isnull",
        "lag",
        "last_day",
        "last_value",
        "lead",
        "least",
        "length",
        "ln",
        "logical_and",
        "logical_or",
        "lower",
        "max",
        "min",
        "mod",
        "month",
        "nullif",
        "percentile_cont",
        "power",
        "rank",
        "regexp_like",
        "replace",
        "round",
        "row_number",
        "sign",
        "sqrt",
        "starts_with",
        "stddev",
        "substring",
        "sum",
        "time_to_str",
        "timestamp_trunc",
        "trim",
        "upper",
        "year",
    ]
)
"""Functions, by the translator's own names, that carry over to other engines. Adding one means showing that it does."""


class Engine:
    """A private DuckDB database in memory, spilling to a private, capped folder that is removed on close.

    Tables are Arrow tables or Parquet files; results are Arrow tables. Deterministic as long as the SQL orders what it returns.
    """

    def __init__(self, *, threads: int = 2, memory_gb: int = 6, spill_folder: Path | None = None) -> None:
        self._kept: set[str] = set()
        try:
            self._spill = Path(tempfile.mkdtemp(prefix="follow-money-", dir=spill_folder))
        except OSError as error:
            raise StorageError(
                f"No temporary folder can be made for the database ({error.strerror}). Free disk space, or point TMPDIR at a larger disk."
            ) from error
        try:
            self._connection = duckdb.connect(
                ":memory:",
                config={
                    "threads": threads,
                    "memory_limit": f"{memory_gb}GB",
                    "temp_directory": str(self._spill),
                    "max_temp_directory_size": "40GB",
                    "preserve_insertion_order": False,
                },
            )
            # The setting exists only once the bundled time zones are loaded.
            self._connection.execute("set TimeZone = 'UTC'")
        except BaseException:
            shutil.rmtree(self._spill, ignore_errors=True)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Drop everything, the spill folder too."""
        self._connection.close()
        shutil.rmtree(self._spill, ignore_errors=True)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection itself, for the linkage library, which brings its own SQL."""
        return self._connection

    def table(self, name: str, source: pa.Table | Path) -> None:
        """Make an Arrow table or a Parquet file readable as ``name``."""
        if isinstance(source, Path):
            path = str(source).replace("'", "''")
            self._connection.execute(
                f"create or replace temp view {_quoted(name)} as select * from read_parquet('{path}')"
            )
        else:
            self._connection.execute(f"drop view if exists {_quoted(name)}")
            self._connection.register(name, source)

    def view(self, name: str, sql: str) -> None:
        """Make a query readable as ``name`` without running it. Raises ValueError for SQL outside the dialect."""
        check_dialect(sql)
        with _storage_told():
            self._connection.execute(f"create or replace temp view {_quoted(name)} as {sql}")

    def keep(self, name: str, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run a query and hold its result in memory as table ``name``."""
        check_dialect(sql)
        with _storage_told():
            self._connection.execute(f"create or replace temp table {_quoted(name)} as {sql}", dict(parameters or {}))
        self._kept.add(name)

    @contextmanager
    def passing(self) -> Iterator[None]:
        """What is kept within is dropped at its end, so that a detector's tables don't fill the memory of the next."""
        before = set(self._kept)
        try:
            yield
        finally:
            for name in sorted(self._kept - before):
                self._connection.execute(f"drop table if exists {_quoted(name)}")
            self._kept = before

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Run a query. ``parameters`` are bound by name (``$name``). Raises ValueError for SQL outside the dialect."""
        check_dialect(sql)
        with _storage_told():
            return self._connection.sql(sql, params=dict(parameters or {})).to_arrow_table()


@contextmanager
def _storage_told() -> Iterator[None]:
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise StorageError(
            f"The database could not read, write or hold its tables ({str(error).splitlines()[0]}). "
            "Free disk space or memory, or point TMPDIR at a larger disk, and run the same command again: it goes on where it stopped."
        ) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@functools.lru_cache(maxsize=512)
def check_dialect(sql: str) -> None:
    """Raise ValueError when ``sql`` calls a function outside ``DIALECT_FUNCTIONS``."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    strangers = sorted(
        {name for call in tree.find_all(exp.Func) if (name := _function_name(call)) is not None} - DIALECT_FUNCTIONS
    )
    if strangers:
        raise ValueError(f"SQL outside the portable dialect: {', '.join(strangers)} in: {sql[:200]}")


_NOT_CALLS: Final = (
    exp.Case,
    exp.If,
    exp.Cast,
    exp.TryCast,
    exp.And,
    exp.Or,
    exp.Xor,
    exp.Exists,
    exp.Array,
    exp.Interval,
)


def _function_name(call: exp.Func) -> str | None:
    if isinstance(call, exp.Anonymous):
        return str(call.this).lower()
    if isinstance(call, _NOT_CALLS):
        return None
    return call.sql_name().lower()
