"""A few hundred made-up people for tests of linkage, with a home, a telephone and a number each."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from tests.entities.small_registers import made_up

GIVEN = ["Anna", "Bo", "Cecilia", "David", "Elin", "Fredrik", "Gunilla", "Hans", "Ingrid", "Jonas", "Kerstin", "Lars"]
GIVEN += ["Maria", "Nils", "Olga", "Petra", "Quentin", "Rut", "Sven", "Tove", "Ulf", "Vera"]
FAMILY = [
    a + b
    for a in ("Berg", "Lind", "Sjö", "Ek", "Häll", "Ny", "Ros", "Sund", "Tall", "Vik")
    for b in ("ström", "kvist", "gren", "dahl", "man", "qvist", "holm")
]


def made_up_people(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Rows of the population register's shape."""
    rng = random.Random(seed)  # noqa: S311 - made-up people, no secret
    told = []
    for i in range(count):
        born = date(1940, 1, 1) + timedelta(days=rng.randrange(25_000))
        told.append(
            {
                "person_number": f"{born:%Y}"[:2] + made_up(f"{born:%y%m%d}{i:03}"),
                "person_name": f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}",
                "birth_date": born,
                "street": f"{rng.choice(FAMILY)}gatan {rng.randrange(1, 60)} lgh {rng.randrange(1001, 1400)}",
                "postcode": f"15{rng.randrange(100, 130)}",
                "phone": f"070{rng.randrange(10**6, 10**7)}",
            }
        )
    return told
