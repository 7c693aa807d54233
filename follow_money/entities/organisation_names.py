"""Names of organisations: the legal form and the status taken out and kept, the rest made comparable.

An AB and an HB of one name are different legal persons, so the form is a field. "i likvidation" and "i konkurs" are a
status, no part of the name. Source: the Companies Registration Office's and Statistics Sweden's codes of legal forms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
    "EK": ("ekonomisk forening", "ek for", "ekfor", "ek forening", "ek"),
    "I": ("ideella? forening(?:en)?", "id for", "ideell for"),
    "S": ("stiftelse(?:n)?",),
    "TSF": ("registrerat trossamfund", "reg trossamfund", "trossamfund(?:et)?", "forsamling(?:en)?"),
    "E": ("enskild firma", "enskild naringsidkare", "enskild naringsverksamhet", "ef"),
    "FL": ("svensk filial(?:en)?", "filial(?:en)?"),
    "SCE": ("europakooperativ(?:et)?", "sce"),
    "EEIG": ("europeisk ekonomisk intressegruppering", "eeig"),
    "SE": ("europabolag(?:et)?", "europaaktiebolag(?:et)?"),
    "FAB": ("forsakringsaktiebolag(?:et)?", "forsakrings ?ab"),
    "TAB": ("tjanstepensionsaktiebolag(?:et)?",),
    "BAB": ("bankaktiebolag(?:et)?", "bank ab"),
    "MB": ("medlemsbank(?:en)?",),
    "SB": ("sparbank(?:en)?",),
    "AB": ("(?:privat |publikt )?aktiebolag(?:et)?", "ab", "a b", "aktb"),
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
    "AS": ("aps", "a s", "as"),
    "OY": ("oy", "oyj"),
}
"""Code of a legal form: its spellings, folded. Earlier ones win, so that the longer is taken before its parts."""

STATUSES: Final[dict[str, tuple[str, ...]]] = {
    "bankrupt": ("i konkurs", "konkursbo", "under konkurs"),
    "liquidation": ("i likvidation", "in liquidation", "under likvidation"),
    "reorganisation": ("under rekonstruktion", "under foretagsrekonstruktion", "in administration"),
    "name_pending": ("u n a", "under namnandring"),
}
"""Status words that stand with a name."""

_INSIDE: Final = ("BRF", "S", "TSF", "E", "EK", "I", "SF")
"""Forms whose words may open a name or, being words and not initials, stand anywhere in it."""

_INITIALS: Final = 3
"""Spellings of this many letters at most are initials."""

_FILLERS: Final = ("och", "and", "the", "publ", "svb")


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


def organisation_names(names: pa.Array) -> OrganisationNames:
    """Take many names of organisations apart. Null stays null."""
    names = pc.replace_substring(pc.replace_substring(names, "&", " och "), ".", " ")
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
    for code, spellings in LEGAL_FORMS.items():
        either = _either(spellings, accents=accents)
        words = _either(tuple(s for s in spellings if len(s) > _INITIALS), accents=accents) if code in _INSIDE else ""
        place = rf"^(?:{either}) | (?:{either})$"
        name, form = _take(name, form, code, f"{place}| (?:{words}) " if words else place)
    return pc.if_else(pc.equal(name, ""), whole, name), form, status


def _take(name: pa.Array, found: pa.Array, code: str, pattern: str) -> tuple[pa.Array, pa.Array]:
    has = pc.match_substring_regex(name, pattern)
    rest = pc.utf8_trim(pc.replace_substring_regex(name, pattern, " "), characters=" ")
    return rest, pc.if_else(pa.array(mask(has) & ~is_told(found)), code, found)


def _either(spellings: Sequence[str], *, accents: bool) -> str:
    either = "|".join(spellings)
    return either.replace("a", "[aåä]").replace("o", "[oö]") if accents else either
