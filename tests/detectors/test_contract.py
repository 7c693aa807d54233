"""What holds for every detector, whoever writes it."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import random
import re
import tomllib
from collections.abc import Callable
from importlib import resources
from typing import TYPE_CHECKING

import pytest

import follow_money.detectors as folder
from follow_money.detectors.catalogue import catalogue
from follow_money.detectors.contract import HEADINGS, Detector
from follow_money.detectors.findings import HitTables
from follow_money.graph.money_graph import CURRENT, DERIVED, MoneyGraph, table_names
from follow_money.model import EVIDENCE, HITS, TESTS, AmountKind, EvidenceRole, HitKind, Purpose, SubjectKind
from follow_money.registers.contract import REGISTERS
from tests.detectors.everything import everything
from tests.detectors.small_graph import screen, small_graph

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

NAMES = sorted(catalogue())
NEVER_WRITTEN = re.compile(
    r"\b(fraud\w*|suspect\w*|guilty|criminal\w*|misstänk\w*|bedräg\w*|bedragar\w*|kriminell\w*|brottsling\w*)\b",
    re.IGNORECASE,
)
"""A finding is about a payment, not about a character."""

every_detector = pytest.mark.parametrize("detector", [catalogue()[name] for name in NAMES], ids=NAMES)


def _module(detector: type[Detector]) -> ModuleType:
    module = inspect.getmodule(detector)
    assert module is not None
    return module


def _texts(detector: type[Detector]) -> list[str]:
    """Every literal text of the detector's file, its docstrings left out."""
    tree = ast.parse(inspect.getsource(_module(detector)))
    holders = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    docstrings = {id(node.body[0].value) for node in holders if node.body and isinstance(node.body[0], ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    ]


def _sql(detector: type[Detector]) -> str:
    return "\n".join(text for text in _texts(detector) if re.search(r"\b(select|from|join|where)\b", text))


@pytest.fixture(scope="module")
def rich_graph(tmp_path_factory: pytest.TempPathFactory) -> MoneyGraph:
    return small_graph(tmp_path_factory.mktemp("graph"), **everything())


@pytest.fixture(scope="module")
def shuffled_graph(tmp_path_factory: pytest.TempPathFactory) -> MoneyGraph:
    draw = random.Random(2)  # noqa: S311  # an order, no secret
    tables = everything()
    for rows in tables.values():
        draw.shuffle(rows)
    return small_graph(tmp_path_factory.mktemp("shuffled"), **tables)


def test_the_eight_detectors_of_payment_control_and_the_four_of_supplier_control_are_found() -> None:
    by_purpose = {purpose: [name for name in NAMES if catalogue()[name].purpose == purpose] for purpose in Purpose}
    assert len(by_purpose[Purpose.PAYMENT_CONTROL]) >= 8
    assert by_purpose[Purpose.SUPPLIER_CONTROL] == [
        "invoice_paid_twice",
        "split_invoices",
        "supplier_growth",
        "suppliers_sharing_number",
    ]


@every_detector
def test_detector_stands_in_a_file_of_its_name_and_is_the_only_one_there(detector: type[Detector]) -> None:
    module = _module(detector)
    assert module.__name__ == f"{folder.__name__}.{detector.name}"
    own = [
        t
        for t in vars(module).values()
        if isinstance(t, type) and issubclass(t, Detector) and t.__module__ == module.__name__
    ]
    assert own == [detector]


@every_detector
def test_detector_is_made_without_arguments_and_cannot_be_changed(detector: type[Detector]) -> None:
    made = detector()
    for field in dataclasses.fields(made):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(made, field.name, None)
    assert made == detector()


@every_detector
def test_every_parameter_is_a_keyword_with_a_default(detector: type[Detector]) -> None:
    for parameter in inspect.signature(detector).parameters.values():
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, parameter.name
        assert parameter.default is not inspect.Parameter.empty, parameter.name
        hash(parameter.default)  # a default that can change would be shared


@every_detector
def test_docstring_has_every_heading_and_documents_exactly_the_parameters(detector: type[Detector]) -> None:
    sections = detector.sections()
    assert set(sections) == {"", *HEADINGS}
    documented = re.findall(r"^(\w+): \S", sections["Parameters"], flags=re.MULTILINE)
    assert documented == [field.name for field in dataclasses.fields(detector)]


@every_detector
def test_what_it_declares_is_told_in_both_languages(detector: type[Detector]) -> None:
    assert all((detector.name, detector.version, detector.title_sv, detector.title_en, detector.why_sv))
    assert detector.title_sv != detector.title_en
    assert len(detector.look_alikes) >= 3
    assert len(set(detector.look_alikes)) == len(detector.look_alikes)
    assert all(look.sv and look.en and look.sv != look.en for look in detector.look_alikes)


@every_detector
def test_kinds_typologies_and_subject_are_of_the_model_and_the_subject_is_no_person(detector: type[Detector]) -> None:
    assert detector.kinds
    assert all(isinstance(kind, HitKind) for kind in detector.kinds)
    assert detector.typologies
    assert all(1 <= typology <= 25 for typology in detector.typologies)
    assert isinstance(detector.subject_kind, SubjectKind)
    assert "person" not in {kind.value for kind in SubjectKind}
    assert isinstance(detector.purpose, Purpose)
    assert isinstance(detector.default_on, bool)
    assert not ((detector.on_persons or detector.on_officials) and detector.default_on)


@every_detector
def test_needs_and_uses_name_registers_and_columns_of_the_contract(detector: type[Detector]) -> None:
    assert detector.needs
    for register, columns in detector.needs.items():
        assert columns, register
        assert set(columns) <= {column.name for column in REGISTERS[register].columns}
    assert set(detector.uses) <= set(REGISTERS)
    assert not set(detector.uses) & set(detector.needs)


@every_detector
def test_every_register_that_is_read_is_declared(detector: type[Detector]) -> None:
    stands_for = {"shifts": "time_reports"} | {f"current_{name}": name for name in CURRENT}
    derived = set(DERIVED) - {"shifts"}
    read = {name for name in table_names() if re.search(rf"\b(?:from|join) {name}\b", _sql(detector))} - derived
    assert {stands_for.get(name, name) for name in read} <= {*detector.needs, *detector.uses}


@every_detector
def test_no_word_that_judges_a_person_is_written(detector: type[Detector]) -> None:
    assert NEVER_WRITTEN.findall("\n".join([*_texts(detector), *detector.sections().values()])) == []


@every_detector
def test_no_protected_trait_and_no_identity_is_read(detector: type[Detector]) -> None:
    told = tomllib.loads(
        resources.files("follow_money.registers").joinpath("blocked_attributes.toml").read_text(encoding="utf-8")
    )
    blocked = {word for words in told.values() for word in words}
    restricted = {
        column.name for register in REGISTERS.values() for column in register.columns if column.restricted
    } - {"account"}
    read = set(re.findall(r"\w+", _sql(detector).lower()))
    assert read & (blocked | restricted | {"age", "legal_form", "industry_code"}) == set()


@every_detector
def test_detector_knows_no_other_detector(detector: type[Detector]) -> None:
    others = {f"{folder.__name__}.{name}" for name in NAMES if name != detector.name}
    imported: set[str] = set()
    for node in ast.walk(ast.parse(inspect.getsource(_module(detector)))):
        if isinstance(node, ast.ImportFrom) and node.module:
            imported |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
    assert imported & others == set()
    assert not any(name.startswith("duckdb") for name in imported)


@every_detector
def test_sql_is_composed_of_constants_alone_and_values_are_bound(detector: type[Detector]) -> None:
    module = _module(detector)
    tree = ast.parse(inspect.getsource(module))
    glued = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            written = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            if re.search(r"\bselect\b", written):
                holes = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
                glued += [
                    ast.unparse(hole)
                    for hole in holes
                    if not (isinstance(hole, ast.Name) and hole.id.lstrip("_").isupper())
                ]
    assert glued == []
    asked = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"query", "keep"}
    ]
    sql = [call.args[1 if getattr(call.func, "attr", "") == "keep" else 0] for call in asked]
    assert [ast.unparse(text) for text in sql if isinstance(text, ast.BinOp)] == []
    assert ".connection" not in inspect.getsource(module)


