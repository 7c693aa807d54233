"""What is true of a region: the planted schemes with their rows, the lawful look-alikes, who is who."""

from __future__ import annotations

from dataclasses import dataclass, field

from synthetic_data.rows import NONE, Ints, Rows


@dataclass(frozen=True)
class Subject:
    """What is at risk where no organisation's claims are: ``kind`` decision (a row of decisions), account (an account's number) or
    official (the number of an official's account in the authority's systems).
    """

    kind: str
    number: int


@dataclass
class Scheme:
    """One planted scheme. ``first_day`` and ``last_day`` are days of the period; amounts in öre."""

    typology: str
    role: str
    organisation: int
    payer: str
    programme: str
    first_day: int
    last_day: int
    amount_ore: int = 0
    difficulty: dict[str, float | str] = field(default_factory=dict)
    organisations: dict[int, str] = field(default_factory=dict)
    """Further organisations of the scheme and their parts."""
    subjects: tuple[Subject, ...] = ()
    """What is at risk of schemes about what persons claim: ``organisation`` is then NONE."""


@dataclass(frozen=True)
class LookAlike:
    """A lawful pattern that resembles a scheme. ``organisation`` is a party number, NONE where it is about ``subject``."""

    kind: str
    organisation: int
    text: str
    subject: Subject | None = None


class Truth:
    """Collects what was planted while the region is made."""

    def __init__(self) -> None:
        self.schemes: list[Scheme] = []
        self.look_alikes: list[LookAlike] = []
        self.members = Rows(scheme=NONE, register=NONE, row=NONE, what=NONE)
        self.whats: list[str] = []
        self.registers: list[str] = []
        """Registers that member rows stand in."""

    def plant(self, scheme: Scheme) -> int:
        """Record a scheme. Returns its number."""
        self.schemes.append(scheme)
        return len(self.schemes) - 1

    def tell(self, kind: str, organisation: int, text: str) -> None:
        """Record a lawful look-alike."""
        self.look_alikes.append(LookAlike(kind, organisation, text))

    def tell_of(self, kind: str, subject: Subject, text: str) -> None:
        """Record a lawful look-alike about what a person claims."""
        self.look_alikes.append(LookAlike(kind, NONE, text, subject))

    def add_members(self, scheme: int | Ints, register: str, rows: Ints, what: str) -> None:
        """Record rows of a register as part of a scheme."""
        for known, name in ((self.whats, what), (self.registers, register)):
            if name not in known:
                known.append(name)
        self.members.add(scheme=scheme, register=self.registers.index(register), row=rows, what=self.whats.index(what))
