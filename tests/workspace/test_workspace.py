from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from follow_money import Settings, open_workspace
from follow_money.errors import StorageError, UsageError
from follow_money.log import broken_line, read
from follow_money.referral.verify import verify_packet
from follow_money.stages import STAGES
from tests.whole_flow import Screened, command, digests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


class Told:
    """Remembers which stages were done and which had been done before."""

    def __init__(self) -> None:
        self.how: dict[str, str] = {}

    def __call__(self, stage: str, what: str, done: int, of: int) -> None:
        assert 0 <= done <= of
        if what.startswith("done"):
            self.how[stage] = what


def test_exports_become_a_queue_a_packet_and_a_verified_packet(screened: Screened, tmp_path: Path) -> None:
    workspace = screened.copy(tmp_path / "workspace")
    run = workspace.run()
    assert run.run_id == screened.run.run_id
    assert len(run.cases) >= 3
    case = next(case for case in run.cases.to_pylist() if "assistance" in case["programmes"])
    packet = workspace.refer(str(case["rank"]), "forsakringskassan")
    assert packet.parent == workspace.folder / "packets"
    assert verify_packet(packet).is_whole
    events = [entry["event"] for entry in read(workspace.folder / "audit.jsonl")]
    assert events == ["screen", "refer"]
    assert broken_line(workspace.folder / "audit.jsonl") is None


def test_what_is_planted_stands_in_the_queue(screened: Screened) -> None:
    told = (screened.exports.parent / "truth" / "schemes.csv").read_text(encoding="utf-8").splitlines()
    planted = {row["organisation_number"] for row in csv.DictReader(told, delimiter=";") if row["role"] == "provider"}
    names = screened.run.names()
    queued = {names[entity].number for row in screened.run.cases["organisation_ids"].to_pylist() for entity in row}
    assert planted
    assert planted <= {str(number)[-10:] for number in queued}


def test_a_second_screening_of_the_same_folder_redoes_nothing(screened: Screened, tmp_path: Path) -> None:
    workspace = screened.copy(tmp_path / "workspace")
    before, told = digests(workspace.folder / "runs"), Told()
    run = workspace.screen(screened.exports, Settings(), on_progress=told)
    assert run is not None
    assert told.how == dict.fromkeys(STAGES, "done before")
    assert digests(workspace.folder / "runs") == before


def test_another_size_of_case_redoes_all_but_load_and_resolve(screened: Screened, tmp_path: Path) -> None:
    workspace = screened.copy(tmp_path / "workspace")
    told = Told()
    run = workspace.screen(screened.exports, Settings(case_size=2), on_progress=told, until="connect")
    assert run is None
    assert told.how == {"load": "done before", "resolve": "done before", "connect": "done"}


@pytest.mark.parametrize("stage", STAGES[:-1])
def test_until_stops_after_the_stage(ledger: Path, tmp_path: Path, stage: str) -> None:
    workspace = open_workspace(tmp_path / "workspace", synthetic=True)
    told = Told()
    assert workspace.screen(ledger, Settings(), until=stage, on_progress=told) is None
    assert tuple(told.how) == STAGES[: STAGES.index(stage) + 1]
    with pytest.raises(UsageError, match="no finished run"):
        workspace.run()


def test_a_municipal_committee_reads_neither_statements_nor_the_states_programmes(
    exports: Path, tmp_path: Path
) -> None:
    workspace = open_workspace(tmp_path / "workspace", synthetic=True)
    run = workspace.screen(exports, Settings(profile="municipal_committee"))
    assert run is not None
    assert not run.graph.has("payments")
    assert set(run.graph.table("decisions")["programme"].to_pylist()) <= {"home_care"}
    assert "the profile municipal_committee does not hold the register payments" in run.not_evaluable["salary_return"]
    assert {programme for told in run.cases["programmes"].to_pylist() for programme in told} == {"home_care"}


def test_forsakringskassan_reads_assistance_alone(exports: Path, tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "workspace", synthetic=True)
    run = workspace.screen(exports, Settings(profile="forsakringskassan"))
    assert run is not None
    assert not run.graph.has("payments")
    assert not run.graph.has("staff_ledgers")
    assert {programme for told in run.cases["programmes"].to_pylist() for programme in told} == {"assistance"}
    assert set(run.not_evaluable) > {"salary_return", "collecting_account"}


