"""Settings: one TOML file; an unknown key is an error that says what was meant."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from follow_money.errors import UsageError
from follow_money.settings.insider_lock import InsiderLock
from follow_money.settings.person_lock import PersonLock
from follow_money.settings.settings import Settings, read_settings

if TYPE_CHECKING:
    from pathlib import Path


def settings_file(folder: Path, text: str) -> Path:
    path = folder / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_empty_file_is_a_valid_one(tmp_path: Path) -> None:
    assert read_settings(settings_file(tmp_path, "")) == Settings()


def test_every_value_is_read(tmp_path: Path) -> None:
    text = (
        'profile = "municipal_committee"\nsynthetic = true\nmax_quarantine = 0.05\ncapacity = 5\ncase_size = 3\nq_limit = 0.01\n'
        'language = "en"\nthreads = 1\nmemory_gb = 2\n[detectors.overlapping_shifts]\ntolerance_minutes = 45\n'
    )
    told = read_settings(settings_file(tmp_path, text))
    assert told == Settings(
        profile="municipal_committee", synthetic=True, max_quarantine=0.05, capacity=5, case_size=3, q_limit=0.01, language="en",
        threads=1, memory_gb=2, detectors={"overlapping_shifts": {"tolerance_minutes": 45}},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("max_quarantin", "Did you mean max_quarantine?"),
        ("Profile", "Did you mean profile?"),
        ("zzz", "Known settings: profile,"),
    ],
)
def test_unknown_key_suggests_the_nearest(tmp_path: Path, key: str, hint: str) -> None:
    path = settings_file(tmp_path, f"{key} = 1\n")
    with pytest.raises(UsageError) as told:
        read_settings(path)
    assert f"The settings file {path} has the unknown key '{key}'." in str(told.value)
    assert hint in str(told.value)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('capacity = "5"', "'capacity' must be a int"),
        ("capacity = 5.5", "'capacity' must be a int"),
        ("capacity = true", "'capacity' must be a int"),
        ("q_limit = false", "'q_limit' must be a float"),
        ("profile = 1", "'profile' must be a str"),
        ("synthetic = 1", "'synthetic' must be a bool"),
        ("detectors = 3", "'detectors' must be a dict"),
        ("[detectors]\noverlapping_shifts = 3", "'detectors.overlapping_shifts' must be a table"),
    ],
)
def test_value_of_the_wrong_type_is_told(tmp_path: Path, line: str, expected: str) -> None:
    with pytest.raises(UsageError, match=expected):
        read_settings(settings_file(tmp_path, line + "\n"))


def test_whole_number_is_a_share_too(tmp_path: Path) -> None:
    assert read_settings(settings_file(tmp_path, "q_limit = 1\nmax_quarantine = 0\n")).q_limit == 1


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"language": "de"}, "Write sv or en"),
        ({"max_quarantine": 1.01}, "from 0 to 1"),
        ({"max_quarantine": -0.01}, "from 0 to 1"),
        ({"q_limit": 5}, "from 0 to 1"),
        ({"capacity": 0}, "at least 1"),
        ({"case_size": 0}, "at least 1"),
        ({"threads": 0}, "at least 1"),
        ({"memory_gb": -1}, "at least 1"),
    ],
)
def test_value_out_of_its_bounds_is_told(wrong: dict[str, Any], expected: str) -> None:
    with pytest.raises(UsageError, match=expected):
        Settings(**wrong)


@pytest.mark.parametrize(
    "edge", [{"max_quarantine": 0}, {"max_quarantine": 1}, {"q_limit": 0}, {"q_limit": 1}, {"capacity": 1}]
)
def test_edges_are_inclusive(edge: dict[str, Any]) -> None:
    assert {name: getattr(Settings(**edge), name) for name in edge} == edge


def test_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="follow-money init"):
        read_settings(tmp_path / "nowhere.toml")


def test_folder_and_broken_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_settings(tmp_path)
    for content in (b"profile = \n", b"profile = '\xff'\n"):
        (tmp_path / "broken.toml").write_bytes(content)
        with pytest.raises(UsageError, match="is not valid TOML"):
            read_settings(tmp_path / "broken.toml")


def test_none_leaves_a_value_as_it_is() -> None:
    assert Settings(capacity=7).changed(capacity=None, language="en") == Settings(capacity=7, language="en")
    with pytest.raises(UsageError):
        Settings().changed(language="de")


def test_digest_changes_with_what_can_change_a_result_and_with_nothing_else() -> None:
    other: dict[str, Any] = {
        "profile": "forsakringskassan", "synthetic": True, "max_quarantine": 0.5, "case_size": 3, "q_limit": 0.5,
        "detectors": {"overlapping_shifts": {"tolerance_minutes": 1}},
    }  # fmt: skip
    same: dict[str, Any] = {
        "language": "en", "capacity": 3, "threads": 1, "memory_gb": 1, "person_detectors": PersonLock(owner="Anna Ek"),
        "insider": InsiderLock(owner="Bo Alm"),
    }  # fmt: skip
    assert {field.name for field in dataclasses.fields(Settings)} == {*other, *same}
    for name, value in other.items():
        assert Settings(**{name: value}).digest() != Settings().digest(), name
    assert Settings(**same).digest() == Settings().digest()
