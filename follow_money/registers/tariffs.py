"""Tariffs: the dated rates packaged with the toolkit, and how delivered ones take their place."""

from __future__ import annotations

import hashlib
from importlib import resources

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from follow_money.registers.contract.grounds import RATES
from follow_money.registers.deliveries import KEY_LENGTH

_FILE = "rates.csv"


def packaged_rates() -> pa.Table:
    """The packaged rates as records of the register ``rates``. Their column ``source`` says which figures are
    unverified.
    """
    data = resources.files("follow_money.registers").joinpath(_FILE).read_bytes()
    key = hashlib.sha256(data).hexdigest()[:KEY_LENGTH]
    table = csv.read_csv(
        pa.BufferReader(data),
        convert_options=csv.ConvertOptions(
            column_types={
                "kind": pa.string(),
                "valid_from": pa.date32(),
                "valid_to": pa.date32(),
                "amount_ore": pa.int64(),
            }
        ),
    )
    ids = [f"{key}:{line}" for line in range(2, table.num_rows + 2)]
    columns = [table.column(column.name) for column in RATES.columns]
    return pa.table([pa.array(ids), *columns, pa.array([False] * table.num_rows)], schema=RATES.record_schema())


def rates_in_force(delivered: pa.Table | None) -> pa.Table:
    """The delivered rates, and the packaged ones for the kinds that no delivery holds."""
    packaged = packaged_rates()
    if delivered is None or delivered.num_rows == 0:
        return packaged
    kinds = pa.array(sorted(set(delivered.column("kind").to_pylist())), pa.string())
    held = pc.is_in(packaged.column("kind"), kinds)
    return pa.concat_tables([delivered.cast(RATES.record_schema()), packaged.filter(pc.invert(held))])
