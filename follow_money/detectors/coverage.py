"""Which detectors can be evaluated on what was delivered, and for want of what the others cannot."""

from __future__ import annotations

from collections.abc import Sequence

from follow_money.detectors.contract import Detector
from follow_money.registers.intake import Intake


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
