"""Mentions: every distinct description of a party, by register and role, with its columns made comparable.

Deduplicated in the engine, so that all that follows works on descriptions and not on rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.addresses import Addresses, account_key, parse_addresses, phone_key
from follow_money.entities.identity_numbers import IdentityNumbers, NumberKind, classify_all
from follow_money.entities.masks import is_told, mask
from follow_money.entities.match_key import match_key_sql
from follow_money.entities.names import person_key
from follow_money.entities.organisation_names import OrganisationNames, organisation_names
from follow_money.entities.per_distinct import per_distinct
from follow_money.model import ColumnType, EntityKind, Party, Register
from follow_money.registers.contract import REGISTERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from follow_money.engine import Engine

DESCRIBING: Final = ("number", "name", "birth_date", "street", "postcode", "city", "phone", "account", "source_key")
"""The columns that may describe a party."""

_MASK: Final = (
    r"(?:personuppgift(?:er\pL*)?|sekretess(?:(?:bel|marker|skydda)\pL*)?|maskera(?:d|de|t|ts)?|skydda(?:d|de|t|s)?"
    r"|redacted|personal data)"
)
_BESIDE: Final = (
    r"(?:innehåller|innefattar|omfattas|är|har|dold|dolt|dolda|hemlig|på|grund|pga|enl|enligt|av|för|i|osl|kap|lag|lagen"
    r"|uppgift|uppgifter|identitet|person|personer|namn|adress|folkbokföring|no|name|contains|protected|\d+)"
)
MASKED: Final = (
    rf"(?i)^[^\pL\d]*(?:{_BESIDE}[^\pL\d]+)*{_MASK}(?:[^\pL\d]+(?:{_BESIDE}|{_MASK}))*[^\pL\d]*$|^[\s*x\-\[\]_.]*$"
)
"""Names that a publisher put in place of a person's, told by the whole phrase: a firm's name may hold such a word.

