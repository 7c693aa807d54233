"""One name written in many ways: words of names brought to one spelling before they are compared.

A name that came from another alphabet is written anew by each office that writes it. Sounds that the Latin alphabet
has several letters for get one of them, and a table names the variants that no rule reaches. Words are compared, never
classified: nothing is said or kept of where a name comes from.

Source: the common romanisations of Arabic, Syriac, Turkish and Cyrillic names, as collected in the project's notes on
registers, section 13.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_SOUNDS: Final = (
    ("^ab[dh]+ ?[aeu]l[- ]?", "abd"),
    ("vi(?:ch|tch|tj|ts|tz)$", "vik"),
    ("tsch|tch|sch|sh|sj|sz", "s"),
    ("kh|ch|ck|q|c", "k"),
    ("ph", "f"),
    ("gh", "g"),
    ("dzh|dz|dj|zh", "j"),
    ("dh", "d"),
    ("th", "t"),
    ("x", "ks"),
    ("([a-z])z+", r"\1s"),
    ("w", "v"),
    ("ou|oo", "u"),
    ("ee|ie", "i"),
    ("[yj]", "i"),
    ("([a-z])h($|[bcdfgklmnprstvx])", r"\1\2"),
)
"""Letters written for one sound, and the one kept. In this order. A z at the beginning stays: Zaid and Said, Zahra and Sara are two names."""

_OTHER_NAMES: Final = (
    ("^leena$", "lena"),
    ("^ian$", "yan"),
    ("^janne$", "yane"),
    ("^azz?ad$", "azad"),
    ("^naz(?:i|ee)r$", "nazir"),
    ("^naz[ie]m$", "nazim"),
    ("^haz[ie]m$", "hazim"),
    ("^kaz[ie]m$", "kazim"),
    ("^s[ae]?yy?[ie][dt]$", "sayed"),
)
"""Names that the sounds would make another one (Lina, Jan, Jane, Asad, Nasir, Nasim, Hashim, Qasim, Said), and what they are kept as.

