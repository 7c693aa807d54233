"""Another country's register: no number, people twice, nothing to train on but itself."""

from __future__ import annotations

import random

import pyarrow as pa

from follow_money.engine import Engine
from follow_money.entities.foreign_register import COLUMNS, foreign_descriptions, resolve_foreign

_GIVEN = ["Alba", "Bruno", "Carla", "Dante", "Elio", "Fiora", "Gino", "Ilaria", "Luca", "Mara", "Nico", "Pia"]
_FAMILY = ["Bertoni", "Cassini", "Dorigo", "Fantini", "Gallo", "Lazzari", "Moretti", "Nardi", "Orsini", "Zanetti"]
_STREETS = ["Via Roma", "Via Verdi", "Viale Dante", "Corso Italia", "Via Mazzini", "Via Cavour", "Piazza Grande"]


def register(people: int) -> pa.Table:
    """Everybody twice; the second time with a slip in the name, and another house or no birth date."""
    rng = random.Random(3)  # noqa: S311 - made-up people, no secret
    rows: list[dict[str, str | None]] = []
    for i in range(people):
        family = rng.choice(_FAMILY)
        row: dict[str, str | None] = {
            "given_name": rng.choice(_GIVEN),
            "family_name": family,
            "birth_date": f"{rng.randrange(1940, 2005)}{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}",
            "house": str(rng.randrange(1, 90)),
            "street": rng.choice(_STREETS),
            "city": rng.choice(["Trento", "Bolzano", "Verona"]),
            "postcode": f"38{rng.randrange(100, 130)}",
        }
        slip = family[:3] + family[4:]
        rows += [row, {**row, "family_name": slip, **({"house": "91"} if i % 2 else {"birth_date": None})}]
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in COLUMNS})


def test_everybody_is_found_and_nobody_else_and_a_kept_model_serves_again() -> None:
    told = register(150)
    with Engine(threads=1, memory_gb=2) as engine:
        parts, scores, model = resolve_foreign(engine, told)
        again, _, _ = resolve_foreign(engine, told, model=model)
    pairs = [(int(parts.cluster[2 * i]), int(parts.cluster[2 * i + 1])) for i in range(150)]
    assert sum(first == second for first, second in pairs) >= 145
    assert len(set(parts.cluster.tolist())) >= 149
    assert again.cluster.tolist() == parts.cluster.tolist()
    assert sum(m.left // 2 != m.right // 2 for m in parts.merges) <= 1
    assert (scores.left < scores.right).all()


def test_fields_turned_round_and_spaces_do_not_matter() -> None:
    columns = {name: pa.nulls(2, pa.string()) for name in COLUMNS}
    columns["given_name"], columns["family_name"] = pa.array(["Anna Maria", "Gallo"]), pa.array(["Gallo", "Anna Maria"])
    columns["street"] = pa.array(["Via Roma", "ViaRoma"])
    told = foreign_descriptions(pa.table(columns))
    assert len(set(told["name"].to_pylist())) == len(set(told["street"].to_pylist())) == 1
