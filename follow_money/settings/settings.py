"""Settings: one TOML file -> frozen dataclasses. An unknown key is an error."""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from follow_money.errors import UsageError
from follow_money.settings.insider_lock import InsiderLock
from follow_money.settings.lock import Lock
from follow_money.settings.person_lock import PersonLock

_WITHOUT_EFFECT: Final = {"language", "capacity", "threads", "memory_gb", "person_detectors", "insider"}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a screening is run with. Every field has a default, so an empty file is a valid one.

    Attributes:
        profile: Who is looking: a profile of ``registers/profiles.toml``.
        synthetic: The workspace holds made-up data: identity numbers with a shifted check digit are the valid ones here, and
            no real number is.
        max_quarantine: Largest share of a file's rows that may be quarantined.
        capacity: How many cases the reviewers can take; the queue shows that many first.
        case_size: Largest number of organisations in one case.
        q_limit: False-discovery rate of rates, on average over the detectors that are selected (`statistics.limit_across_families`).
        language: ``sv`` or ``en``, for what people read on screen. Packets are Swedish.
        threads: Threads for the engine.
        memory_gb: Memory limit for the engine.
        detectors: Parameters by detector, ``{"overlapping_shifts": {"tolerance_minutes": 30}}``; ``enabled = false`` turns one off.
        person_detectors: Who answers for detectors on what natural persons claim; without it none of them starts.
        insider: Who answers for insider traces; without it no register of what officials did is read, and none of their detectors starts.
    """

    profile: str = "own"
    synthetic: bool = False
    max_quarantine: float = 0.01
    capacity: int = 20
    case_size: int = 12
    q_limit: float = 0.05
    language: str = "sv"
    threads: int = 2
    memory_gb: int = 6
    detectors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    person_detectors: PersonLock = field(default_factory=PersonLock)
    insider: InsiderLock = field(default_factory=InsiderLock)

    def __post_init__(self) -> None:
        if self.language not in {"sv", "en"}:
            raise UsageError(f"The setting language is '{self.language}'. Write sv or en.")
        for name in ("max_quarantine", "q_limit"):
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(
                    f"The setting {name} is {getattr(self, name)}. It is a share: write a number from 0 to 1."
                )
        for name in ("capacity", "case_size", "threads", "memory_gb"):
            if getattr(self, name) < 1:
                raise UsageError(f"The setting {name} is {getattr(self, name)}. Write a whole number of at least 1.")

    def changed(self, **values: object) -> Settings:
        """The same settings with some values replaced; None leaves a value as it is."""
        return replace(self, **{name: value for name, value in values.items() if value is not None})  # type: ignore[arg-type]  # checked in __post_init__

    def digest(self) -> str:
        """SHA-256 of what can change a result. Language, capacity, threads, memory and who answers for it cannot."""
        told = {k: v for k, v in asdict(self).items() if k not in _WITHOUT_EFFECT}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def read_settings(path: Path) -> Settings:
    """Read a settings file. Raises UsageError for a missing file, broken TOML, an unknown key or a value of the wrong type."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"There is no settings file {path}. Make one with: follow-money init") from None
    except OSError as error:
        raise UsageError(
            f"The settings file {path} cannot be read ({error.strerror}). Check its name and who may read it."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The settings file {path} is not valid TOML ({error}). Mend that line.") from error
    known = {f.name: f for f in fields(Settings)}
    for key, value in told.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f" Did you mean {near[0]}?" if near else f" Known settings: {', '.join(known)}."
            raise UsageError(f"The settings file {path} has the unknown key '{key}'.{hint}")
        default = getattr(Settings(), key)
        if isinstance(default, Lock):
            default = {}
        fits = isinstance(value, type(default)) or (isinstance(default, float) and isinstance(value, int))
        if not fits or (isinstance(value, bool) and not isinstance(default, bool)):
            raise UsageError(f"In the settings file {path}, '{key}' must be a {type(default).__name__}, not {value!r}.")
    for name, parameters in told.get("detectors", {}).items():
        if not isinstance(parameters, dict):
            raise UsageError(
                f"In the settings file {path}, 'detectors.{name}' must be a table: write [detectors.{name}] above its parameters."
            )
    source = f"The settings file {path}"
    locks: dict[str, Any] = {
        each.table: each.read(told.pop(each.table, {}), source) for each in (PersonLock, InsiderLock)
    }
    return Settings(**told, **locks)