def test_a_decision_is_kept_with_who_when_and_why(screened: Screened, tmp_path: Path) -> None:
    workspace = screened.copy(tmp_path / "workspace")
    workspace.decide("1", "investigate", "three registers agree")
    workspace.decide("2", "close", "the permit was found")
    told = workspace.decisions()
    assert [(decision.outcome, decision.reason) for decision in told] == [
        ("investigate", "three registers agree"),
        ("close", "the permit was found"),
    ]
    assert told[0].case_id == screened.run.cases["case_id"][0].as_py()
    assert all(decision.user and decision.decided_at for decision in told)


def test_a_workspace_is_for_made_up_or_for_real_data_and_never_both(tmp_path: Path) -> None:
    open_workspace(tmp_path / "made-up", synthetic=True)
    open_workspace(tmp_path / "real")
    with pytest.raises(UsageError, match="never share a workspace"):
        open_workspace(tmp_path / "made-up", synthetic=False)
    with pytest.raises(UsageError, match="never share a workspace"):
        open_workspace(tmp_path / "real", synthetic=True)
    assert open_workspace(tmp_path / "made-up").is_synthetic
    assert not open_workspace(tmp_path / "real").is_synthetic


def test_real_workspaces_make_other_entity_ids_of_the_same_records(tmp_path: Path, ledger: Path) -> None:
    ids = []
    for name in ("one", "two"):
        workspace = open_workspace(tmp_path / name)
        workspace.screen(ledger, Settings(), until="resolve")
        [path] = workspace.restricted.glob("entities-*/entities.parquet")
        ids.append(set(pq.read_table(path)["entity_id"].to_pylist()))
    assert ids[0]
    assert not ids[0] & ids[1]


def test_a_lost_entity_key_is_told_and_never_replaced(tmp_path: Path, ledger: Path) -> None:
    workspace = open_workspace(tmp_path / "workspace")
    workspace.screen(ledger, Settings(), until="resolve")
    (workspace.restricted / "entity.key").unlink()
    with pytest.raises(StorageError, match="Restore it from a copy"):
        open_workspace(tmp_path / "workspace")


@pytest.mark.parametrize(
    ("mark", "sentence"),
    [
        ('{"format": 3, "synthetic": true}', "has format 3; this version reads 2"),
        ('{"format": 2}', "is damaged"),
        ("{", "is damaged"),
        ("[]", "is damaged"),
    ],
)
def test_another_format_or_a_damaged_mark_is_refused(tmp_path: Path, mark: str, sentence: str) -> None:
    open_workspace(tmp_path / "workspace")
    (tmp_path / "workspace" / "workspace.json").write_text(mark, encoding="utf-8")
    with pytest.raises(UsageError, match=sentence):
        open_workspace(tmp_path / "workspace")


