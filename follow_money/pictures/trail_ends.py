"""What the ends of a trail are called in a picture, and in which colour they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.origin_classes import OriginClass
from follow_money.pictures.svg import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION

if TYPE_CHECKING:
    from follow_money.graph.flows.trail import Trail

YELLOW: Final = "#c9a800"
BROWN: Final = "#8a5a2b"
TEAL: Final = "#4fb3a5"

_SHORT: Final[dict[str, dict[str, str]]] = {
    "sv": {
        "WAGES": "löner",
        "OWNER_WAGES": "lön till ägare",
        "TAX": "skatt",
        "RENT": "hyra",
        "OWNERS": "ägare, företrädare",
        "EXCHANGE_OFFICE": "växlingskontor",
        "LAPSED_EXCHANGE_OFFICE": "växlare utan gällande registrering",
        "CASH": "kontanter",
        "ABROAD": "utlandet",
        "PUBLIC": "myndigheter",
        "SUPPLIER": "stora leverantörer",
        "LEFT_THE_DATA": "lämnade underlaget",
        "ONWARD": "vidare till andra",
        "CAME_BACK": "tillbaka till mottagarna",
        "MANY": "företag med många kunder",
        "OUTSIDE": "kom utifrån",
        "REMAINS": "kvar hos mottagare",
        "HELD": "fanns från början",
    },
    "en": {
        "WAGES": "wages",
        "OWNER_WAGES": "wages of owners",
        "TAX": "tax",
        "RENT": "rent",
        "OWNERS": "owners, officers",
        "EXCHANGE_OFFICE": "exchange offices",
        "LAPSED_EXCHANGE_OFFICE": "exchange without an entry in force",
        "CASH": "cash",
        "ABROAD": "abroad",
        "PUBLIC": "public bodies",
        "SUPPLIER": "large suppliers",
        "LEFT_THE_DATA": "left the data",
        "ONWARD": "on to others",
        "CAME_BACK": "back with the receivers",
        "MANY": "firms with many customers",
        "OUTSIDE": "came from outside",
        "REMAINS": "still with a receiver",
        "HELD": "was there from the start",
    },
}

_COLOURS: Final = {
    "WAGES": GREEN,
    "OWNER_WAGES": YELLOW,
    "TAX": TEAL,
    "RENT": SKY,
    "OWNERS": ORANGE,
    "EXCHANGE_OFFICE": VERMILION,
    "LAPSED_EXCHANGE_OFFICE": VERMILION,
    "CASH": PURPLE,
    "ABROAD": BROWN,
    "PUBLIC": TEAL,
    "SUPPLIER": SKY,
    "CAME_BACK": VERMILION,
    "MANY": SKY,
}


def end_name(trail: Trail, exit_class: int) -> str:
    """The name of an exit class of this trail; of an origin class when it goes backward."""
    return OriginClass(exit_class).name if trail.is_backward else ExitClass(exit_class).name


def end_label(trail: Trail, exit_class: int, language: str) -> str:
    """Two or three words that fit beside a band."""
    name = end_name(trail, exit_class)
    return _SHORT[language]["HELD" if trail.is_backward and name == "REMAINS" else name]


def end_colour(trail: Trail, exit_class: int) -> str:
    """The colour of an end; money of which nobody knows more is grey, money that nobody has spent blue."""
    name = end_name(trail, exit_class)
    return _COLOURS.get(name, BLUE if name == "REMAINS" else GREY)
