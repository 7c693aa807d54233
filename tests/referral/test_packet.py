from __future__ import annotations

import io
import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pypdf
import pytest

from follow_money.errors import InputError, StorageError, UsageError
from follow_money.model import HITS
from follow_money.referral import find_authority, verify_packet, write_packet
from follow_money.referral.manifest import toolkit_version
from follow_money.referral.packet import packet_files
from tests.referral.letter_case import CREATED, HIT_ROWS, letter_case
from tests.referral.reading import dense, pages

GOLDEN = Path(__file__).parent / "golden"
FK = find_authority("forsakringskassan")


@pytest.fixture(scope="module")
def swedish() -> dict[str, bytes]:
    return packet_files(letter_case(), FK, language="sv", created=CREATED, author="Enhet X")


@pytest.fixture(scope="module")
def english() -> dict[str, bytes]:
    return packet_files(letter_case(), FK, language="en", created=CREATED, author="Unit X")


def assert_golden(name: str, text: str) -> None:
    """Compare with the file kept; WRITE_GOLDEN=1 writes it anew, to be read before it is committed."""
    path = GOLDEN / name
    if os.environ.get("WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    with path.open(encoding="utf-8", newline="") as kept:
        assert text == kept.read()


def test_document_reads_as_its_golden_text(swedish: dict[str, bytes]) -> None:
    text = "\n\n".join(pages(swedish["anmalan.pdf"])) + "\n"
    assert_golden("anmalan.txt", text.replace(f"follow_money {toolkit_version()},", "follow_money VERSION,"))


@pytest.mark.parametrize("name", ["bevis.csv", "bevis.json", "talar-emot.json", "tidslinje.svg"])
def test_data_files_are_their_golden_files(swedish: dict[str, bytes], name: str) -> None:
    assert_golden(name, swedish[name].decode("utf-8"))


def test_manifest_is_its_golden_file_but_for_version_and_document(swedish: dict[str, bytes]) -> None:
    told = json.loads(swedish["manifest.json"])
    told["toolkit_version"] = "VERSION"
    assert told["files"][0]["name"] == "anmalan.pdf"
    told["files"][0] |= {"bytes": 0, "sha256": "of the document"}
    assert_golden("manifest.json", json.dumps(told, ensure_ascii=False, indent=2) + "\n")


def test_same_case_gives_the_same_bytes(swedish: dict[str, bytes]) -> None:
    again = packet_files(letter_case(), FK, language="sv", created=CREATED, author="Enhet X")
    assert again == swedish


@pytest.mark.parametrize(
    ("language", "mark", "made_up"),
    [("sv", "UTKAST – EJ GODKÄNT", "SYNTETISKA UPPGIFTER"), ("en", "DRAFT – NOT APPROVED", "SYNTHETIC DATA")],
)
def test_every_page_says_draft_in_head_foot_and_watermark(
    swedish: dict[str, bytes], english: dict[str, bytes], language: str, mark: str, made_up: str
) -> None:
    told = pages({"sv": swedish, "en": english}[language]["anmalan.pdf"])
    assert len(told) > 2
    assert all(dense(page).count(dense(mark)) >= 3 for page in told)
    assert all(made_up in page for page in told)


def test_every_page_has_case_and_number(swedish: dict[str, bytes]) -> None:
    told = pages(swedish["anmalan.pdf"])
    assert all("Ärende C-1" in page and f"Sida {at} av {len(told)}" in page for at, page in enumerate(told, start=1))


def test_real_data_are_not_called_synthetic() -> None:
    files = packet_files(letter_case(is_synthetic=False), FK, language="sv", created=CREATED, author="X")
    assert not any("SYNTETISKA" in page or "påhittade" in page for page in pages(files["anmalan.pdf"]))
    assert json.loads(files["manifest.json"])["is_synthetic"] is False


def test_document_is_archivable_and_tagged_with_every_font_inside(swedish: dict[str, bytes]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(swedish["anmalan.pdf"]))
    root: Any = reader.root_object
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert bool(root["/MarkInfo"]["/Marked"])
    resources: list[Any] = [page["/Resources"] for page in reader.pages]
    fonts = [font.get_object() for told in resources for font in told["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_what_speaks_against_stands_beside_each_hit(swedish: dict[str, bytes]) -> None:
    told = json.loads(swedish["talar-emot.json"])
    assert [hit["hit_id"] for hit in told["hits"]] == ["HOSPITAL", "OVERLAP", "RETURN", "PAYROLL"]
    text = dense(" ".join(pages(swedish["anmalan.pdf"])))
    for hit in HIT_ROWS[:4]:
        for sentence in [*hit["counter_evidence"], *hit["look_alikes"]]:
            assert dense(sentence["sv"]) in text
    assert told["hits"][1]["rows_against"][0]["record_id"].endswith(":7")
    assert all(look["answer"] is None for hit in told["hits"] for look in hit["look_alikes_not_ruled_out"])
    assert dense("Den som behöver vård eller stöd kan själv vara utsatt.") in text


def test_what_was_not_checked_is_told(swedish: dict[str, bytes]) -> None:
    assert json.loads(swedish["talar-emot.json"])["not_evaluable"] == {"permit_missing": "registret tillstånd saknas"}
    assert dense("registret tillstånd saknas") in dense(" ".join(pages(swedish["anmalan.pdf"])))


def test_csv_headings_are_unique_in_each_language(swedish: dict[str, bytes], english: dict[str, bytes]) -> None:
    for files in (swedish, english):
        headings = files["bevis.csv"].decode("utf-8-sig").splitlines()[0].split(";")
        assert len(set(headings)) == len(headings)


def test_first_page_says_when_no_legal_ground_is_confirmed() -> None:
    files = packet_files(letter_case(), FK, language="sv", created=datetime(2007, 1, 1, tzinfo=UTC), author="X")
    assert "Ingen sekretessbrytande grund är bekräftad; jurist avgör." in pages(files["anmalan.pdf"])[0]
    told = json.loads(files["manifest.json"])
    assert told["gateway"] is None
    assert told["why_no_gateway"]


def test_written_packet_is_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    folder = write_packet(letter_case(), FK, tmp_path / "out", created=CREATED, author="X")
    assert folder.name == "C-1-forsakringskassan"
    assert verify_packet(folder).is_whole
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert [entry.name for entry in (tmp_path / "out").iterdir()] == [folder.name]


def test_a_packet_is_never_overwritten(tmp_path: Path) -> None:
    write_packet(letter_case(), FK, tmp_path, created=CREATED, author="X")
    with pytest.raises(UsageError, match="never overwritten"):
        write_packet(letter_case(), FK, tmp_path, created=CREATED, author="X")


def test_nothing_is_left_behind_when_the_folder_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where a folder should be")
    with pytest.raises(StorageError, match="could not be written"):
        write_packet(letter_case(), FK, tmp_path / "out", created=CREATED, author="X")
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_refusals_are_sentences(tmp_path: Path) -> None:
    case = letter_case()
    with pytest.raises(UsageError, match="zone"):
        write_packet(case, FK, tmp_path, created=datetime(2026, 1, 1), author="X")  # noqa: DTZ001 - the fault under test
    with pytest.raises(UsageError, match="author"):
        write_packet(case, FK, tmp_path, created=CREATED, author=" ")
    with pytest.raises(UsageError, match="sv or en"):
        write_packet(case, FK, tmp_path, created=CREATED, author="X", language="fi")
    with pytest.raises(UsageError, match="name of a folder"):
        write_packet(letter_case(case={**case.case, "case_id": "../C"}), FK, tmp_path, created=CREATED, author="X")
    with pytest.raises(InputError, match="did not read"):
        write_packet(letter_case(sources=case.sources.slice(0, 1)), FK, tmp_path, created=CREATED, author="X")
    with pytest.raises(UsageError, match="nothing that concerns Försäkringskassan"):
        write_packet(
            letter_case(hits=pa.Table.from_pylist(HIT_ROWS[4:], schema=HITS)), FK, tmp_path, created=CREATED, author="X"
        )
    assert list(tmp_path.iterdir()) == []
