"""One delivery: files in one dialect, and how their columns map to the register contract."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import csv

if TYPE_CHECKING:
    from pathlib import Path

SLICE_ROWS = 250_000
BOTH = ("payment_control", "supplier_control")
INSIDER = "insider_control"

Spec = str | dict[str, object]


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How the bytes of a file are written."""

    encoding: str = "utf-8"
    separator: str = ";"
    newline: str = "\n"


NATIONAL = Dialect()
BOM = Dialect(encoding="utf-8-sig")
OLD = Dialect(encoding="latin-1", newline="\r\n")
TABBED = Dialect(separator="\t")


@dataclass(kw_only=True)
class Delivery:
    """What the mapping says of files of one register. ``columns``: contract column to file column or specification."""

    register: str
    files: list[str]
    legal_basis: str
    columns: dict[str, Spec]
    payer: str = "*"
    purposes: tuple[str, ...] = BOTH
    dialect: Dialect | None = None
    rows: int = 0
    data: dict[str, pa.Array] = field(default_factory=dict)

    def toml(self) -> str:
        """This delivery as a part of the mapping file."""
        lines = [
            "[[delivery]]",
            f"register = {_quoted(self.register)}",
            f"files = {json.dumps(self.files, ensure_ascii=False)}",
            f"payer = {_quoted(self.payer)}",
            f"purposes = {json.dumps(list(self.purposes))}",
            f"legal_basis = {_quoted(self.legal_basis)}",
        ]
        if self.dialect is not None:
            lines += [f"encoding = {_quoted(self.dialect.encoding)}", f"separator = {_quoted(self.dialect.separator)}"]
        lines += ["", "[delivery.columns]"]
        lines += [f"{name} = {_spec(spec)}" for name, spec in self.columns.items()]
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _spec(spec: Spec) -> str:
    if isinstance(spec, str):
        return _quoted(spec)
    return "{ " + ", ".join(f"{key} = {_value(value)}" for key, value in spec.items()) + " }"


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_quoted(str(k))} = {_quoted(str(v))}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def write_file(path: Path, columns: dict[str, pa.Array], dialect: Dialect) -> int:
    """Write columns as delimited text with one header line. Returns the number of bytes."""
    table = pa.table(columns)
    options = csv.WriteOptions(include_header=False, delimiter=dialect.separator, quoting_style="none")
    written = 0
    with path.open("wb") as file:
        header = dialect.separator.join(columns) + dialect.newline
        written += file.write(header.encode(dialect.encoding))
        plain = "utf-8" if dialect.encoding == "utf-8-sig" else dialect.encoding
        for first in range(0, table.num_rows, SLICE_ROWS):
            sink = pa.BufferOutputStream()
            csv.write_csv(table.slice(first, SLICE_ROWS), sink, options)
            content = sink.getvalue().to_pybytes()
            if plain != "utf-8":
                content = content.decode("utf-8").encode(plain)
            if dialect.newline != "\n":
                content = content.replace(b"\n", dialect.newline.encode())
            written += file.write(content)
    return written
