"""Names of organisations: the legal form and the status taken out and kept, the rest made comparable.

An AB and an HB of one name are different legal persons, so the form is a field. "i likvidation" and "i konkurs" are a
status, no part of the name. Source: the Companies Registration Office's and Statistics Sweden's codes of legal forms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.masks import is_told, mask
from follow_money.entities.names import fold, fold_strictly, sorted_tokens, without

if TYPE_CHECKING:
    from collections.abc import Sequence

LEGAL_FORMS: Final[dict[str, tuple[str, ...]]] = {
    "KHF": ("kooperativa? hyresrattsforening(?:en)?", "khf"),
    "BRF": ("bostadsrattsforening(?:en)?", "brf"),
    "BF": ("bostadsforening(?:en)?", "bostadsf"),
    "SBF": ("sambruksforening(?:en)?",),
    "SF": ("samfallighetsforening(?:en)?", "samfallighet(?:en)?"),
    "OTP": ("omsesidigt tjanstepensionsbolag(?:et)?",),
    "OFB": ("omsesidigt forsakringsbolag(?:et)?", "omsesidigt bolag"),
    "TPF": ("tjanstepensionsforening(?:en)?",),
    "FF": ("forsakringsforening(?:en)?", "understodsforening(?:en)?"),
    "AK": ("arbetsloshetskassa(?:n)?", "a kassa(?:n)?"),
    "HF": ("hypoteksforening(?:en)?",),
    "EK": ("(?:ekonomiska? forening(?:en)?|ek for(?:ening(?:en)?)?|ekfor)(?: u ?p ?a)?",),
    "I": ("ideella? forening(?:en)?", "id for", "ideell for"),
    "S": ("stiftelse(?:n)?",),
    "TSF": ("registrerat trossamfund", "reg trossamfund", "trossamfund(?:et)?", "forsamling(?:en)?"),
    "E": ("enskild firma", "enskild naringsidkare", "enskild naringsverksamhet", "ef"),
    "FL": ("(?:svensk )?filial(?:en)?(?: till| av| i sverige| sverige)?",),
    "SCE": ("europakooperativ(?:et)?", "sce"),
    "EEIG": ("europeisk ekonomisk intressegruppering", "eeig"),
    "SE": ("europabolag(?:et)?",),
    "FAB": ("forsakrings (?:aktiebolag(?:et)?|ab)",),
    "TAB": ("tjanstepensions (?:aktiebolag(?:et)?|ab)",),
    "BAB": ("bank (?:aktiebolag(?:et)?|ab)",),
    "MB": ("medlemsbank(?:en)?",),
    "SB": ("sparbank(?:en)?",),
    "OY": ("oyj?(?: abp?)?",),
    "AB": ("(?:privat |publikt )?aktiebolag(?:et)?", "ab", "a b", "aktb", "aktieb(?:ol)?", "aktbol"),
    "KB": ("kommanditbolag(?:et)?", "kb"),
    "HB": ("handelsbolag(?:et)?", "hb", "h b"),
    "EB": ("enkelt bolag", "partrederi(?:et)?"),
    "DB": ("dodsbo(?:e?t)?", "d b o", "dbo"),
    "SFK": ("allmanning(?:en)?", "viltvardsomrade(?:t)?", "fiskevardsomrade(?:t)?"),
    "LTD": ("limited", "ltd"),
    "PLC": ("public limited company", "plc"),
    "LLP": ("llp", "limited liability partnership"),
    "CIC": ("cic", "community interest company"),
    "CIO": ("cio",),
    "INC": ("inc", "incorporated", "llc"),
    "GMBH": ("gmbh",),
    "AS": ("aps", "a s"),
}
"""Code of a legal form: its spellings, folded. Earlier ones win, so that the longer is taken before its parts."""

STATUSES: Final[dict[str, tuple[str, ...]]] = {
    "bankrupt": ("i konkurs", "(?:s )?konkursbo(?:e?t)?(?: efter)?", "under konkurs"),
    "liquidation": ("i (?:frivillig |tvangs ?)?likvidation", "i likv", "in liquidation", "under likvidation"),
    "reorganisation": ("under (?:foretags)?rek(?:onstruktion)?", "in administration"),
    "name_pending": ("u n a", "under namnandring", "namn under registrering"),
}
"""Status words that stand with a name."""

_INSIDE: Final = ("BRF", "S", "TSF", "E", "EK", "I", "SF")
"""Forms whose words, but no initials other than brf, may stand anywhere in a name that neither ends nor opens with a form."""

_AFTER_A_TRADE: Final = {
    "AB": "ab|aktiebolag(?:et)?",
    "KB": "kb|kommanditbolag(?:et)?",
    "HB": "hb|handelsbolag(?:et)?",
}
"""Forms that stand after a first word, too, as in Fastighets AB Solen, where neither end tells a form."""

_INITIALS: Final = 2
"""Spellings of this many letters at most are initials."""

_BRANCH: Final = "FL"
"""A branch: its name holds the form of the firm that it is a branch of, too."""

_LAST_ALONE: Final = ("LTD", "PLC", "LLP", "CIC", "CIO", "INC", "GMBH", "AS", "SCE", "EEIG")
"""Forms that only ever end a name: at its beginning the same letters are a word, as in Ås Bygg."""

NEVER_LEFT_OUT: Final = frozenset(
    ("KHF", "BRF", "BF", "SBF", "SF", "FF", "AK", "S", "TSF", "MB", "SB", "DB", "SFK", "FL")
)
"""Forms that are half of the name: who writes "Solen" does not mean the housing co-operative Solen."""

_FILLERS: Final = ("och", "and", "the", "publ", "svb")

_AT_THE_END: Final = r"(\s+(?:i (?:likv|konkurs)|under rek).*|\W+publ\W*)?$"
_CAPITALS: Final = ((rf"(\p{{Ll}}.*\s)EK{_AT_THE_END}", r"\1ek för\2"), (rf"(\p{{Ll}}.*\s)AS{_AT_THE_END}", r"\1a s\2"))
"""Initials of a form in capitals, at the end of a name that is not: Ek and Ås are family names and places."""

_ONE_WORD: Final = (r"(?i)(\pL{3})((?:aktie|kommandit|handels)bolag(?:et)?)\b", r"\1 \2")
"""A trade and a form in one word: Fastighetsaktiebolaget Solen is Fastighets AB Solen."""


@dataclass(frozen=True, kw_only=True)
class OrganisationNames:
    """The parts of many names, a column each.

    ``key`` is the sorted tokens without form and status; ``strict_key`` the same with å, ä and ö kept, null
    where the name holds none of them; ``form`` and ``status`` codes, null where the name says none.
    """

    key: pa.Array
    strict_key: pa.Array
    form: pa.Array
    status: pa.Array


_ONE_OF_SEVERAL: Final = (
    r"^(?:[0-9]+|[abcdefghjklmnpqrtuvwxyz]|ii|iii|iv|vi{1,3}|ix|xi{1,3}|holdings?|invest|investments?|fastighet(?:er|s)?"
    r"|forvaltnings?|group|gruppen|koncern(?:en)?|international|nordic|sverige|sweden|moderbolag(?:et)?)$"
)


def sibling_words(words: pa.ListArray) -> pa.Array:
    """What tells firms of one group apart, of the words of each name: Solen 11 and Solen 12, Solen and Solen Holding.

    Empty where a name holds none. Firms of a group share address and telephone, and all other words of their names.
    """
    flat = words.flatten()
    kept = np.flatnonzero(mask(pc.match_substring_regex(flat, _ONE_OF_SEVERAL)))
    row = np.asarray(pc.list_parent_indices(words)).astype(np.int64)[kept]
    offsets = np.searchsorted(row, np.arange(len(words) + 1)).astype(np.int32)
    return pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), flat.take(pa.array(kept))), " ")


def organisation_names(names: pa.Array) -> OrganisationNames:
    """Take many names of organisations apart. Null stays null."""
    names = pc.utf8_trim_whitespace(pc.replace_substring(pc.replace_substring(names, "&", " och "), ".", " "))
    for initials, form_in_full in (*_CAPITALS, _ONE_WORD):
        names = pc.replace_substring_regex(names, initials, form_in_full)
    key, form, status = _apart(fold(names))
    swedish = pa.array(mask(pc.match_substring_regex(pc.utf8_normalize(names, form="NFC"), "(?i)[åäö]")))
    strict_key, _, _ = _apart(fold_strictly(names.filter(swedish)), accents=True)
    strict_key = pc.if_else(
        pc.match_substring_regex(strict_key, "[åäö]"), strict_key, None
    )  # the form alone may have held one
    return OrganisationNames(
        key=key,
        strict_key=pc.replace_with_mask(pa.nulls(len(names), pa.string()), swedish, strict_key),
        form=form,
        status=status,
    )


def _apart(folded: pa.Array, *, accents: bool = False) -> tuple[pa.Array, pa.Array, pa.Array]:
    spellings = [s for table in (LEGAL_FORMS, STATUSES) for each in table.values() for s in each]
    any_of_them = _either((*spellings, *_FILLERS), accents=accents)
    spoken = pa.array(mask(pc.match_substring_regex(folded, rf"(?:^| )(?:{any_of_them})(?: |$)")))
    name, form, status = _stripped(folded.filter(spoken), accents=accents)
    empty = pa.nulls(len(folded), pa.string())
    return (
        sorted_tokens(pc.replace_with_mask(folded, spoken, name)),
        pc.replace_with_mask(empty, spoken, form),
        pc.replace_with_mask(empty, spoken, status),
    )


def _stripped(folded: pa.Array, *, accents: bool) -> tuple[pa.Array, pa.Array, pa.Array]:
    whole, name = folded, folded
    status = form = pa.nulls(len(folded), pa.string())
    for code, spellings in STATUSES.items():
        name, status = _take(name, status, code, rf"(?:^| )(?:{_either(spellings, accents=accents)})(?: |$)")
    name = without(name, _FILLERS)
    either = {code: _either(spellings, accents=accents) for code, spellings in LEGAL_FORMS.items()}
    name, form = _take(name, form, _BRANCH, f"^(?:{either[_BRANCH]}) ")
    for code, spelled in either.items():
        name, form = _take(name, form, code, f" (?:{spelled})$")
    for code, spelled in either.items():
        if code not in _LAST_ALONE:
            name, form = _take(name, form, code, f"^(?:{spelled}) ")
    for code in _INSIDE:
        words = _either(tuple(s for s in LEGAL_FORMS[code] if len(s) > _INITIALS), accents=accents)
        name, form = _take(name, form, code, f" (?:{words}) ")
    for code, spelled in _AFTER_A_TRADE.items():
        name, form = _take(name, form, code, f" (?:{spelled}) ")
    return pc.if_else(pc.equal(name, ""), whole, name), form, status


def _take(name: pa.Array, found: pa.Array, code: str, pattern: str) -> tuple[pa.Array, pa.Array]:
    """The names without what the pattern finds, and its code, where nothing but a branch was found before."""
    has = ~is_told(found) | mask(pc.equal(found, _BRANCH))
    has[has] = mask(pc.match_substring_regex(name.filter(pa.array(has)), pattern))
    if not has.any():
        return name, found
    at = pa.array(has)
    rest = pc.utf8_trim(pc.replace_substring_regex(name.filter(at), pattern, " "), characters=" ")
    return pc.replace_with_mask(name, at, rest), pc.if_else(pc.and_(at, pc.is_null(found)), code, found)


def _either(spellings: Sequence[str], *, accents: bool) -> str:
    either = "|".join(spellings)
    return either.replace("a", "[aåä]").replace("o", "[oö]") if accents else either