@every_detector
def test_on_a_graph_without_rows_nothing_is_found(detector: type[Detector], tmp_path: Path) -> None:
    tables = screen(detector(), MoneyGraph(tmp_path))
    _assert_well_formed(detector, tables)
    assert tables.hits.num_rows == tables.evidence.num_rows == tables.tests.num_rows == 0


Screened = Callable[[type[Detector]], HitTables]


@pytest.fixture(scope="module")
def screened(rich_graph: MoneyGraph) -> Screened:
    """A detector's tables on the rich graph, made once; every rate passes, so that its hits are seen too."""
    made: dict[type[Detector], HitTables] = {}

    def once(detector: type[Detector]) -> HitTables:
        if detector not in made:
            made[detector] = screen(detector(), rich_graph, q_limit=1.0)
        return made[detector]

    return once


@every_detector
def test_tables_are_in_their_schema_and_every_hit_has_its_rows(
    detector: type[Detector], rich_graph: MoneyGraph, screened: Screened
) -> None:
    tables = screened(detector)
    _assert_well_formed(detector, tables)
    assert tables.tests.num_rows > 0
    subjects = set(tables.hits["subject_id"].to_pylist()) | set(tables.tests["subject_id"].to_pylist())
    assert not any(subject.startswith("P-") for subject in subjects)
    known = {name: set(rich_graph.table(name, ["record_id"])["record_id"].to_pylist()) for name in REGISTERS}
    for name in CURRENT:
        known[name] |= set(rich_graph.table(f"current_{name}", ["record_id"])["record_id"].to_pylist())
    for row in tables.evidence.to_pylist():
        assert row["record_id"] in known[row["register"]]


