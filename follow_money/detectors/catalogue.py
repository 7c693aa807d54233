"""Every detector, found by scanning the folder: a new file is a new detector, and nothing else need be touched."""

from __future__ import annotations

import difflib
import functools
import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import follow_money.detectors as folder
from follow_money.detectors.contract import Detector
from follow_money.errors import UsageError
from follow_money.model import HitKind
from follow_money.settings.insider_lock import InsiderLock
from follow_money.settings.person_lock import PersonLock

_LOCKED: Final = PersonLock()
_LOCKED_INSIDER: Final = InsiderLock()


@functools.cache
def catalogue() -> dict[str, type[Detector]]:
    """Name -> class of every detector, by name."""
    found: dict[str, type[Detector]] = {}
    for module_info in pkgutil.iter_modules(folder.__path__):
        module = importlib.import_module(f"{folder.__name__}.{module_info.name}")
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Detector) and thing is not Detector:
                found[thing.name] = thing
    return dict(sorted(found.items()))


def is_of_rates(name: str) -> bool:
    """Whether some findings of the detector of that name hang on q."""
    detector = catalogue().get(name)
    return detector is not None and HitKind.RATE in detector.kinds


def chosen(
    settings: Mapping[str, Mapping[str, Any]], lock: PersonLock = _LOCKED, insider: InsiderLock = _LOCKED_INSIDER
) -> list[Detector]:
    """The detectors that are on, with the parameters of ``settings``. Those on natural persons start only when ``lock`` is complete, those on officials
    only when ``insider`` is.

    Raises:
        UsageError: For an unknown detector or parameter, or a detector on natural persons or officials that nobody answers for.
    """
    known = catalogue()
    for name in settings:
        if name not in known:
            raise UsageError(f"The settings name the detector '{name}', which does not exist.{_near(name, known)}")
    on: list[Detector] = []
    for name, detector in known.items():
        told = dict(settings.get(name, {}))
        if not told.pop("enabled", detector.default_on):
            continue
        if detector.on_persons:
            lock.require(name)
        if detector.on_officials:
            insider.require(name)
        parameters = {f.name for f in fields(detector)}
        for parameter in told:
            if parameter not in parameters:
                raise UsageError(
                    f"The settings give the detector '{name}' the parameter '{parameter}', which it does not have."
                    f"{_near(parameter, parameters)}"
                )
        on.append(detector(**told))
    return on


def _near(word: str, known: Any) -> str:  # noqa: ANN401  # any collection of names
    near = difflib.get_close_matches(word, list(known), 1)
    return f" Did you mean '{near[0]}'?" if near else f" There are: {', '.join(sorted(known))}."
