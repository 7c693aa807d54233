"""What linkage costs beside Splink alone, and what a million records cost under a kept model."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from benchmarks.cpu import least_cpu
from benchmarks.identity_world import KEY, made_up_world, resolved
from benchmarks.row import Row
from follow_money.engine import Engine
from follow_money.entities.birth_conflicts import day_numbers
from follow_money.entities.clustering import UNCOMPARED_BITS, UNKNOWN, Constraints
from follow_money.entities.clusters import FACTS, days_of_facts
from follow_money.entities.descriptions import blocked, descriptions
from follow_money.entities.exact_numbers import units_by_number
from follow_money.entities.judged_pairs import judged_pairs
from follow_money.entities.judgements import NOTHING_JUDGED
from follow_money.entities.kinds import PERSON, decide_kinds
from follow_money.entities.link_parties import model_file
from follow_money.entities.linkage import decide, score
from follow_money.entities.mentions import gather_mentions
from follow_money.entities.splink_linker import linker
from follow_money.entities.training import kept_model
from follow_money.entities.untellable import without_untellable

if TYPE_CHECKING:
    import pyarrow as pa

    from benchmarks.row import Budget

MOST_TIMES_SPLINK = 1.3
RUNS = 10
"""Each takes a second, and other work on the machine can add half to one of them."""
MILLION = 1_000_000
MOST_SECONDS = 60
MOST_GB = 6
PEOPLE = 20_000
SEED = 61


def cost_rows(budget: Budget) -> list[Row]:
    """Our CPU in units of Splink's, and CPU and memory of a million records."""
    rows = []
    for measure in (_beside_splink, _a_million):
        if budget.is_spent():
            rows.append(Row(measure=measure.__name__.strip("_"), value="", asked="", holds=None, note="out of time"))
        else:
            rows += measure()
    return rows


def _beside_splink() -> list[Row]:
    """Linkage from descriptions to a partition, beside Splink's own blocking, scoring and clustering of the same."""
    world = made_up_world("hard", PEOPLE, SEED)
    with Engine(threads=1, memory_gb=5) as engine, tempfile.TemporaryDirectory() as folder:
        resolved(engine, world, Path(folder))
        model = kept_model(model_file(Path(folder) / "resolved", "person"))
        if model is None:
            raise AssertionError("the resolution left no model")
        mentions = gather_mentions(engine, world.write(Path(folder)), as_of=None, synthetic=True)
        kind = decide_kinds(mentions)
        ids = pa.array([f"m{number}" for number in range(len(mentions))])
        units = units_by_number(mentions, kind, judged_pairs(NOTHING_JUDGED, ids), ids)
        table = descriptions(mentions, kind, units, PERSON)
        facts = units.clusters.facts.copy()
        births = day_numbers(days_of_facts(facts[:, FACTS.index("birth_date")]))
        facts[:, FACTS.index("birth_date")] = UNKNOWN
        generation = facts[:, FACTS.index("generation")]

        def ours() -> int:
            scores = without_untellable(score(engine, blocked(table), model, "person"), table, generation)
            parts, _ = decide(scores, len(facts), Constraints(facts=facts, births=births))
            return len(parts.merges)

        keyed = blocked(table)

        def splinks() -> int:
            with linker(engine, keyed, model) as splink:
                engine.table("linkage_rarity", _rarity(keyed))
                rarity = splink._db_api.register("linkage_rarity")
                splink.table_management.register_term_frequency_lookup(rarity, "name")
                scored = splink.inference.predict(threshold_match_weight=UNCOMPARED_BITS)
                clusters = splink.clustering.cluster_pairwise_predictions_at_threshold(
                    scored, threshold_match_probability=0.95
                )
                return int(clusters.as_duckdbpyrelation().to_arrow_table().num_rows)

        joined = ours()
        mine, theirs = least_cpu((ours, splinks), RUNS)
    return [
        Row(
            measure="linkage: CPU in units of Splink's own, same descriptions, blocking and comparisons",
            value=round(mine / theirs, 2),
            asked=f"<= {MOST_TIMES_SPLINK}",
            holds=mine / theirs <= MOST_TIMES_SPLINK,
            note=f"{mine:.2f} s and {theirs:.2f} s, {keyed.num_rows} descriptions, {joined} joins",
        )
    ]


def _rarity(table: pa.Table) -> pa.Table:
    rarity = table.select(["name", "name_shares"]).group_by("name", use_threads=False)
    return rarity.aggregate([("name_shares", "max")]).rename_columns(["name", "tf_name"])


def _a_million() -> list[Row]:
    """Resolution of a million records in a process of its own, under a model kept from another world."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        smaller = made_up_world("light", PEOPLE, SEED + 1)
        with Engine(threads=1, memory_gb=5) as engine:
            resolved(engine, smaller, place)
        world = made_up_world("light", _people_for(MILLION), SEED)
        big = place / "big"
        big.mkdir()
        (big / "out").mkdir()
        records = {name: str(path) for name, path in world.write(big).items()}
        count, share = len(world.truth()), float(world.unnumbered().mean())
        del world
        task = json.dumps({"records": records, "out": str(big / "out"), "kept": str(place / "resolved")})
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.entities_million", task], capture_output=True, text=True, check=True
        )
        told = json.loads(done.stdout)
    note = f"{count} records, {share:.0%} without a number, {told['entities']} entities, key of {len(KEY)} bytes"
    return [
        Row(
            measure="a million records under a kept model: CPU seconds",
            value=round(told["cpu"], 1),
            asked=f"<= {MOST_SECONDS}",
            holds=told["cpu"] <= MOST_SECONDS,
            note=note,
        ),
        Row(
            measure="a million records: peak memory, GB",
            value=round(told["gb"], 2),
            asked=f"< {MOST_GB}",
            holds=told["gb"] < MOST_GB,
        ),
    ]


def _people_for(records: int) -> int:
    """People, with a tenth as many organisations, that have about this many records."""
    return round(records / 3.04)
