"""Protected attributes: columns that are dropped by name, whatever they hold."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from importlib import resources

_WORD = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-zåäö0-9])(?=[A-ZÅÄÖ])")


def plain(name: str) -> str:
    """A column name in lower case without diacritics, words apart by one space."""
    spaced = _CAMEL.sub(" ", name.strip())
    decomposed = unicodedata.normalize("NFKD", spaced.casefold())
    letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _WORD.sub(" ", letters).strip()


@functools.cache
def _attributes() -> dict[str, str]:
    text = resources.files("follow_money.registers").joinpath("blocked_attributes.toml").read_text(encoding="utf-8")
    return {name: attribute for attribute, names in tomllib.loads(text).items() for name in names}


def blocked_attribute(column: str) -> str | None:
    """The protected attribute that a file column of this name holds, or None."""
    words = plain(column)
    known = _attributes()
    for candidate in (words.replace(" ", ""), *words.split()):
        if candidate in known:
            return known[candidate]
    return None
