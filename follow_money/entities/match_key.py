"""The exact key by which a row of a register finds its mention: the describing columns, joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from follow_money.model import Party

SEPARATOR: Final = "\x1f"
"""The unit separator: no delivered text holds it, because `load` refuses control characters."""


def match_key_sql(party: Party, alias: str) -> str:
    """SQL, in the portable dialect, for the key of ``party`` in a row of the register table ``alias``.

    Null when every describing column is empty: the row has no such party. Keys compare within one register and role.
    """
    columns = [f"cast({alias}.{column} as varchar)" for column in party.columns()]
    present = ", ".join(f"nullif({column}, '')" for column in columns)
    parts = ", ".join(f"coalesce({column}, '')" for column in columns)
    return f"case when coalesce({present}) is not null then concat_ws('{SEPARATOR}', {parts}) end"
