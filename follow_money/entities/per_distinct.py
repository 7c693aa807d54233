"""What is made of a text is worked out once for each distinct text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa


def per_distinct(function: Callable[[pa.Array], pa.Array], column: pa.Array) -> pa.Array:
    """``function`` of a text column, worked out once for each distinct text."""
    encoded = column.dictionary_encode()
    return function(encoded.dictionary).take(encoded.indices)
