"""Who is protected: read from the population register and the account register before anything else is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.registers.convert import convert
from follow_money.registers.deliveries import Delivered, open_source, read_bytes
from follow_money.registers.encodings import KNOWN
from follow_money.registers.plan import Plan
from follow_money.registers.protected import Protected, account_keys, key_set, number_keys
from follow_money.registers.take_in import IS_PROTECTED, PERSONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_ACCOUNTS: Final = "accounts"


def protected_of(files: Sequence[Delivered]) -> Protected:
    """Numbers of protected persons and the accounts they hold. A mark of protection that cannot be read counts as
    protection.
    """
    numbers: frozenset[str] = frozenset()
    for file in files:
        if file.delivery.register.name == PERSONS and {IS_PROTECTED, "person_number"} <= file.places.keys():
            for columns in _read(file, (IS_PROTECTED, "person_number")):
                mark = columns[IS_PROTECTED]
                hit = pa.array(np.asarray(mark.to_numpy(zero_copy_only=False), dtype=bool))
                numbers |= key_set(number_keys(columns["person_number"]).filter(hit))
    accounts: frozenset[str] = frozenset()
    for file in files if numbers else ():
        if file.delivery.register.name == _ACCOUNTS and {"account", "holder_number"} <= file.places.keys():
            for columns in _read(file, ("account", "holder_number")):
                held = pc.is_in(number_keys(columns["holder_number"]), pa.array(sorted(numbers), pa.string()))
                accounts |= key_set(account_keys(columns["account"]).filter(held))
    return Protected(numbers, accounts)


def _read(file: Delivered, names: Sequence[str]) -> Iterator[Mapping[str, pa.Array]]:
    """Some columns of every row that has a form, whether the rest of the row can be typed or not."""
    source = open_source(file.path, file.name, file.delivery, read_bytes(file.path, file.name))
    plan = Plan(
        register=file.delivery.register,
        columns={name: file.delivery.columns[name] for name in names},
        places={name: file.places[name] for name in names},
        has_cells=source.encoding not in KNOWN,
    )
    source.settle(plan.wanted, lambda raw: np.ones(len(next(iter(raw.values()))), dtype=bool))
    for batch in source.batches(plan.wanted):
        typed = convert(batch.columns, len(batch.lines), plan)
        columns = dict(typed.columns)
        if IS_PROTECTED in names:
            mark = pc.fill_null(columns[IS_PROTECTED], fill_value=False)
            columns[IS_PROTECTED] = pc.or_(mark, pa.array(typed.unread[IS_PROTECTED]))
        yield columns
