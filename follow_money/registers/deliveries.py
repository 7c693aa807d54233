"""Which files of a folder belong to which delivery, opened far enough to know their headers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from follow_money.errors import InputError, UsageError
from follow_money.model import Purpose
from follow_money.registers.contract import REGISTERS
from follow_money.registers.header import header_name, places
from follow_money.registers.mapping import (
    ANY_PAYER,
    MAPPING_NAME,
    NOT_STATED,
    Delivery,
    contract_columns,
    read_mapping,
    suggestion,
)
from follow_money.registers.parquet_file import ParquetFile
from follow_money.registers.text_file import TextFile
from follow_money.registers.workbook import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from follow_money.registers.source import Source

KEY_LENGTH: Final = 12
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_BY_NAME: Final = (".csv", ".parquet", ".xlsx")


@dataclass(frozen=True)
class Delivered:
    """One file for one delivery: its digest and where its header holds the mapped columns."""

    path: Path
    name: str
    sha256: str
    delivery: Delivery
    cells: tuple[str, ...]
    places: dict[str, int]

    @property
    def key(self) -> str:
        """The first 12 hex digits of the SHA-256 of the bytes: what record ids begin with."""
        return self.sha256[:KEY_LENGTH]


@dataclass(frozen=True)
class Matched:
    """The deliveries of a folder with the files of each, and the files that none asks for."""

    deliveries: tuple[tuple[Delivery, tuple[Path, ...]], ...]
    unmatched: tuple[str, ...]
    is_mapped: bool


def match(folder: Path, mapping: Path | None) -> Matched:
    """The deliveries of a folder: by its mapping file, or by file names. Raises UsageError, InputError."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder. Give the folder with the exported registers.")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not _is_hidden(path, folder))
    path = mapping or (folder / MAPPING_NAME if (folder / MAPPING_NAME).is_file() else None)
    delivered = [file for file in files if path is None or not file.samefile(path)]
    if not delivered:
        raise InputError(f"The folder {folder} holds no files. Put the exported registers there.")
    found = _by_mapping(folder, path) if path else _by_name(folder, delivered)
    taken = {file for _, matched in found for file in matched}
    unmatched = tuple(file.relative_to(folder).as_posix() for file in delivered if file not in taken)
    return Matched(found, unmatched, path is not None)


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)


def _by_mapping(folder: Path, path: Path) -> tuple[tuple[Delivery, tuple[Path, ...]], ...]:
    if not path.is_file():
        raise UsageError(f"The mapping file {path} does not exist. Check --mapping.")
    found = []
    for delivery in read_mapping(path):
        for pattern in delivery.files:
            if Path(pattern).is_absolute() or ".." in Path(pattern).parts:
                raise UsageError(f"{delivery.place}: the pattern {pattern!r} must stay within the folder.")
        files = {
            file
            for pattern in delivery.files
            for file in folder.glob(pattern)
            if file.is_file() and not _is_hidden(file, folder)
        }
        found.append((delivery, tuple(sorted(files - {path}))))
    if not any(files for _, files in found):
        patterns = ", ".join(pattern for delivery, _ in found for pattern in delivery.files)
        raise InputError(
            f"No file of the folder {folder} is named as the mapping {path.name} says ({patterns}). Correct `files`."
        )
    return tuple(found)


def _by_name(folder: Path, files: Iterable[Path]) -> tuple[tuple[Delivery, tuple[Path, ...]], ...]:
    taken: dict[str, list[Path]] = {}
    for file in files:
        if file.parent == folder and file.suffix.lower() in _BY_NAME:
            stem = file.stem.lower()
            names = [name for name in REGISTERS if stem == name or stem.startswith(f"{name}_")]
            if names:
                taken.setdefault(max(names, key=len), []).append(file)
    if not taken:
        raise InputError(
            f"The folder {folder} holds no known register. Name files <register>.csv (or .parquet, .xlsx), for example "
            f"{', '.join(sorted(REGISTERS)[:4])}, or write a {MAPPING_NAME} (`follow-money init` drafts one)."
        )
    return tuple((_default_delivery(name), tuple(paths)) for name, paths in sorted(taken.items()))


