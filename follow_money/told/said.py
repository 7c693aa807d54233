"""Sentences on a screen: wrapped between words on a terminal, one line each where another program reads them."""

from __future__ import annotations

import textwrap

from rich.console import Console


def say(console: Console, sentence: str) -> None:
    """Print one sentence; what is wrapped stands in a little, below its beginning."""
    if console.is_terminal:
        margin = " " * (len(sentence) - len(sentence.lstrip()) + 2)
        sentence = wrapped(sentence, console.width, indent=margin)
    console.print(sentence, highlight=False, markup=False, soft_wrap=True)


def wrapped(text: str, width: int, indent: str = "") -> str:
    """Text in lines of a width. Unlike the console's own wrapping it leaves an amount with its no-break spaces whole."""
    return textwrap.fill(text, width, subsequent_indent=indent, break_on_hyphens=False)
