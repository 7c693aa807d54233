"""What is known of the payments is saved with the graph, and a detector sees only what was delivered for its purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow.parquet as pq
import pytest

from follow_money.detectors.contract import Context, Detector, Findings, nothing
from follow_money.detectors.screening import detect
from follow_money.engine import Engine
from follow_money.errors import StorageError, UsageError
from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.flow_facts import flow_facts
from follow_money.graph.flows.transfer_flows import SET_ASIDE_FILE, transfer_flows, write_flows
from follow_money.graph.money_graph import MoneyGraph
from follow_money.model import Purpose
from follow_money.registers.intake import FileIntake, Intake
from tests.detectors.small_graph import day, small_graph
from tests.entities.small_registers import made_up
from tests.graph.flows.test_exit_classes import paid

if TYPE_CHECKING:
    from pathlib import Path

    from tests.graph.connected_graph import Connected

FIRM, ANNA = made_up("556677889"), "19" + made_up("800101123")
STATEMENT, OTHER_STATEMENT, PERMITS = "aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc"


def test_connect_saves_the_flows_with_what_is_known_and_what_was_set_aside(connected: Connected) -> None:
    at = datetime(2024, 3, 1, 8, tzinfo=UTC)
    payment = {"payer_number": FIRM, "payee_number": ANNA, "paid_at": at, "currency": "SEK", "kind": "transfer"}
    graph, world = connected(
        organisations=[{"organisation_number": FIRM, "organisation_name": "Firma AB", "legal_form": "AB"}],
        roles=[{"organisation_number": FIRM, "person_number": ANNA, "role": "owner"}],
        payments=[payment | {"payment_id": "1", "amount_ore": 500}, payment | {"payment_id": "2", "amount_ore": -500}],
    )
    facts = graph.flow_facts()
    assert facts.store.told(np.array([0]))["payee_id"].to_pylist() == [world.entity("roles", number=ANNA)]
    assert facts.exit_class.tolist() == [ExitClass.OWNERS]
    assert facts.is_public.tolist() == [False]
    assert facts.opening_ore.tolist() == [-1, -1]
    told = pq.read_table(graph.flows_folder / SET_ASIDE_FILE).to_pylist()
    assert [(row["payment_id"], row["reason"]) for row in told] == [("payments:1", "negative amount")]


def test_a_graph_without_payments_says_what_to_deliver(connected: Connected) -> None:
    graph, _ = connected(organisations=[{"organisation_number": FIRM, "organisation_name": "Firma AB"}])
    with pytest.raises(UsageError, match="No payments were delivered"):
        graph.flow_facts()


def test_broken_facts_are_told_as_a_sentence(tmp_path: Path) -> None:
    graph = _two_statements(tmp_path)
    (graph.flows_folder / "exit_class.npy").write_bytes(b"no array")
    with pytest.raises(StorageError, match="Screen the same folder again"):
        graph.flow_facts()


# --- purposes ---


def _two_statements(folder: Path) -> MoneyGraph:
    """A graph with the flows saved: one payment in each statement, both to an exchange office that the permits tell."""
    payments = [
        paid(1, "A", "X", "supplier", record_id=f"{STATEMENT}:2"),
        paid(2, "B", "X", "supplier", record_id=f"{OTHER_STATEMENT}:2"),
        paid(3, "X", "C", "supplier", record_id=f"{STATEMENT}:3"),
    ]
    permit = {
        "record_id": f"{PERMITS}:2", "permit_id": "1", "organisation_id": "X", "kind": "currency_exchange", "valid_from": day("2020-01-01"),
    }  # fmt: skip
    graph = small_graph(folder / "graph", transfers=payments, permits=[permit])
    with Engine(threads=1) as engine:
        graph.attach(engine)
        taken = transfer_flows(engine)
        write_flows(taken, graph.flows_folder)
        flow_facts(engine, taken.store).save(graph.flows_folder)
    return graph


def _file(key: str, register: str, *purposes: Purpose) -> FileIntake:
    counts = (
        "lines",
        "header_lines",
        "blank_lines",
        "loaded_lines",
        "quarantined_lines",
        "withheld_lines",
        "loaded_rows",
        "withheld_rows",
    )
    texts = ("sha256", "delivery", "payer", "legal_basis", "encoding", "separator", "decimal")
    lists = ("ignored_columns", "dropped_columns", "absent_columns", "notes")
    told: dict[str, Any] = dict.fromkeys(counts, 1) | dict.fromkeys(texts, "") | dict.fromkeys(lists, ())
    told |= {"reasons": {}, "months": {}, "filled": {"paid_at": 1} if register == "payments" else {}}
    return FileIntake(file_key=key, file_name=key, register=register, purposes=purposes, **told)


SEEN: list[tuple[int, list[int]]] = []


@dataclass(frozen=True, kw_only=True)
class Looking(Detector):
    """Looks at what it is given."""

    name = "looking"
    version = "1"
    purpose = Purpose.PAYMENT_CONTROL
    kinds = ()
    look_alikes = ()
    needs: ClassVar[dict[str, tuple[str, ...]]] = {"payments": ("paid_at",)}

    def detect(self, context: Context) -> Findings:
        """Note it down."""
        SEEN.append((len(context.flows), context.flow_facts.exit_class.tolist()))
        return nothing()


def _seen(folder: Path, graph: MoneyGraph, *files: FileIntake) -> tuple[int, list[int]]:
    intake = Intake(
        profile="own", synthetic=True, is_mapped=True, files=files, unread=(), unmatched=(), protected_persons=0
    )
    SEEN.clear()
    (folder / "out").mkdir()
    with Engine(threads=1) as engine:
        detect(engine, graph, [Looking()], intake, folder / "out", q_limit=0.05, data_to=None)
    return SEEN[0]


PAYMENT, SUPPLIER = Purpose.PAYMENT_CONTROL, Purpose.SUPPLIER_CONTROL
OFFICE, LEFT = int(ExitClass.EXCHANGE_OFFICE), int(ExitClass.LEFT_THE_DATA)


@pytest.mark.parametrize(
    ("statement", "permits", "seen"),
    [
        (PAYMENT, PAYMENT, (3, [OFFICE, OFFICE, LEFT])),
        (SUPPLIER, PAYMENT, (2, [OFFICE, LEFT])),
        (PAYMENT, SUPPLIER, (3, [0, 0, LEFT])),
    ],
)
def test_a_detector_follows_only_payments_and_facts_delivered_for_its_purpose(
    tmp_path: Path, statement: Purpose, permits: Purpose, seen: tuple[int, list[int]]
) -> None:
    files = (
        _file(STATEMENT, "payments", PAYMENT),
        _file(OTHER_STATEMENT, "payments", statement),
        _file(PERMITS, "permits", permits),
    )
    assert _seen(tmp_path, _two_statements(tmp_path), *files) == seen


def test_files_that_flows_are_not_read_from_leave_them_as_they_were_saved(tmp_path: Path) -> None:
    graph = _two_statements(tmp_path)
    np.save(graph.flows_folder / "exit_class.npy", np.array([7, 7, 7], np.uint8))  # to tell the saved from the reckoned
    files = (
        _file(STATEMENT, "payments", PAYMENT),
        _file(OTHER_STATEMENT, "payments", PAYMENT),
        _file("dddddddddddd", "invoices", SUPPLIER),
    )
    assert _seen(tmp_path, graph, *files) == (3, [7, 7, 7])
