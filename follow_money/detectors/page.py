"""The detectors' documentation, from the detectors themselves: a table for the README and a page of its own.

``python -m follow_money.detectors.page > docs/detectors.md``
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from follow_money.detectors.catalogue import catalogue
from follow_money.detectors.contract import Detector
from follow_money.detectors.nulls import expected_in_words, null_in_words


def detector_table() -> str:
    """A Markdown table: detector, what it finds, kind, typologies, registers it needs."""
    lines = ["| detector | finds | kind | typologies | needs |", "|---|---|---|---|---|"]
    lines += [
        f"| [`{name}`](docs/detectors.md#{name}) | {_plain(detector.title_en)} | {', '.join(detector.kinds)} "
        f"| {', '.join(map(str, detector.typologies))} | {', '.join(detector.needs)} |"
        for name, detector in catalogue().items()
    ]
    return "\n".join(lines)


def detectors_page() -> str:
    """Every detector: what, why, what is not flagged, null, false positives to expect, parameters with their defaults, registers, source."""
    lines = [line for name, detector in catalogue().items() for line in _section(name, detector())]
    return _HEAD + "\n".join(lines) + "\n"


def _section(name: str, detector: Detector) -> Iterator[str]:
    sections = detector.sections()
    yield f"\n## {name}\n"
    numbers = ", ".join(map(str, detector.typologies))
    yield f"{detector.title_en} ({detector.title_sv}). Version {detector.version}; {', '.join(detector.kinds)}; typologies {numbers}.\n"
    yield _plain(sections[""]) + "\n"
    yield f"**Why.** {_plain(sections['Why'])}\n"
    if detector.on_officials:
        yield _INSIDER
    if detector.on_persons:
        yield _LOCKED
    yield f"**Not flagged.** {_plain(sections['Not flagged'])}\n"
    yield f"**Null.** {null_in_words(detector, 'en')}\n"
    yield f"**False positives to expect.** {expected_in_words(detector, 'en')} Lawful explanations to rule out:\n"
    yield from (f"* {look.en}" for look in detector.look_alikes)
    yield "\n**Parameters**\n"
    defaults = detector.parameters()
    for parameter, text in _parameters(sections["Parameters"]).items():
        yield f"* `{parameter}` = {_default(defaults[parameter])}: {text}"
    yield "\n**Needs.** " + "; ".join(
        f"{register} ({', '.join(columns)})" for register, columns in detector.needs.items()
    )
    if detector.uses:
        yield f"\n**Sharpened by.** {', '.join(detector.uses)}"
    yield f"\n**Source.** {_plain(sections['Source'])}"


def _parameters(text: str) -> dict[str, str]:
    told = re.split(r"^(\w+): ", text, flags=re.MULTILINE)[1:]
    return {name: _plain(what) for name, what in zip(told[::2], told[1::2], strict=True)}


def _default(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _plain(text: str) -> str:
    return " ".join(text.split())


_LOCKED = (
    "**Off.** What it screens are claims of natural persons: it starts only when it is turned on and the settings table `[person_detectors]` names the impact "
    "assessments (`dpia_id`, `fria_id`), the `legal_basis`, the `owner` and the day of the next review (`review_on`). The audit log notes each use.\n"
)

_INSIDER = (
    "**Off.** What it screens is what officials did: it starts only when it is turned on and the settings table `[insider]` names `purpose`, `decided_by`, "
    "`legal_basis`, `dpia_id`, the days on which the unions were consulted (`consulted_on`) and the staff told (`staff_told_on`), the `owner` at internal "
    "audit "
    "and the day of the next review (`review_on`). Without that table its registers are not read. Each use is in a log of its own, `insider.jsonl`.\n"
)

_HEAD = """# Detectors

Made from the detectors' own docstrings; do not edit. A *contradiction* is a fact that cannot be, above a stated tolerance and number, with exact identity
links; a *rate* is a count or share against peers under a stated null, with Benjamini-Hochberg within the detector and its limit held across detectors; a
*flow* is a path of payments. Providers are compared within their service, and employers with each other: within the postal region (employers within the trade
first) where at least 160 are left, and by halves of size where both hold enough. Thresholds are inclusive. Parameters are set in the settings file:
`[detectors.NAME]`. A register that is missing makes a detector *not evaluable*, never a silent zero.
"""


if __name__ == "__main__":
    sys.stdout.write(detectors_page())