_USUAL: Final = tuple(each for each in Purpose if each is not Purpose.INSIDER_CONTROL)
"""What a delivery is for where nobody says: never to control the staff."""


def _default_delivery(name: str) -> Delivery:
    register = REGISTERS[name]
    return Delivery(
        register=register,
        files=(f"{name}.*", f"{name}_*.*"),
        payer=ANY_PAYER,
        purposes=(Purpose.INSIDER_CONTROL,) if register.is_of_officials else _USUAL,
        legal_basis=NOT_STATED,
        columns=contract_columns(register),
        place=f"no mapping ({name})",
    )


def read_bytes(path: Path, name: str) -> bytes:
    """The bytes of a delivered file. Raises InputError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{name}: it cannot be read ({error.strerror}). Check that it is a file you may read."
        ) from error


def open_source(path: Path, name: str, delivery: Delivery, data: bytes) -> Source:
    """A delivered file, opened in the dialect that its name and its bytes tell. Raises InputError."""
    if not data:
        raise InputError(f"{name}: the file is empty. Ask for a new export, or take it out of the folder.")
    suffix = path.suffix.lower()
    if suffix in _WORKBOOKS:
        return Workbook(name, data, delivery)
    return ParquetFile(name, data, delivery) if suffix == ".parquet" else TextFile(name, data, delivery)


def survey(folder: Path, delivery: Delivery, paths: Sequence[Path], *, is_mapped: bool) -> tuple[Delivered, ...]:
    """The files of a delivery with their headers, in the order of their keys.

    Raises InputError for a file delivered twice, one without a header or one without a required column; UsageError
    for a mapped
    column that no file holds.
    """
    files = []
    for path in paths:
        name = path.relative_to(folder).as_posix()
        data = read_bytes(path, name)
        source = open_source(path, name, delivery, data)
        found = places(source.header, delivery.columns, file=name)
        files.append(Delivered(path, name, hashlib.sha256(data).hexdigest(), delivery, source.header.cells, found))
    if is_mapped and files:
        _check_mapped(delivery, files)
    for file in files:
        _check_required(file)
    return tuple(sorted(files, key=lambda file: (file.key, file.name)))


def check_duplicates(files: Sequence[Delivered]) -> None:
    """Refuse the same bytes under two names for one register. Raises InputError."""
    seen: dict[tuple[str, str], Delivered] = {}
    for file in files:
        other = seen.setdefault((file.delivery.register.name, file.sha256), file)
        if other is not file:
            same = (
                "the file is asked for by two deliveries"
                if other.path == file.path
                else f"{other.name} and {file.name} hold the same bytes"
            )
            raise InputError(
                f"Duplicate file for the register {file.delivery.register.name}: {same} ({file.name}), "
                "so every row would count twice. Take one of them out."
            )


def _check_mapped(delivery: Delivery, files: Sequence[Delivered]) -> None:
    """Every file column that the mapping names must stand in at least one file (alternatives: one of them)."""
    for name, mapping in delivery.columns.items():
        if mapping.columns and not any(name in file.places for file in files):
            cells = {cell for file in files for cell in file.cells if cell.strip()}
            wanted = " or ".join(repr(column) for column in mapping.columns)
            holder = files[0].name if len(files) == 1 else f"none of the {len(files)} files ({files[0].name} …)"
            verb = "has no" if len(files) == 1 else "has a"
            raise UsageError(
                f"{delivery.place}, column {name}: {holder} {verb} column {wanted}."
                f"{suggestion(mapping.columns[0], cells)} "
                "Correct the name in the mapping, or remove the line."
            )


def _check_required(file: Delivered) -> None:
    for column in file.delivery.register.columns:
        mapping = file.delivery.columns.get(column.name)
        if column.required and column.name not in file.places and (mapping is None or mapping.constant is None):
            wanted = " or ".join(repr(name) for name in (mapping.columns if mapping else (column.name,)))
            known = [cell for cell in file.cells if header_name(cell)]
            raise InputError(
                f"{file.name}: its header has no column {wanted}, which the register "
                f"{file.delivery.register.name} needs as {column.name}."
                f"{suggestion(column.name, known)} Add the name to the mapping, or take the file out."
            )
