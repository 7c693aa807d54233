"""'Jr' and 'sr', 'd.y.' and 'd.ä.': words that tell father and son of one name apart, and are no part of it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.clusters import UNKNOWN
from follow_money.entities.masks import mask

YOUNGER, OLDER = 0, 1

_WORDS: Final = (
    r"jr\.?|jnr\.?|junior|(?:den\s+)?yngre|d\.?\s?y\.?",
    r"sr\.?|snr\.?|senior|(?:den\s+)?(?:äldre|aldre|aeldre)|d\.?\s?ä\.?|d\.\s?a\.",
)
"""What says younger, and what says older. Never the first word of a name: Junior is a given name, too."""


def _pattern(words: str) -> str:
    return rf"(?i)(?P<before>[^\s,(])[\s,(]+(?:{words})\)?(?P<after>[\s,]|$)"


def generations(names: pa.Array) -> npt.NDArray[np.int64]:
    """``YOUNGER`` or ``OLDER`` for each name that says so; ``UNKNOWN`` for others, and for one that says both."""
    unique = names.dictionary_encode()
    composed = pc.utf8_normalize(unique.dictionary, form="NFC")
    younger, older = (mask(pc.match_substring_regex(composed, _pattern(words))) for words in _WORDS)
    told = np.select([younger & ~older, older & ~younger], [YOUNGER, OLDER], UNKNOWN).astype(np.int64)
    told = np.append(told, UNKNOWN)  # one more entry stands for "no name"
    answer: npt.NDArray[np.int64] = told[np.asarray(pc.fill_null(unique.indices, len(told) - 1)).astype(np.int64)]
    return answer


def without_generation(names: pa.Array) -> pa.Array:
    """The names without these words. Null stays null."""
    bare = pc.utf8_normalize(names, form="NFC")
    for words in _WORDS:
        bare = pc.replace_substring_regex(bare, _pattern(words), r"\1\2")
    return bare
