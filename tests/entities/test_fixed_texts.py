"""Millions of texts of one width are one array."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from follow_money.entities.fixed_texts import one_text_array


def test_texts_that_arrow_takes_over_in_pieces_are_one_array() -> None:
    texts = np.full(3_000_000, b"8112189876", dtype="S10")
    texts[-1] = b""
    assert isinstance(pa.array(texts, pa.binary()), pa.ChunkedArray)  # else there is nothing to mend any more
    told = one_text_array(texts)
    assert isinstance(told, pa.StringArray)
    assert (len(told), told[0].as_py(), told[-1].as_py()) == (3_000_000, "8112189876", "")


def test_few_and_no_texts_are_one_array_too() -> None:
    assert one_text_array(np.array([b"a", b"bc"])).to_pylist() == ["a", "bc"]
    assert one_text_array(np.array([], dtype="S4")).to_pylist() == []
