"""What a supplier's usual month is: before, and in the last months of a ledger."""

from __future__ import annotations

import numpy as np
import pandas as pd

_KEYS = ["payer", "supplier_id", "currency"]


def usual_months(months: pd.DataFrame, *, last_months: int) -> pd.DataFrame:
    """One row a supplier of a ledger and currency.

    The usual month is the middle one, months without payment among them: one large month, or an invoice that is credited in another, does not move it.

    Args:
        months: One row a supplier's month with postings: ``payer, supplier_id, currency, month_ore, from_last`` (1 is the ledger's last month) and
            ``ledger_months`` (how many the ledger has).
        last_months: So many at the end are set against the earlier ones.

    Returns:
        ``payer, supplier_id, currency, ledger_months, last_ore`` (all of the last months), ``usual_before_ore, usual_last_ore, active`` and ``active_last``
        (earlier and last months in which more was billed than credited) and ``spread`` (standard deviation of the logarithms of the earlier ones; NaN for
        fewer than two).
    """
    told = [_of_ledger(rows, last_months=last_months) for _, rows in months.groupby(["payer", "currency"], sort=True)]
    columns = [
        *_KEYS,
        "ledger_months",
        "last_ore",
        "usual_before_ore",
        "usual_last_ore",
        "active",
        "active_last",
        "spread",
    ]
    return pd.concat(told, ignore_index=True)[columns] if told else pd.DataFrame(columns=columns)


def _of_ledger(rows: pd.DataFrame, *, last_months: int) -> pd.DataFrame:
    row, suppliers = pd.factorize(rows["supplier_id"], sort=True)
    count = int(rows["ledger_months"].iloc[0])
    paid = np.zeros((len(suppliers), count))
    paid[row, count - rows["from_last"].to_numpy()] = rows["month_ore"].to_numpy(dtype=np.float64)
    before, last = paid[:, : max(count - last_months, 0)], paid[:, -last_months:]
    is_active = before > 0
    logs = np.log(np.where(is_active, before, 1.0))
    active = is_active.sum(axis=1)
    mean = logs.sum(axis=1) / np.maximum(active, 1)
    squares = np.where(is_active, (logs - mean[:, None]) ** 2, 0.0).sum(axis=1)
    return pd.DataFrame(
        {
            "payer": rows["payer"].iloc[0],
            "supplier_id": suppliers,
            "currency": rows["currency"].iloc[0],
            "ledger_months": count,
            "last_ore": last.sum(axis=1).astype(np.int64),
            "usual_before_ore": np.median(before, axis=1) if before.shape[1] else np.zeros(len(suppliers)),
            "usual_last_ore": np.median(last, axis=1),
            "active": active,
            "active_last": (last > 0).sum(axis=1),
            "spread": np.sqrt(squares / np.where(active > 1, active - 1, np.nan)),
        }
    )
