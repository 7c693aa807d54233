"""The trail of a packet: drawn where a hit rests on one, with the names that the recipient may be told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from follow_money.graph.flows.exit_classes import ExitClass
from follow_money.graph.flows.trace import trace
from follow_money.graph.flows.trail import Trail
from follow_money.referral import find_authority, verify_packet, write_packet
from follow_money.referral.packet import packet_files
from follow_money.triage.case_file import CaseFile, Named
from tests.graph.flows.letter_flows import flows
from tests.referral.letter_case import CREATED, NAMES, letter_case
from tests.referral.reading import dense, pages

if TYPE_CHECKING:
    from pathlib import Path

FK = find_authority("forsakringskassan")
DAY = 86_400


@pytest.fixture(scope="module")
def case() -> CaseFile:
    """F pays A, A pays C, who pays D (no role that may be named) and the owner E; D withdraws what D got."""
    store = flows(
        f"{DAY} e-f e-a 1000000",
        f"{2 * DAY} e-a e-c 1000000",
        f"{3 * DAY} e-c e-d 500000",
        f"{4 * DAY} e-c e-e 400000",
        f"{5 * DAY} e-d e-x 500000",
    )
    stops = np.array([0, 0, 0, ExitClass.OWNERS, ExitClass.CASH], dtype=np.uint8)
    payer = Named(entity_id="e-f", kind="organisation", name="Försäkringskassan", number="O-9")
    trail: Trail = trace(store, [0], stops=stops)
    return letter_case(trails={"RETURN": trail}, names={**NAMES, "e-f": payer})


def files(case: CaseFile, language: str = "sv") -> dict[str, bytes]:
    return packet_files(case, FK, language=language, created=CREATED, author="Enhet X")


@pytest.mark.parametrize(
    ("language", "heading", "end"), [("sv", "Penningspår", "kontanter"), ("en", "Money trail", "cash")]
)
def test_a_hit_that_rests_on_a_trail_brings_it_into_the_packet(
    case: CaseFile, language: str, heading: str, end: str
) -> None:
    told = files(case, language)
    listed = [file["name"] for file in json.loads(told["manifest.json"])["files"]]
    assert "penningspar.svg" in listed
    assert end in told["penningspar.svg"].decode()
    assert any(dense(heading) in dense(page) for page in pages(told["anmalan.pdf"]))


def test_organisations_are_named_and_persons_by_the_rules_of_the_packet(case: CaseFile) -> None:
    drawn = files(case)["penningspar.svg"].decode()
    for name in (">A<", ">C<", ">Försäkringskassan"):
        assert name in drawn
    assert ">D<" not in drawn
    assert "person (namn" in drawn
    assert not [entity_id for entity_id in ("e-a", "e-c", "e-d", "e-f") if entity_id in drawn]


def test_the_packet_with_a_trail_is_whole_and_the_same_every_time(case: CaseFile, tmp_path: Path) -> None:
    packet = write_packet(case, FK, tmp_path, created=CREATED, author="Enhet X")
    assert verify_packet(packet).is_whole
    assert (packet / "penningspar.svg").read_bytes() == files(case)["penningspar.svg"]


def test_a_case_without_a_trail_has_no_such_picture() -> None:
    told = files(letter_case())
    assert "penningspar.svg" not in told
    assert not any(dense("Penningspår") in dense(page) for page in pages(told["anmalan.pdf"]))


def test_a_trail_whose_rows_the_recipient_does_not_get_is_not_drawn(case: CaseFile) -> None:
    registers = {name: allowed for name, allowed in FK.registers.items() if name != "payments"}
    narrow = replace(FK, registers=registers)
    told = packet_files(case, narrow, language="sv", created=CREATED, author="Enhet X")
    assert "penningspar.svg" not in told
