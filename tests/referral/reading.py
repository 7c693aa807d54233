"""Read a packet's document back as text."""

from __future__ import annotations

import io
import re

import pypdf


def pages(pdf: bytes) -> list[str]:
    """The text of each page, every run of white space as one space."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return [re.sub(r"\s+", " ", page.extract_text()).strip() for page in reader.pages]


def dense(text: str) -> str:
    """Without any space or line-break hyphen: where lines break is not what a test is about."""
    return re.sub(r"[\s\u200b\u00ad‐-]+", "", text)
