from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from benchmarks.faults import FAMILIES, MAPPING, judge, write_faulty
from follow_money.errors import FollowMoneyError, QuarantineLimitError
from tests.registers.delivered_folder import Folder, Loaded

Load = Callable[..., Loaded]
HEADER = "Id;Datum;Mottagare;Belopp\n"


def line(id_: str, name: str = "A", amount: str = "1,50") -> str:
    return f"{id_};2024-01-02;{name};{amount}\n"


def test_an_unclosed_quote_swallows_no_good_line(payments: Load) -> None:
    loaded = payments(HEADER + line("1") + line("2", '"B') + line("3") + line("4"))
    assert loaded.reasons() == {3: "unclosed_quote"}
    assert loaded.column("payments", "payment_id") == ["1", "3", "4"]


def test_a_quote_closed_400_lines_later_swallows_no_good_line(payments: Load) -> None:
    between = "".join(line(f"m{i}") for i in range(400))
    loaded = payments(HEADER + line("1", '"B') + between + line("2", 'C"') + line("3"))
    assert loaded.reasons() == {2: "unclosed_quote"}
    assert len(loaded.column("payments", "payment_id")) == 402


def test_a_value_over_several_lines_is_one_row(payments: Load) -> None:
    loaded = payments(HEADER + '1;2024-01-02;"Storgatan 1\n\n123 45 ""Orten""";1,50\n' + line("2"))
    assert loaded.column("payments", "payee_name") == ['Storgatan 1\n\n123 45 "Orten"', "A"]
    assert [row["record_id"].split(":")[1] for row in loaded.rows("payments")] == ["2", "5"]
    file = loaded.intake.files[0]
    assert (file.loaded_lines, file.loaded_rows, file.blank_lines) == (4, 2, 0)


@pytest.mark.parametrize(("following", "is_joined"), [(20, True), (21, False)])
def test_a_value_spans_at_most_twenty_following_lines(payments: Load, following: int, *, is_joined: bool) -> None:
    loaded = payments(HEADER + '1;2024-01-02;"x' + "\ny" * following + '";1,50\n' + line("2"))
    assert loaded.column("payments", "payment_id") == (["1", "2"] if is_joined else ["2"])


def test_a_join_whose_row_cannot_be_typed_is_taken_back(payments: Load) -> None:
    loaded = payments(HEADER + '1;2024-13-45;"x\ny";1,50\n' + '2;2024-01-02;"x\nz";1,50\n')
    assert loaded.column("payments", "payment_id") == ["2"]
    assert loaded.reasons() == {2: "unclosed_quote", 3: "unclosed_quote"}


def test_a_line_that_looks_like_a_record_is_never_the_rest_of_another(payments: Load) -> None:
    loaded = payments(HEADER + '1;2024-01-02;"x;1,50\n2;2024-01-02;y";1,50\n')
    assert 2 in loaded.reasons()
    assert "1" not in loaded.column("payments", "payment_id")


def test_a_quote_inside_a_value_is_a_character(payments: Load) -> None:
    loaded = payments(HEADER + line("1", 'Rör 5" AB') + line("2", 'Rör 5" och 6" AB'))
    assert loaded.column("payments", "payee_name") == ['Rör 5" AB', 'Rör 5" och 6" AB']


def test_separators_and_doubled_quotes_within_quotes_are_text(payments: Load) -> None:
    loaded = payments(HEADER + line("1", '"A; ""B"""') + line("2", '""') + line("3", '"C"'))
    assert loaded.column("payments", "payee_name") == ['A; "B"', None, "C"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("1;2024-01-02;A\0B;1,50\n", "nul"),
        ("1;2024-01-02;A\x07B;1,50\n", "control_character"),
        ("1;2024-01-02;A\rB;1,50\n", "control_character"),
        ("1;2024-01-02;A\n", "too_few_columns"),
        ("1;2024-01-02;A;1,50;x\n", "too_many_columns"),
        ("1;2024-02-30;A;1,50\n", "date"),
        ("1;2024-01-02;A;1.234.56,7\n", "amount"),
        ("1;2024-01-02;A;12,34,56\n", "amount"),
        ("1;2024-01-02;A;tolv\n", "amount"),
        ("1;2024-01-02;A;1,505\n", "amount_precision"),
        ("1;2024-01-02;A;99999999999999,00\n", "amount_range"),
        ("1;;A;1,50\n", "missing_value"),
        (";2024-01-02;A;1,50\n", "missing_value"),
        ('1;2024-01-02;"A" B;1,50\n', "bad_quotes"),
        (HEADER, "repeated_header"),
    ],
)
def test_a_faulty_line_is_quarantined_alone_with_its_reason(payments: Load, bad: str, reason: str) -> None:
    loaded = payments(HEADER + line("a", amount="2,50") + bad + line("b"))
    assert loaded.reasons() == {3: reason}
    assert loaded.quarantine()[0]["raw"].decode() == bad.rstrip("\n")
    assert loaded.column("payments", "payment_id") == ["a", "b"]


def test_the_detail_names_the_column_and_never_the_value(payments: Load) -> None:
    loaded = payments(HEADER + line("a") + line("b", amount="hemligt"))
    assert loaded.quarantine()[0]["detail"] == "amount_ore (Belopp)"


def test_a_last_line_that_is_cut_off_is_quarantined_and_the_rest_loads(payments: Load) -> None:
    loaded = payments(HEADER + line("1") + "2;2024-01-02;A")
    assert loaded.reasons() == {3: "cut_off"}
    assert loaded.column("payments", "payment_id") == ["1"]