def test_a_folder_with_other_things_is_no_workspace_and_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is no workspace"):
        open_workspace(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_workspace_whose_making_was_cut_off_is_finished(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "workspace.lock").touch()
    (folder / "workspace.json.partial-00000000").write_text("{", encoding="utf-8")
    assert open_workspace(folder, synthetic=True).is_synthetic
    (folder / "restricted" / "entity.key").unlink()
    open_workspace(folder)
    assert len((folder / "restricted" / "entity.key").read_bytes()) == 32


def test_only_the_owner_may_look_into_the_restricted_folder(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "workspace")
    assert workspace.restricted.stat().st_mode & 0o077 == 0
    assert (workspace.restricted / "entity.key").stat().st_mode & 0o077 == 0


def test_an_entity_is_found_by_a_part_of_its_name_and_by_its_number(screened: Screened) -> None:
    organisation = screened.run.cases["organisation_id"][0].as_py()
    named = screened.run.names(pa.array([organisation]))[organisation]
    assert named.number is not None
    for text in (named.name[:8].upper(), named.number, f"{named.number[-10:-4]}-{named.number[-4:]}"):
        assert organisation in screened.run.find(text)["entity_id"].to_pylist()
    assert len(screened.run.find("nobody is called so")) == 0
    names = pq.read_table(screened.run.entities / "mentions.parquet", columns=["entity_id", "name"]).to_pylist()
    accented = next(row for row in names if row["name"] and "ö" in row["name"][1:])
    for text in (
        accented["name"].replace("ö", "o"),
        accented["name"].upper(),
        accented["name"].replace("ö", "o\u0308"),
    ):
        found = screened.run.find(text, limit=1000)["entity_id"].to_pylist()
        assert accented["entity_id"] in found
    assert len(screened.run.find("(.*")) == 0
    turned = " ".join(reversed(named.name.split()))
    assert screened.run.find(turned, limit=1000)["entity_id"].to_pylist().count(organisation) == 1
    assert (
        screened.run.find(f"SE{named.number[-10:]}01")["entity_id"].to_pylist()
        == screened.run.find(named.number)["entity_id"].to_pylist()
    )


def test_that_somebody_searched_is_logged_but_not_for_what(screened: Screened, tmp_path: Path) -> None:
    workspace = screened.copy(tmp_path / "workspace")
    workspace.find("Assistans")
    text = (workspace.folder / "audit.jsonl").read_text(encoding="utf-8")
    assert "find" in text
    assert "Assistans" not in text


def test_a_case_as_a_graph_holds_its_parties_links_and_payments(screened: Screened) -> None:
    hits = screened.run.hits
    flow = hits.filter(pc.equal(hits["detector"], "salary_return"))["hit_id"][0].as_py()
    belongs = pq.read_table(screened.run.folder / "triage" / "case_hits.parquet")
    case_id = belongs.filter(pc.equal(belongs["hit_id"], flow))["case_id"][0].as_py()
    graph = screened.run.case_graph(case_id)
    parties = {p["entity_id"] for row in screened.run.case_hits(case_id)["parties"].to_pylist() for p in row}
    assert parties
    assert parties <= set(graph)
    evidence = screened.run.case_evidence(case_id)
    paid = pc.unique(evidence.filter(pc.equal(evidence["register"], "payments"))["record_id"])
    transfers = screened.run.graph.table("transfers")
    amounts = transfers.filter(pc.is_in(transfers["record_id"], paid))["amount_ore"]
    assert (
        sum(d["amount_ore"] for _, _, d in graph.edges(data=True) if d["kind"] == "payments") == pc.sum(amounts).as_py()
    )
    assert any(data["kind"] not in {"payments", "holds_account"} for _, _, data in graph.edges(data=True))


def test_a_case_reads_as_sentences_with_what_speaks_against(screened: Screened) -> None:
    case = screened.run.case("1")
    told = case.sentences()
    assert case.case_id == screened.run.cases["case_id"][0].as_py()
    assert len(case.findings) == screened.run.cases["hits"][0].as_py()
    assert any(line.strip().startswith("Att utesluta") for line in told)
    english = screened.run.case("1", language="en")
    assert any(line.strip().startswith("To rule out") for line in english.sentences())
    for finding in case.findings:
        assert finding.reason.split(",")[0] in case._repr_html_()


def test_a_run_shows_itself_on_entity_ids_alone(screened: Screened) -> None:
    shown = screened.run._repr_html_()
    organisation = screened.run.cases["organisation_id"][0].as_py()
    assert organisation in shown
    assert screened.run.names(pa.array([organisation]))[organisation].name not in shown


# --- no name and no number outside restricted/ and packets/ ---


def _cells(folder: Path, file: str, column: str) -> set[str]:
    raw = (folder / file).read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    separator = "\t" if "\t" in text.splitlines()[0] else ";"
    return {row[column] for row in csv.DictReader(text.splitlines(), delimiter=separator) if row[column]}


@pytest.fixture(scope="module")
def identifying(exports: Path) -> Mapping[str, set[str]]:
    names = _cells(exports, "folkbokforing.csv", "Namn")
    names |= _cells(exports, "bolagsverket_organisationer.csv", "organisationsnamn")
    names |= _cells(exports, "foreningsregister_kommunen.csv", "Förening")
    numbers = _cells(exports, "folkbokforing.csv", "Personnummer")
    numbers |= _cells(exports, "bolagsverket_organisationer.csv", "organisationsidentitet")
    numbers |= _cells(exports, "foreningsregister_kommunen.csv", "Orgnr")
    accounts = _cells(exports, "kontoregister.csv", "Konto")
    phones = _cells(exports, "folkbokforing.csv", "Telefon")
    streets = _cells(exports, "folkbokforing.csv", "Utdelningsadress")
    payers = {"Försäkringskassan", "Arbetsförmedlingen"}  # authorities that our own texts name
    digits = {re.sub(r"\D", "", text)[-10:] for text in numbers}
    digits |= {re.sub(r"\D", "", text.split(":")[1]) for text in accounts}
    return {
        "digits": {text for text in digits if len(text) >= 7},
        "texts": {text for text in names | streets | phones if len(text) >= 5} - payers,
    }


def _strings(value: Any) -> Iterator[str]:  # a cell of any type
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _told(path: Path) -> set[str]:
    """Every distinct text of a file, tables decoded."""
    if path.suffix == ".npy":  # numbers and flags alone, which the type says: a text could hold a name
        assert np.load(path, mmap_mode="r", allow_pickle=False).dtype.kind in "iub", path
        return set()
    if path.suffix not in {".parquet", ".arrow"}:
        return set(path.read_bytes().decode("utf-8").splitlines())
    table = pa.ipc.open_file(path).read_all() if path.suffix == ".arrow" else pq.read_table(path)
    found = {str(table.schema.metadata), path.name}
    for column in table.columns:
        kind = column.type
        if pa.types.is_string(kind):
            found |= {text for text in pc.unique(column).to_pylist() if text is not None}
        elif pa.types.is_nested(kind):
            found |= {text for value in column.to_pylist() for text in _strings(value)}
    return found


_RECORD_ID = re.compile(r"[0-9a-f]{12}:\d+")


def _leaks(texts: set[str], identifying: Mapping[str, set[str]]) -> list[str]:
    told = [text for text in texts if not _RECORD_ID.fullmatch(text)]
    found = []
    for text in told:
        compact = re.sub(r"(?<=\d)[-+ ](?=\d)", "", text)
        runs = re.findall(r"\d{7,}", compact)
        found += [run for run in runs if run in identifying["digits"] or run[-10:] in identifying["digits"]]
    joined = "\n".join(sorted(told))
    return found + [name for name in identifying["texts"] if name in joined]


def test_the_search_for_leaks_finds_names_and_numbers_in_the_restricted_folder(
    screened: Screened, identifying: Mapping[str, set[str]]
) -> None:
    leaks = _leaks(_told(screened.run.entities / "entities.parquet"), identifying)
    assert len(leaks) > 3000


def test_no_name_and_no_number_outside_the_restricted_folder_and_the_packets(
    screened: Screened, identifying: Mapping[str, set[str]], tmp_path: Path
) -> None:
    workspace = screened.copy(tmp_path / "workspace")
    workspace.decide("1", "investigate", "three registers agree")
    workspace.refer("1", "forsakringskassan")
    looked = 0
    for path in sorted(workspace.folder.rglob("*")):
        inside = path.relative_to(workspace.folder).parts
        assert not _leaks(set(inside), identifying), path
        if path.is_file() and inside[0] not in {"restricted", "packets"}:
            leaks = _leaks(_told(path), identifying)
            assert not leaks, f"{'/'.join(inside)} holds {len(leaks)} names or numbers"
            looked += 1
    assert looked > 30


def test_errors_and_the_log_hold_no_name_and_no_number(
    exports: Path, identifying: Mapping[str, set[str]], tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    rows = (exports / "folkbokforing.csv").read_bytes().splitlines()
    (broken / "folkbokforing.csv").write_bytes(
        b"\n".join([rows[0], *(row + b";one cell too many" for row in rows[1:200])])
    )
    mapping = tmp_path / "mapping.toml"
    [delivery] = [
        part
        for part in (exports / "mapping.toml").read_text(encoding="utf-8").split("[[delivery]]")
        if "folkbokforing.csv" in part
    ]
    mapping.write_text(f"format = 1\n[[delivery]]{delivery}", encoding="utf-8")
    told = command("screen", broken, "-w", tmp_path / "workspace", "--mapping", mapping, "--real")
    assert told.code == 3, told.err
    log = (tmp_path / "workspace" / "audit.jsonl").read_text(encoding="utf-8")
    assert json.loads(log)["event"] == "screen"
    assert not _leaks({*told.out.splitlines(), *told.err.splitlines(), *log.splitlines()}, identifying)
    [refused] = (tmp_path / "workspace" / "restricted").glob("refused-load-*/quarantine.parquet")
    assert refused.name in told.err
    assert len(pq.read_table(refused)) > 100
