"""Which detectors can be evaluated on what was delivered, and for want of what the others cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from follow_money.detectors.contract import Detector
from follow_money.registers.intake import Intake

_IN_SWEDISH: Final = (
    (r"the profile (\S+) does not hold the register (\S+)", r"profilen \1 har inte registret \2"),
    (r"the profile (\S+) does not read the payer (\S+)", r"profilen \1 läser inte betalaren \2"),
    (
        r"the register (\S+) tells what officials did, and is read only with the settings table (\S+)",
        r"registret \1 säger vad tjänstemän gjorde och läses bara med inställningstabellen \2",
    ),
    (r"none of (.+) was delivered for the purpose (\S+)", r"inget av \1 är levererat för ändamålet \2"),
    (
        r"(\d+) searches along payments met a cap: there may be more ways than were found",
        r"\1 sökningar längs betalningar nådde ett tak: det kan finnas fler vägar än de som hittades",
    ),
    (r"without ", "utan "),
    (r"not delivered for the purpose (\S+)", r"inte levererat för ändamålet \1"),
    (r"not delivered", "inte levererat"),
    (r"not read", "inte läst"),
    (r"nothing in ", "inget i "),
)
"""What is said here, by the profiles and by the screening; in English on file, so that a run reads the same for everybody."""


def not_evaluable(detector: Detector, intake: Intake) -> str | None:
    """Why the detector cannot be evaluated on what was taken in, in words, or None when it can.

    A register must be there, have been delivered for the detector's purpose, and hold something in every needed column.
    """
    wanting = []
    for register, columns in detector.needs.items():
        if register not in intake.registers:
            refused = sorted({unread.reason for unread in intake.unread if unread.register == register})
            wanting.append(f"{register}: not read, {refused[0]}" if refused else f"{register}: not delivered")
            continue
        held = intake.columns(register, purpose=detector.purpose)
        if not held:
            wanting.append(f"{register}: not delivered for the purpose {detector.purpose.value}")
            continue
        missing = [column for column in columns if column not in held]
        if missing:
            wanting.append(f"{register}: nothing in {', '.join(missing)}")
    if detector.needs_one_of and not any(
        intake.columns(name, purpose=detector.purpose) for name in detector.needs_one_of
    ):
        wanting.append(
            f"none of {', '.join(detector.needs_one_of)} was delivered for the purpose {detector.purpose.value}"
        )
    return "; ".join(wanting) or None


def unread(detector: Detector, intake: Intake) -> tuple[str, ...]:
    """Registers that would sharpen the detector and that it could not read: not delivered, or not for its purpose."""
    return tuple(
        name for name in detector.uses if name != "rates" and not intake.columns(name, purpose=detector.purpose)
    )


def coverage(detectors: Sequence[Detector], intake: Intake) -> dict[str, str | None]:
    """Detector -> None when it can be evaluated, else for want of what it cannot."""
    return {detector.name: not_evaluable(detector, intake) for detector in detectors}


def not_evaluable_words(why: str, language: str) -> str:
    """The reason why a detector could not be evaluated, in the reader's language."""
    if language == "sv":
        for english, swedish in _IN_SWEDISH:
            why = re.sub(english, swedish, why)
    return why
