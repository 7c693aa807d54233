"""Payment accounts: one of every person and organisation, those that others hold or share, and those abroad."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic_data.organisations import ORGANISATION_BASE
from synthetic_data.rows import NONE, Ints, Rows

KINDS = ("own", "joint", "guardian", "client_funds", "payroll_bureau", "group")
OWN, JOINT, GUARDIAN, CLIENT_FUNDS, PAYROLL_BUREAU, GROUP = range(6)
CLEARING, GIRO, IBAN = range(3)
CLEARING_NUMBERS = ("83279", "6021", "3300", "5331", "9150", "83105", "1200", "9252")


class Accounts:
    """Accounts by number; the account of person ``p`` is ``p``. ``holders`` has one row for each account and holder."""

    def __init__(self, people: int, rng: np.random.Generator) -> None:
        self._rng = rng
        self.count = people
        self.scheme = [np.zeros(people, dtype=np.int64)]
        self.holders = Rows(account=NONE, holder=NONE, kind=OWN, valid_from=NONE, valid_to=NONE)
        self.holders.add(account=np.arange(people), holder=np.arange(people))
        self._of_organisation: dict[int, int] = {}
        self.country: dict[int, str] = {}
        """Country (ISO 3166) of accounts abroad. No Swedish register tells who holds them."""
        self.opening_ore: dict[int, int] = {}
        """Balances at the first day of accounts for which it is not left to chance."""

    def open(self, holders: list[int], kind: int, *, giro: bool, kinds: list[int] | None = None) -> int:
        """A further account with these holders (party numbers). Returns its number."""
        account = self.count
        self.count += 1
        self.scheme.append(np.array([GIRO if giro else CLEARING]))
        self.holders.add(account=[account] * len(holders), holder=holders, kind=kinds or [kind] * len(holders))
        return account

    def open_abroad(self, holder: int, country: str) -> int:
        """The account of a company abroad, on which it is paid from now on. Returns its number."""
        account = self.count
        self.count += 1
        self.scheme.append(np.array([IBAN]))
        self.country[account] = country
        self._of_organisation[holder] = account
        return account

    def of(self, party: int) -> int:
        """The account that a party is paid on."""
        if party < ORGANISATION_BASE:
            return party
        if party not in self._of_organisation:
            self._of_organisation[party] = self.open([party], OWN, giro=True)
        return self._of_organisation[party]

    def pays_on(self, organisation: int, account: int) -> None:
        """Let an organisation use an account that is not its own."""
        self._of_organisation[organisation] = account

    def of_all(self, parties: Ints) -> Ints:
        """The accounts of many parties."""
        unique, inverse = np.unique(parties, return_inverse=True)
        return np.array([self.of(int(party)) for party in unique], dtype=np.int64)[inverse]

    def texts(self) -> pa.StringArray:
        """``clearing:83279-1234567``, ``bg:505-1055`` or ``iban:DE00…``, no two alike.

        No IBAN has the check digits 00 (ISO 13616: 02 to 98), so no account abroad can be anyone's.
        """
        scheme = np.concatenate(self.scheme)
        serial = self._rng.permutation(9_000_000)[: self.count] + 1_000_000
        digits = pa.array(serial).cast(pa.string())
        clearing = pa.array([f"clearing:{number}" for number in CLEARING_NUMBERS])
        banks = clearing.take(pa.array(self._rng.integers(0, len(CLEARING_NUMBERS), size=self.count)))
        bank_text = pc.binary_join_element_wise(banks, digits, "-")
        giro = pc.binary_join_element_wise(
            pc.utf8_slice_codeunits(digits, 0, 3), pc.utf8_slice_codeunits(digits, 3), "-"
        )
        giro_text = pc.binary_join_element_wise(pa.scalar("bg:"), giro, "")
        texts = pc.if_else(pa.array(scheme == GIRO), giro_text, bank_text)
        countries = pa.array([self.country.get(account, "") for account in range(self.count)])
        return pc.if_else(
            pa.array(scheme == IBAN),
            pc.binary_join_element_wise("iban:", countries, "00", pc.utf8_lpad(digits, 18, "0"), ""),
            texts,
        )
