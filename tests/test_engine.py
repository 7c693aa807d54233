"""The engine: a private database, a narrow dialect, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from follow_money.engine import DIALECT_FUNCTIONS, Engine, check_dialect
from follow_money.errors import StorageError

NUMBERS = pa.table({"n": pa.array([3, 1, 2]), "name": ["c", "a", None]})


def test_arrow_tables_and_parquet_files_are_read_by_name(tmp_path: Path) -> None:
    path = tmp_path / "it's here.parquet"
    pq.write_table(NUMBERS, path)
    with Engine(threads=1) as engine:
        engine.table("from arrow", NUMBERS)
        engine.table("from_file", path)
        for name in ('"from arrow"', "from_file"):
            assert engine.query(f"select n from {name} order by n")["n"].to_pylist() == [1, 2, 3]


def test_a_name_may_stand_for_a_file_and_then_for_a_table(tmp_path: Path) -> None:
    pq.write_table(NUMBERS, tmp_path / "n.parquet")
    with Engine(threads=1) as engine:
        for source in (tmp_path / "n.parquet", NUMBERS.slice(0, 1), tmp_path / "n.parquet", NUMBERS.slice(0, 2)):
            engine.table("numbers", source)
            expected = 3 if isinstance(source, Path) else source.num_rows
            assert engine.query("select n from numbers").num_rows == expected


def test_values_are_bound_and_never_read_as_sql() -> None:
    with Engine(threads=1) as engine:
        engine.table("numbers", NUMBERS)
        told = engine.query("select n from numbers where name = $name", {"name": "a' or '1' = '1"})
        assert told.num_rows == 0
        engine.keep("kept", "select n from numbers where n >= $least", {"least": 2})
        assert engine.query("select n from kept order by n")["n"].to_pylist() == [2, 3]


@pytest.mark.parametrize(
    ("sql", "stranger"),
    [
        ("select epoch_us(now()) as x", "epoch_us"),
        ("select hash(n) as x from numbers", "hash"),
        ("select strip_accents(name) as x from numbers", "strip_accents"),
        ("select count(*) as x from (select random() as r) t", "rand"),
        ("with a as (select md5(name) as m from numbers) select * from a", "md5"),
    ],
)
def test_sql_outside_the_dialect_is_refused_by_query_and_by_keep(sql: str, stranger: str) -> None:
    with Engine(threads=1) as engine:
        engine.table("numbers", NUMBERS)
        for run in (lambda: engine.query(sql), lambda: engine.keep("kept", sql)):
            with pytest.raises(ValueError, match=f"outside the portable dialect: .*{stranger}"):
                run()


def test_sql_of_the_dialect_passes() -> None:
    check_dialect(
        "with a as (select n, row_number() over (order by n) as place, case when n > 1 then 'x' else 'y' end as kind from t) "
        "select coalesce(sum(n), 0) as n, count_if(place = 1) as first, cast(date_trunc('month', date '2024-01-31') as date) as month, "
        "date_diff('day', date '2024-01-01', date '2024-01-31') as days from a where n is not null and exists (select 1 from a) group by kind"
    )
    assert DIALECT_FUNCTIONS.isdisjoint(
        {"hash", "epoch_us", "strip_accents", "random", "now", "read_csv", "read_parquet"}
    )


def test_spill_folder_is_private_and_removed_on_close(tmp_path: Path) -> None:
    with Engine(threads=1, spill_folder=tmp_path) as engine:
        (spill,) = tmp_path.iterdir()
        assert spill.stat().st_mode & 0o077 == 0
        (spill / "left over").write_bytes(b"x")
        engine.table("numbers", NUMBERS)
    assert list(tmp_path.iterdir()) == []


def test_spill_folder_is_removed_after_a_fault(tmp_path: Path) -> None:
    def fail() -> None:
        with Engine(threads=1, spill_folder=tmp_path):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_engine_that_cannot_be_made_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="thread"):
        Engine(threads=0, spill_folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_missing_place_for_the_spill_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="point TMPDIR at a larger disk"):
        Engine(threads=1, spill_folder=tmp_path / "nowhere")


def test_file_that_is_gone_or_broken_is_told(tmp_path: Path) -> None:
    path = tmp_path / "n.parquet"
    pq.write_table(NUMBERS, path)
    with Engine(threads=1) as engine:
        engine.table("numbers", path)
        path.unlink()
        with pytest.raises(StorageError, match="could not read"):
            engine.query("select n from numbers")


def test_instants_come_back_in_utc() -> None:
    with Engine(threads=1) as engine:
        moments = engine.query(
            "select cast('2024-07-01 00:00:00+00' as timestamptz) as moment, cast(date '2024-07-01' as date) as day"
        )
        assert str(moments["moment"].type.tz) == "UTC"
        assert moments["moment"][0].as_py().hour == 0


def test_what_a_detector_keeps_goes_with_it_and_what_stood_before_stays() -> None:
    with Engine(threads=1) as engine:
        engine.keep("before", "select 1 as n")
        with engine.passing():
            engine.keep("within", "select n + 1 as n from before")
            assert engine.query("select n from within")["n"].to_pylist() == [2]
        assert engine.query("select n from before")["n"].to_pylist() == [1]
        with pytest.raises(duckdb.CatalogException):
            engine.query("select n from within")
