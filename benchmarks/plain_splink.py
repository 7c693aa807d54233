"""Splink as its documentation has it used: library comparisons, term frequencies, usual training, connected components at 0.95."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from follow_money.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.identity_world import World

THRESHOLD = 0.95


def clustered(table: pa.Table, comparisons: list[Any], rules: list[Any], training: list[Any]) -> npt.NDArray[np.int64]:
    """The cluster of each row of a table.

    Args:
        table: The records; every column is a field.
        comparisons: Of Splink's library.
        rules: Blocking rules; the first two tell how many records match.
        training: Blocking rules within which expectation maximisation runs.
    """
    from splink import DuckDBAPI, Linker, SettingsCreator

    told = table.append_column("unique_id", pa.array(np.arange(table.num_rows)))
    settings = SettingsCreator(
        link_type="dedupe_only", comparisons=comparisons, blocking_rules_to_generate_predictions=rules
    )
    with Engine(threads=1, memory_gb=5) as engine:
        engine.table("plain_input", told)
        linker = Linker(DuckDBAPI(engine.connection).register("plain_input"), settings, log_level=None)
        linker.training.estimate_probability_two_random_records_match(rules[:2], recall=0.8)
        linker.training.estimate_u_using_random_sampling(max_pairs=300_000, seed=1)
        for rule in training:
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
        scored = linker.inference.predict(threshold_match_probability=THRESHOLD)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            scored, threshold_match_probability=THRESHOLD
        )
        found = clusters.as_duckdbpyrelation().project("unique_id, cluster_id").to_arrow_table().sort_by("unique_id")
    return np.asarray(found["cluster_id"].to_numpy(), np.int64)


def _rare_counts_more(comparison: Any) -> Any:  # noqa: ANN401  # a comparison of Splink's library
    """The comparison with term-frequency adjustments: two bearers of a rare value are likelier one than two of a common one."""
    return comparison.configure(term_frequency_adjustments=True)


def febrl_clusters(table: pa.Table, *, with_number: bool) -> npt.NDArray[np.int64]:
    """The clusters of a FEBRL register."""
    import splink.comparison_library as cl
    from splink import block_on

    fields = [name for name in table.column_names if name not in ("rec_id", "soc_sec_id")]
    comparisons: list[Any] = [
        _rare_counts_more(cl.NameComparison("given_name")),
        _rare_counts_more(cl.NameComparison("surname")),
        cl.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
        cl.DamerauLevenshteinAtThresholds("street_number", [1]),
        *(_rare_counts_more(cl.JaroWinklerAtThresholds(name, [0.9])) for name in ("address_1", "address_2", "suburb")),
        cl.DamerauLevenshteinAtThresholds("postcode", [1]),
        cl.ExactMatch("state"),
    ]
    rules = [
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
    return clustered(table.select(fields), comparisons, rules, [block_on("date_of_birth"), block_on("address_1")])


def person_clusters(world: World) -> npt.NDArray[np.int64]:
    """The clusters of the persons of a made-up world."""
    import splink.comparison_library as cl
    from splink import block_on

    comparisons = [
        _rare_counts_more(cl.NameComparison("given_name")),
        _rare_counts_more(cl.NameComparison("family_name")),
        cl.DamerauLevenshteinAtThresholds("number", [1]),
        cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
        _rare_counts_more(cl.JaroWinklerAtThresholds("street", [0.9])),
        _rare_counts_more(cl.ExactMatch("postcode")),
        cl.ExactMatch("phone"),
    ]
    rules = [
        block_on("number"),
        block_on("given_name", "family_name", "birth_date"),
        block_on("birth_date", "substr(family_name, 1, 2)"),
        block_on("birth_date", "substr(given_name, 1, 2)"),
        block_on("phone"),
        block_on("postcode", "street"),
        block_on("postcode", "family_name"),
        block_on("given_name", "family_name"),
    ]
    training = [block_on("birth_date"), block_on("given_name", "family_name")]
    return clustered(person_fields(world), comparisons, rules, training)


def person_fields(world: World) -> pa.Table:
    """The persons' records as plain text columns: names split at the comma or the last space, digits of the number alone."""
    rows = [row for name, rows in world.rows.items() if name != "organisations" for row in rows]
    columns: dict[str, Callable[[dict[str, Any]], str | None]] = {
        "given_name": lambda row: _names(row["person_name"])[0],
        "family_name": lambda row: _names(row["person_name"])[1],
        "number": lambda row: row["person_number"] and "".join(c for c in row["person_number"] if c.isdigit())[-10:],
        "birth_date": lambda row: row["birth_date"] and row["birth_date"].isoformat(),
        "street": lambda row: row.get("street") and row["street"].lower(),
        "postcode": lambda row: row.get("postcode") and row["postcode"].replace(" ", ""),
        "phone": lambda row: row.get("phone"),
    }
    return pa.table({name: pa.array([read(row) for row in rows], pa.string()) for name, read in columns.items()})


def _names(name: str) -> tuple[str, str]:
    family, comma, given = name.lower().partition(", ")
    if comma:
        return given, family
    given, _, family = name.lower().rpartition(" ")
    return given, family
