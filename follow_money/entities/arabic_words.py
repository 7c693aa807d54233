"""Names in Arabic script, word by word in Latin letters: the script leaves short vowels out, so the common names are looked up.

A word that the table does not hold keeps its consonants and long vowels, and the -a of its ending. Words are looked up, never
classified.

Source: the usual Latin spellings of these names, as the heads of `spellings.VARIANTS` write them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from anyascii import anyascii

_SIGNS: Final = re.compile("[\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f]")
"""Signs of short vowels, a stretch of a word, and marks of direction."""

_ONE_LETTER: Final = str.maketrans("أإآٱىةیکؤئ", "اااايهيكوي")
"""Letters that are written one for the other."""

_LONG_A: Final = str.maketrans("اأإآٱة", "aaaaaa")
"""The long vowel and the ending that are heard as a and that no other script's letter tells."""

_RUN: Final = re.compile("[\u0621-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f]+")
"""Letters of one word; a comma, a hyphen or a bracket beside them is none."""

_SERVANT_OF: Final = re.compile("\\bعبد\\s+(?=ال)")
"""Half of a name that is written as one word or two."""

_ARTICLE, _SHORTEST = "ال", 4

_WORDS: Final = {
    "محمد": "mohammed", "احمد": "ahmed", "محمود": "mahmoud", "حامد": "hamed", "حميد": "hamid", "علي": "ali", "حسن": "hassan",
    "حسين": "hussein", "حسان": "hassan", "يوسف": "yusuf", "ابراهيم": "ibrahim", "اسماعيل": "ismail", "سليمان": "suleiman",
    "داود": "dawud", "داوود": "dawud", "موسي": "musa", "عيسي": "isa", "يحيي": "yahya", "يوحنا": "yuhanna", "يعقوب": "yaqub",
    "اسحاق": "ishaq", "اسحق": "ishaq", "الياس": "elias", "ميخاييل": "mikael", "توما": "touma", "بطرس": "boutros",
    "بولس": "boulos", "شمعون": "shamoun", "برصوم": "barsom", "بهنام": "behnam", "متي": "matti", "جورج": "georgis",
    "جرجس": "georgis", "افرام": "afrem", "جبراييل": "gabriel", "جبريل": "gabriel", "خالد": "khalid", "خليل": "khalil",
    "سعيد": "said", "عمر": "umar", "عثمان": "usman", "مصطفي": "mustafa", "عبدالله": "abdullah", "عبد": "abd", "الله": "allah",
    "رحمن": "rahman", "رحيم": "rahim", "كريم": "karim", "قادر": "qadir", "عزيز": "aziz", "حكيم": "hakim", "رشيد": "rashid",
    "جمال": "jamal", "كمال": "kamal", "نبيل": "nabil", "سمير": "samir", "سامي": "sami", "طارق": "tariq", "زيد": "zaid",
    "وليد": "walid", "ماجد": "majid", "رامي": "rami", "باسم": "basim", "بلال": "bilal", "انس": "anas", "ياسر": "yasir",
    "ياسين": "yasin", "صالح": "salih", "صلاح": "salah", "دين": "din", "نور": "noor", "سعد": "saad", "عادل": "adel", "امير": "amir",
    "حيدر": "haidar", "جعفر": "jafar", "كاظم": "kazim", "عباس": "abbas", "مهدي": "mahdi", "رضا": "reza", "حبيب": "habib",
    "مريم": "maryam", "فاطمه": "fatima", "عايشه": "aisha", "زينب": "zainab", "خديجه": "khadija", "ليلي": "layla", "سميره": "samira",
    "زهرا": "zahra", "زهراء": "zahra", "ساره": "sara", "هدي": "huda", "امينه": "amina", "ناديه": "nadia", "رنا": "rana",
    "سلمي": "salma", "اسماء": "asma", "ايمان": "iman", "حداد": "haddad", "نجار": "najjar", "خوري": "khoury", "حمد": "hamad",
    "درويش": "darwish", "منصور": "mansour", "ناصر": "nasir", "قاسم": "qasim", "هاشم": "hashim", "شريف": "sharif", "عمار": "ammar",
    "فارس": "faris", "جاسم": "jasim", "فيصل": "faisal", "حنا": "hanna", "شامي": "shami", "حلبي": "halabi", "مصري": "masri",
    "الهام": "ilham", "زهره": "zahra", "سيد": "sayed", "ابو": "abu", "بن": "bin", "ابن": "ibn", "بنت": "bint",
}  # fmt: skip


def arabic_in_latin(name: str) -> str:
    """The name with every word of Arabic script in Latin letters, the article as a word of its own."""
    text = _SIGNS.sub("", unicodedata.normalize("NFKC", name))  # some systems write the shapes of letters
    return _RUN.sub(lambda word: _word(word[0]), _SERVANT_OF.sub("عبد", text))


def _word(word: str) -> str:
    common = word.translate(_ONE_LETTER)
    if known := _WORDS.get(common):
        return known
    if common.startswith("عبد") and len(word) > _SHORTEST:
        return f"abd{_word(word.removeprefix('عبد')).replace('al ', 'ul')}"
    if word.startswith(_ARTICLE) and len(word) >= _SHORTEST:  # with a hamza the same two letters begin a name
        return f"al {_word(word.removeprefix(_ARTICLE))}"
    return anyascii(word.translate(_LONG_A).translate(_ONE_LETTER))
