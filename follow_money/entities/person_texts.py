"""What of a name column is one person's name: a person in care of whom, numbers beside a name and the word for an estate are not.

A column that names two people ("Anna och Erik Berg") names nobody: a row of theirs must not become one of them.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

_TWO: Final = r"(?i)\pL\s+(?:och|&|\+)\s+\pL"
_NO_NAME: Final = (
    r"(?i)(?:^|[\s,(])c\s*/\s*o\b.*$",
    r"(?i)\b(?:dödsbo(?:et)?|dodsbo(?:et)?|sterbhus(?:et)?|dbo)\b(?:\s+efter\b)?",
    r"(?:^|[\s,(])\d[^\s,()]*",
    r"\(\s*\)",
)
"""Care of somebody; an estate, which stands for the person who died; digits, such as a number or a date."""


def person_texts(names: pa.Array) -> pa.Array:
    """Each name without what is no part of it; null where two people are named. One of digits alone stays as it is."""
    unique = names.dictionary_encode()
    text = pc.utf8_normalize(unique.dictionary, form="NFC")
    bare = text
    for pattern in _NO_NAME:
        bare = pc.replace_substring_regex(bare, pattern, " ")
    bare = pc.if_else(pc.match_substring_regex(text, r"\pL"), bare, text)
    return pc.if_else(pc.match_substring_regex(text, _TWO), None, bare).take(unique.indices)