def test_a_last_value_that_is_cut_off_and_cannot_be_typed_is_quarantined(payments: Load) -> None:
    loaded = payments("Id;Mottagare;Belopp;Datum\n1;A;1,50;2024-01-02\n2;A;1,50;2024-0")
    assert loaded.reasons() == {3: "date"}


def test_a_file_without_a_last_line_ending_loads_with_a_note(payments: Load) -> None:
    loaded = payments((HEADER + line("1") + line("2")).rstrip("\n"))
    assert loaded.column("payments", "payment_id") == ["1", "2"]
    assert any("no line ending" in note for note in loaded.intake.files[0].notes)


def test_half_a_character_at_the_end_of_a_utf16_file_is_quarantined(payments: Load) -> None:
    content = (HEADER + line("1") + line("2")).encode("utf-16")[:-3]
    assert payments(content).column("payments", "payment_id") == ["1"]


def test_more_in_quarantine_than_allowed_stops_and_the_quarantine_stays(folder: Folder) -> None:
    folder.map_payments()
    folder.put("p.csv", HEADER + line("1") * 97 + line("x", amount="?") * 3)
    folder.put("q.csv", HEADER + line("2") * 1000)
    with pytest.raises(QuarantineLimitError, match=r"p\.csv: 3 of 100 lines \(amount 3\).*--max-quarantine"):
        folder.load(max_quarantine=0.02)
    assert pq.read_table(folder.out / "quarantine.parquet").num_rows == 3


def test_exactly_the_allowed_share_in_quarantine_passes(folder: Folder) -> None:
    folder.map_payments()
    folder.put("p.csv", HEADER + line("1") * 98 + line("x", amount="?") * 2)
    assert folder.load(max_quarantine=0.02).intake.counts["quarantined_lines"] == 2


def test_every_planted_fault_is_found_and_no_good_line_lost(folder: Folder) -> None:
    truth = write_faulty(folder.path / "payments.csv", rows=20_000, faults=600, seed=3)
    folder.put("mapping.toml", MAPPING)
    loaded = folder.load(max_quarantine=0.05)
    verdict = judge(truth, loaded.records("payments"), pq.read_table(loaded.out / "quarantine.parquet"))
    assert (verdict.lost, verdict.wrong, verdict.missed, verdict.doubled, verdict.unaccounted) == (0, 0, 0, 0, 0)
    assert verdict.families == len(FAMILIES) + 3


PIECES = st.sampled_from(
    [
        "1",
        "ä",
        ";",
        ";",
        '"',
        '""',
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\0",
        "\t",
        " ",
        "2024-01-02",
        "1,50",
        "x",
        ",",
        "\ufeff",
        "\x1a",
        "\u2028",
    ]
)
GOOD = st.sampled_from([line("1"), line("2", '"B; C"'), line("3", "Å"), line("4", '"two\nlines"')])
TEXTS = st.lists(st.one_of(GOOD, st.lists(PIECES, max_size=8).map("".join)), max_size=12).map("".join)


@given(
    content=st.one_of(
        TEXTS.map(lambda text: (HEADER + text).encode()),
        TEXTS.map(lambda text: (HEADER + text).encode("utf-16")),
        TEXTS.map(lambda text: (HEADER + text).encode("latin-1", errors="replace")),
        st.tuples(TEXTS, st.binary(max_size=40)).map(lambda both: (HEADER + both[0]).encode() + both[1]),
        st.binary(max_size=60),
    )
)
@example((HEADER + '1;2024-01-02;"x\n').encode())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_line_of_any_text_is_accounted_for(content: bytes) -> None:
    with TemporaryDirectory() as name:
        folder = Folder(Path(name) / "in", Path(name) / "out")
        folder.path.mkdir()
        folder.map_payments('separator = ";"\ndecimal = ","')
        folder.put("p.csv", content)
        try:
            loaded = folder.load()
        except FollowMoneyError:
            return
        file = loaded.intake.files[0]
        quarantined = sum(row["lines"] for row in loaded.quarantine())
        assert file.header_lines + file.blank_lines + file.loaded_lines + quarantined == file.lines
        numbers = [int(record.split(":")[1]) for record in loaded.column("payments", "record_id")]
        assert numbers == sorted(set(numbers))
        assert not set(numbers) & loaded.reasons().keys()


@given(TEXTS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_lines_that_are_whole_by_themselves_are_loaded(text: str) -> None:
    """A line that csv.reader reads strictly as four columns, with a day and an amount, is in the records, quotes
    around or not.
    """
    content = HEADER + text
    # What ends a line is known from the whole file, as documented: LF unless there are more bare CR.
    if content.replace("\r\n", "").count("\r") > content.count("\n"):
        return
    with TemporaryDirectory() as name:
        folder = Folder(Path(name) / "in", Path(name) / "out")
        folder.path.mkdir()
        folder.map_payments('encoding = "utf-8"\nseparator = ";"\ndecimal = ","')
        folder.put("p.csv", content)
        numbers = {int(record.split(":")[1]) for record in folder.load().column("payments", "record_id")}
    expected = [number for number, each in enumerate(content.split("\n"), start=1) if number > 1 and _is_whole(each)]
    assert set(expected) <= numbers


def _is_whole(text: str) -> bool:
    text = text.removesuffix("\r")
    if any(character in text for character in "\r\0\x1a"):
        return False
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    except csv.Error:
        return False
    if len(rows) != 1 or len(rows[0]) != 4:
        return False
    id_, day, _, amount = (value.strip() for value in rows[0])
    return bool(id_) and day == "2024-01-02" and amount == "1,50"