No sound gives a y, nor a z after the first letter.
"""

_TWICE: Final = tuple((letter * 2, letter) for letter in "abdefgiklmnoprstuv")

VARIANTS: Final = (
    ("yusuf", "youssef", "yousif", "yousef", "jusuf"),
    ("josef", "joseph", "yosef"),
    ("gabriel", "gebrail", "jibril", "jebrail", "gabro"),
    ("georgis", "gewargis", "georges", "george", "georgios", "girgis", "gevorgis"),
    ("afrem", "ephrem", "efrem", "afram", "ephraim", "aphrem"),
    ("khalid", "khaled", "chaled", "halit"),
    ("mohammed", "muhammad", "mohamed", "mohamad", "mohammad", "muhammed", "mehmet", "mehmed", "muhamed", "mahammad"),
    ("ahmed", "ahmad", "ahmet", "achmed"),
    ("hussein", "husein", "hussain", "husayn", "hossein", "huseyin", "houssein"),
    ("hassan", "hasan", "hassen"),
    ("ali", "aly"),
    ("ibrahim", "ebrahim", "brahim"),
    ("ismail", "ismael", "esmail", "ismayil"),
    ("suleiman", "sulayman", "soliman", "suleyman", "soleiman"),
    ("dawud", "daoud", "dawood", "davud"),
    ("musa", "moussa", "mousa"),
    ("isa", "issa", "eissa"),
    ("yahya", "yahia", "jahja"),
    ("yuhanna", "youhanna", "yuhana"),
    ("yaqub", "yakub", "yacoub", "yakoub", "jakub"),
    ("ishaq", "ishak"),
    ("isak", "isaac", "izak"),
    ("elias", "ilyas", "ilias", "elyas"),
    ("mikael", "michael", "mikail", "michel", "mihail", "mikhail", "michal"),
    ("touma", "toma", "tuma", "thoma"),
    ("boutros", "butrus", "petros", "petrus", "botros"),
    ("boulos", "bulus", "polos", "bolos"),
    ("shamoun", "shimun", "shamon", "semun", "chamoun"),
    ("barsom", "barsoum", "barsaum", "barsum"),
    ("behnam", "bihnam", "benham"),
    ("matti", "matay", "mattay", "mattai", "matta"),
    ("maryam", "mariam", "meryem", "miriam", "myriam"),
    ("fatima", "fatma", "fatimah", "fadma"),
    ("aisha", "ayse", "aysha", "aicha", "aysa"),
    ("zainab", "zeynep", "zaynab", "zeinab"),
    ("khadija", "hatice", "khadijah", "chadija"),
    ("layla", "leila", "leyla", "laila"),
    ("noor", "nour", "nur"),
    ("samira", "sameera"),
    ("said", "saeed", "saed"),
    ("umar", "omar", "omer", "oumar"),
    ("usman", "osman", "othman", "uthman"),
    ("mustafa", "mostafa", "moustafa"),
    ("abdullah", "abdallah", "abdalla", "abdulla"),
    ("aleksander", "alexander", "aleksandr", "aleksandar", "oleksandr", "iskander"),
    ("aleksandra", "alexandra", "oleksandra"),
    ("katarina", "katarzyna", "katharina", "catharina", "ekaterina", "yekaterina", "caterina"),
    ("dmitri", "dmitry", "dimitri", "dmitrij", "dmytro"),
    ("sergei", "sergey", "sergej", "serhij", "serhiy"),
    ("yuri", "jurij", "yury", "yuriy", "juri"),
    ("evgeny", "evgenij", "jevgenij", "yevgeny", "yevhen", "evgeni"),
    ("vladimir", "wladimir", "volodymyr"),
    ("nikolai", "nikolay", "nikolaj", "mykola"),
    ("andrei", "andrey", "andrej", "andrii", "andrzej"),
    ("irina", "iryna"),
    ("natalia", "natalya", "natalja", "nataliya"),
    ("tatiana", "tatyana", "tatjana"),
    ("julia", "yulia", "julija", "yuliya"),
    ("ksenia", "xenia", "kseniya"),
    ("piotr", "pyotr", "petr", "petro"),
    ("pavel", "pawel", "pavlo"),
    ("ivan", "iwan"),
    ("kristina", "christina", "krystyna", "cristina"),
    ("filip", "philip", "philippe", "filippos"),
    ("elisabeth", "elisabet", "elizabeth", "elzbieta", "yelizaveta"),
    ("haddad", "hadad"),
    ("celik", "chelik"),
)  # fmt: skip
"""Spellings of one name that the rules of sound do not bring together. The first stands for all."""


def one_spelling(words: pa.Array) -> pa.Array:
    """Folded words of names, each in the spelling that stands for its variants. Null stays null."""
    unique = words.dictionary_encode()
    spelled = _by_sound(unique.dictionary)
    is_initial = pc.equal(pc.utf8_length(unique.dictionary), 1)  # it stays one: x is sounded ks
    spelled = pc.if_else(is_initial, pc.utf8_slice_codeunits(spelled, 0, 1), spelled)
    place = pc.index_in(spelled, value_set=_VARIANT)
    known = _STANDS_FOR.take(place)
    return pc.coalesce(known, spelled).take(unique.indices)


def _by_sound(words: pa.Array) -> pa.Array:
    spelled = words
    for letters, one in (*_SOUNDS, *_TWICE):
        spelled = pc.replace_substring_regex(spelled, letters, one)
    for name, kept in _OTHER_NAMES:
        spelled = pc.if_else(pc.match_substring_regex(words, name), kept, spelled)
    return spelled


def _table() -> tuple[pa.Array, pa.Array]:
    """Every variant, brought to its sound, and the sound of the name that stands for it."""
    groups = np.repeat(np.arange(len(VARIANTS)), [len(group) for group in VARIANTS])
    variants = _by_sound(pa.array([name for group in VARIANTS for name in group]))
    heads = _by_sound(pa.array([group[0] for group in VARIANTS]))
    _, first = np.unique(np.asarray(variants.to_pylist()), return_index=True)
    rows = pa.array(np.sort(first))
    return variants.take(rows), heads.take(pa.array(groups)).take(rows)


_VARIANT, _STANDS_FOR = _table()
