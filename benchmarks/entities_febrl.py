"""FEBRL through the linkage for another country's register, with and without its number, beside Splink's own advice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from benchmarks.febrl import FILES, febrl
from benchmarks.partitions import Agreement, agreement
from benchmarks.row import Row
from follow_money.engine import Engine
from follow_money.entities.foreign_register import resolve_foreign

if TYPE_CHECKING:
    from benchmarks.row import Budget

WITHOUT_NUMBER, WITH_NUMBER = 0.998, 0.9995
_OURS = {
    "given_name": "given_name",
    "family_name": "surname",
    "birth_date": "date_of_birth",
    "house": "street_number",
    "street": "address_1",
    "locality": "address_2",
    "city": "suburb",
    "postcode": "postcode",
    "region": "state",
    "number": "soc_sec_id",
}


def febrl_rows(budget: Budget) -> list[Row]:
    """F1 over pairs of records for each of the four registers."""
    rows = []
    for name in FILES:
        for with_number, asked in ((False, WITHOUT_NUMBER), (True, WITH_NUMBER)):
            what = f"{name} {'with' if with_number else 'without'} the number: F1 over pairs"
            if budget.is_spent():
                rows.append(Row(measure=what, value="", asked=f">= {asked}", holds=None, note="out of time"))
                continue
            try:
                table, person = febrl(name)
            except FileNotFoundError as error:
                rows.append(Row(measure=what, value="", asked=f">= {asked}", holds=None, note=str(error)))
                continue
            truth = np.asarray(person.to_pylist(), dtype=np.int64)
            ours = found(table, truth, with_number=with_number)
            note = f"precision {ours.precision:.5f}, recall {ours.recall:.5f}"
            rows.append(
                Row(measure=what, value=round(ours.f1, 5), asked=f">= {asked}", holds=ours.f1 >= asked, note=note)
            )
            plain = plainly(table, truth, with_number=with_number)
            rows.append(
                Row(
                    measure=f"{name}: plain Splink on the same fields",
                    value=round(plain.f1, 5),
                    asked="",
                    holds=None,
                    note=f"precision {plain.precision:.5f}, recall {plain.recall:.5f}",
                )
            )
    return rows


def found(table: pa.Table, truth: np.ndarray, *, with_number: bool) -> Agreement:
    """What our linkage makes of a register."""
    columns = {ours: table[theirs] for ours, theirs in _OURS.items()}
    if not with_number:
        columns["number"] = pa.nulls(table.num_rows, pa.string())
    with Engine(threads=1, memory_gb=4) as engine:
        parts, _, _ = resolve_foreign(engine, pa.table(columns))
    return agreement(parts.cluster, truth)


def plainly(table: pa.Table, truth: np.ndarray, *, with_number: bool) -> Agreement:
    """What Splink makes of it with its library's comparisons, its usual training, and connected components at 0.95."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    fields = [name for name in table.column_names if name not in ("rec_id", "soc_sec_id")]
    comparisons: list[Any] = [
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.DamerauLevenshteinAtThresholds("street_number", [1]),
        *(cl.JaroWinklerAtThresholds(name, [0.9]) for name in ("address_1", "address_2", "suburb")),
        cl.DamerauLevenshteinAtThresholds("postcode", [1]),
        cl.ExactMatch("state"),
    ]
    rules: list[Any] = [
        block_on("given_name", "surname"),
        block_on("date_of_birth"),
        block_on("given_name", "postcode"),
        block_on("surname", "postcode"),
        block_on("address_1"),
        block_on("suburb", "postcode"),
    ]
    if with_number:
        fields.append("soc_sec_id")
        comparisons.append(cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]))
        rules.append(block_on("soc_sec_id"))
    told = table.select(fields).append_column("unique_id", pa.array(np.arange(table.num_rows)))
    settings = SettingsCreator(
        link_type="dedupe_only", comparisons=comparisons, blocking_rules_to_generate_predictions=rules
    )
    with Engine(threads=1, memory_gb=4) as engine:
        engine.table("plain_input", told)
        api = DuckDBAPI(engine.connection)
        linker = Linker(api.register("plain_input"), settings, log_level=None)
        linker.training.estimate_probability_two_random_records_match(rules[:2], recall=0.8)
        linker.training.estimate_u_using_random_sampling(max_pairs=300_000, seed=1)
        for rule in (block_on("date_of_birth"), block_on("address_1")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        scored = linker.inference.predict(threshold_match_probability=0.01)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(scored, threshold_match_probability=0.95)
        told = clusters.as_duckdbpyrelation().project("unique_id, cluster_id").to_arrow_table().sort_by("unique_id")
    return agreement(told["cluster_id"].to_numpy().astype(np.int64), truth)
