"""A picture: SVG text, and the table that it was drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawn picture.

    ``svg`` stands alone (no script, no external font, no link). ``data`` has one row a drawn mark, in drawing order,
    so that every mark can be checked. ``description`` says in words what the picture shows, for those who cannot see
    it.
    """

    svg: str
    data: pa.Table
    description: str

    def _repr_svg_(self) -> str:
        """What a notebook shows."""
        return self.svg