@every_detector
def test_order_of_the_rows_does_not_matter(
    detector: type[Detector], shuffled_graph: MoneyGraph, screened: Screened
) -> None:
    _assert_same(screened(detector), screen(detector(), shuffled_graph, q_limit=1.0))


@every_detector
def test_the_same_graph_gives_the_same_tables(
    detector: type[Detector], rich_graph: MoneyGraph, screened: Screened
) -> None:
    _assert_same(screened(detector), screen(detector(), rich_graph, q_limit=1.0))


def _assert_same(one: HitTables, other: HitTables) -> None:
    for name in ("hits", "evidence", "tests"):
        for left, right in zip(getattr(one, name).to_pylist(), getattr(other, name).to_pylist(), strict=True):
            assert str(left) == str(right)  # as text: nan is nan


@every_detector
def test_a_changed_parameter_changes_the_hash(detector: type[Detector]) -> None:
    made = detector()
    for field in dataclasses.fields(made):
        value = getattr(made, field.name)
        other = (*value, 1) if isinstance(value, tuple) else not value if isinstance(value, bool) else value + 1
        assert dataclasses.replace(made, **{field.name: other}).parameters_hash() != made.parameters_hash(), field.name
    assert made.parameters_hash() == detector().parameters_hash()


def _assert_well_formed(detector: type[Detector], tables: HitTables) -> None:
    for table, schema in ((tables.hits, HITS), (tables.evidence, EVIDENCE), (tables.tests, TESTS)):
        assert table.schema == schema
        for field in schema:
            assert field.nullable or table[field.name].null_count == 0, field.name
    hit_ids = tables.hits["hit_id"].to_pylist()
    assert len(set(hit_ids)) == len(hit_ids)
    assert set(tables.evidence["hit_id"].to_pylist()) == set(hit_ids)
    assert set(tables.evidence["role"].to_pylist()) <= {role.value for role in EvidenceRole}
    standing = [(row["hit_id"], row["register"], row["record_id"], row["role"]) for row in tables.evidence.to_pylist()]
    assert len(set(standing)) == len(standing)
    for row in tables.hits.to_pylist():
        assert row["kind"] in {kind.value for kind in detector.kinds}
        assert row["subject_kind"] == detector.subject_kind.value
        assert row["parameters_hash"] == detector().parameters_hash()
        assert row["amount_kind"] in {kind.value for kind in AmountKind}
        assert 0 <= row["amount_low_ore"] <= row["amount_likely_ore"] <= row["amount_high_ore"]
        assert len(row["look_alikes"]) >= 3
        assert row["reason_sv"] != row["reason_en"]
        assert not re.search(r"\bnan\b|None", row["reason_sv"] + row["reason_en"])
        assert not re.search(r"\d[.,]0 ", row["reason_sv"] + row["reason_en"])  # a count is written whole
        assert NEVER_WRITTEN.search(row["reason_sv"] + row["reason_en"]) is None
        if row["kind"] == HitKind.RATE.value:
            assert row["p_value"] is not None
            assert row["q_value"] is not None
            assert row["expected"] is not None
        if row["kind"] == HitKind.CONTRADICTION.value:
            assert row["p_value"] is None
            assert row["link_probability"] == 1.0
    for row in tables.tests.to_pylist():
        assert row["null_model"].startswith((detector.null.value, "fact", "path")), row["null_model"]
        assert row["not_evaluable"] is None or row["p_value"] is None