Who a masked row speaks of is never guessed."""

_PERHAPS_MASKED: Final = rf"(?i){_MASK}|^[\s*x\-\[\]_.]*$"
"""What every name that is ``MASKED`` holds: told in one pass, where the whole phrase takes many."""

AS_OF_WITHOUT_DATES: Final = date(2026, 12, 31)
"""The day after which nobody was born, where no delivered register holds a date to take it from."""


@dataclass(frozen=True, kw_only=True)
class Mentions:
    """All mentions in the order of register, role and key; one entry each in every column.

    ``raw`` holds register, role, match_key, the describing columns as delivered, records; ``party_kind`` the contract's
    kind. ``birth_date`` is what the row says, or the date that stands in the number's place (NaT: unknown).
    """

    raw: pa.Table
    party_kind: npt.NDArray[np.str_]
    numbers: IdentityNumbers
    birth_date: npt.NDArray[np.datetime64]
    person_key: pa.Array
    organisation: OrganisationNames
    addresses: Addresses
    phone: pa.Array
    account: pa.Array

    def __len__(self) -> int:
        """How many mentions there are."""
        return int(self.raw.num_rows)

    def column(self, name: str) -> pa.Array:
        """A raw column as one array."""
        return self.raw[name].combine_chunks()


def gather_mentions(engine: Engine, records: Mapping[str, Path], *, as_of: date | None, synthetic: bool) -> Mentions:
    """Read every distinct description from the loaded registers; withheld and masked rows have none.

    Args:
        engine: Where the deduplication runs.
        records: Register name to Parquet file of that register's ``record_schema``.
        as_of: Nobody is born after this day; None takes the latest day that an event of the registers bears.
        synthetic: See `identity_numbers.classify_all`.
    """
    parts: list[pa.Table] = []
    days: list[date | None] = []
    for name in sorted(records):
        register = REGISTERS[name]
        engine.table(f"resolve_{name}", records[name])
        in_order = sorted(register.parties, key=lambda party: party.role)
        parts.extend(_descriptions(engine, register, party) for party in in_order)
        if as_of is None:
            days.append(_last_day(engine, register))
    raw = (pa.concat_tables(parts) if parts else _EMPTY).combine_chunks()
    raw = raw.filter(pc.invert(_is_masked(raw)))
    last_day = as_of or max((day for day in days if day is not None), default=AS_OF_WITHOUT_DATES)
    return _comparable(raw, last_day, synthetic=synthetic)


_EMPTY: Final = pa.schema(
    [("register", pa.string()), ("role", pa.string()), ("party_kind", pa.string()), ("match_key", pa.string())]
    + [(name, pa.date32() if name == "birth_date" else pa.string()) for name in DESCRIBING]
    + [("records", pa.int64())]
).empty_table()


def _descriptions(engine: Engine, register: Register, party: Party) -> pa.Table:
    columns = ", ".join(
        f"any_value(r.{column}) as {name}"
        if column
        else f"cast(null as {'date' if name == 'birth_date' else 'varchar'}) as {name}"
        for name, column in ((name, getattr(party, name)) for name in DESCRIBING)
    )
    told = engine.query(
        f"""
        with described as (
            select *, {match_key_sql(party, "r")} as match_key from resolve_{register.name} r where not r.is_withheld
        )
        select cast($register as varchar) as register, cast($role as varchar) as role,
               cast($kind as varchar) as party_kind, r.match_key, {columns}, count(*) as records
        from described r where r.match_key is not null group by r.match_key
        """,
        {"register": register.name, "role": party.role, "kind": party.kind.value},
    ).cast(_EMPTY.schema)
    told = told.combine_chunks()
    return told.take(pc.array_sort_indices(told["match_key"].combine_chunks()))


def _last_day(engine: Engine, register: Register) -> date | None:
    """The latest day that an event of the register bears; last days of validity may lie ahead and do not count."""
    told = (ColumnType.INSTANT, ColumnType.MONTH)
    columns = [
        c.name for c in register.columns if c.type in told or (c.type is ColumnType.DATE and c.name.endswith("_on"))
    ]
    if not columns:
        return None
    latest = ", ".join(f"max(cast({column} as date)) as {column}" for column in columns)
    row = engine.query(f"select {latest} from resolve_{register.name}").to_pylist()[0]
    return max((day for day in row.values() if day is not None), default=None)


def _is_masked(raw: pa.Table) -> pa.Array:
    """A mask for a name, and no number or account beside it."""
    masked = ~is_told(raw["number"]) & ~is_told(raw["account"])
    for pattern in (_PERHAPS_MASKED, MASKED):
        masked[masked] = mask(pc.match_substring_regex(raw["name"].filter(pa.array(masked)), pattern))
    return pa.array(masked)


def _comparable(raw: pa.Table, as_of: date, *, synthetic: bool) -> Mentions:
    kinds = np.asarray(raw["party_kind"].to_numpy(), dtype="U12")
    texts = raw["number"].combine_chunks().dictionary_encode()
    numbers = classify_all(texts.dictionary, as_of=as_of, synthetic=synthetic)
    nowhere = len(texts.dictionary)  # one more entry stands for "no number"
    numbers = _with_none(numbers).take(np.asarray(pc.fill_null(texts.indices, nowhere)).astype(np.int64))
    said = raw["birth_date"].combine_chunks()
    birth_date = np.asarray(said.to_numpy(zero_copy_only=False), dtype="datetime64[D]")
    in_number = numbers.is_kind(NumberKind.BIRTH_DATE) & (kinds != EntityKind.ORGANISATION)
    names = raw["name"].combine_chunks()
    may_be_organisation = pa.array(np.isin(kinds, [EntityKind.ORGANISATION, EntityKind.PARTY]))
    may_be_person = pa.array(np.isin(kinds, [EntityKind.PERSON, EntityKind.PARTY]))
    return Mentions(
        raw=raw,
        party_kind=kinds,
        numbers=numbers,
        birth_date=np.where(in_number & np.isnat(birth_date), numbers.birth_date, birth_date),
        person_key=per_distinct(person_key, pc.if_else(may_be_person, names, None)),
        organisation=_organisations(pc.if_else(may_be_organisation, names, None)),
        addresses=_addresses(raw),
        phone=per_distinct(phone_key, raw["phone"].combine_chunks()),
        account=per_distinct(account_key, raw["account"].combine_chunks()),
    )


def _organisations(names: pa.Array) -> OrganisationNames:
    encoded = names.dictionary_encode()
    apart = organisation_names(encoded.dictionary)
    return OrganisationNames(
        **{part: getattr(apart, part).take(encoded.indices) for part in OrganisationNames.__dataclass_fields__}
    )


def _addresses(raw: pa.Table) -> Addresses:
    """Addresses of the mentions that have one; the parts of the others are null. Another country's postcode is what it tells."""
    columns = [raw[name].combine_chunks() for name in ("street", "postcode", "city")]
    told = np.flatnonzero(np.any([is_told(column) for column in columns], axis=0))
    place = np.full(len(columns[0]), -1, np.int64)
    place[told] = np.arange(len(told))
    found = parse_addresses(*(column.take(pa.array(told)) for column in columns))
    rows = pa.array(place, mask=place < 0)
    parts = {part: getattr(found, part).take(rows) for part in Addresses.__dataclass_fields__}
    foreign = [name for name, register in REGISTERS.items() if register.is_of_another_country]
    as_told = pc.replace_substring_regex(pc.utf8_upper(pc.fill_null(columns[1], "")), r"[^\pL0-9]", "")
    is_other = pc.and_(
        pc.is_in(raw["register"].combine_chunks(), value_set=pa.array(foreign)), pc.equal(parts["postcode"], "")
    )
    parts["postcode"] = pc.if_else(is_other, as_told, parts["postcode"])
    return Addresses(**parts)


def _with_none(numbers: IdentityNumbers) -> IdentityNumbers:
    """The numbers and, last, one that is none: no text, no kind, no problem."""
    none = classify_all(pa.array([""]), as_of=AS_OF_WITHOUT_DATES)
    return IdentityNumbers(
        text=pa.concat_arrays([numbers.text, none.text]),
        **{
            name: np.concatenate([getattr(numbers, name), getattr(none, name)])
            for name in IdentityNumbers.__dataclass_fields__
            if name != "text"
        },
    )
