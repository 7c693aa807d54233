"""The document of a packet, typeset with typst: PDF/A-2a and PDF/UA-1, the same bytes from the same content, no
network.
"""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Final

import typst

from follow_money.errors import FollowMoneyError
from follow_money.pictures.printable import printable

if TYPE_CHECKING:
    from datetime import datetime

STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
"""Archivable, with all fonts inside, and readable by a screen reader."""

_FONTS: Final = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def document(content: dict[str, Any], created: datetime) -> bytes:
    """The PDF of a packet's content (see `content.content`).

    Data reach the typesetter as one JSON text and are never read as markup. Raises FollowMoneyError when it cannot be
    typeset.
    """
    told = json.dumps(_printable(content), ensure_ascii=True)
    with as_file(files("follow_money.referral") / "templates" / "anmalan.typ") as template:
        try:
            pdf = typst.compile(
                template,
                root=template.parent,
                font_paths=_FONTS,
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=STANDARDS,
                sys_inputs={"content": told},
                timestamp=int(created.timestamp()),
            )
        except typst.TypstError as error:
            raise FollowMoneyError(
                f"The document of the packet could not be typeset: {error.message}. Report this with the case id."
            ) from error
    return bytes(pdf)


def _printable(value: object) -> object:
    if isinstance(value, str):
        # Line breaks are ours (between parties); whatever came from data is made printable line by line.
        return value if value.startswith("<svg ") else "\n".join(printable(part) for part in value.split("\n"))
    if isinstance(value, dict):
        return {key: _printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(inner) for inner in value]
    return value
