"""Claims about planted money trails and their look-alikes: what the truth tells adds up, and balances can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from synthetic_data import Planted
from synthetic_data.accounts import IBAN
from synthetic_data.build import build_region
from synthetic_data.organisations import ORGANISATION_BASE
from synthetic_data.period import DAY
from synthetic_data.region import PAYMENT_KINDS, ROLES
from synthetic_data.rows import NONE
from tests.synthetic_data.conftest import SEED, TRAIL_PEOPLE, TRAILS, YEARS

if TYPE_CHECKING:
    from synthetic_data.region import Region
    from synthetic_data.rows import Ints
    from synthetic_data.truth import Scheme
    from tests.synthetic_data.conftest import Written

SCENARIOS = ("circular_money", "layered_chain", "exchange_exit", "rapid_pass_through", "donations_that_come_back")
ON_A_ROAD = ("circular_money", "layered_chain", "exchange_exit", "rapid_pass_through")
LOOK_ALIKE_KINDS = {
    "cash_pool", "intercompany_loan", "mutual_suppliers", "refunded_purchase", "subcontractor_chain",
    "company_succession", "franchise_fee", "sublet_chain", "importer", "travel_agency", "cash_heavy_shop",
    "travel_money_from_wages", "relief_association", "payroll_bureau_pays_on", "client_funds_account",
    "factoring_company", "group_account_settled", "insolvency_administrator", "collection_without_return",
    "loan_between_congregations", "reimbursed_treasurer", "umbrella_passes_grants_on",
}  # fmt: skip
TOLD_ROWS = ("public payment", "onto the road", "along the road", "off the road")
EACH = TRAILS.money_trails // len(SCENARIOS)


def schemes(region: Region, scenario: str) -> list[tuple[int, Scheme]]:
    """Numbers and schemes of a scenario."""
    return [
        (number, each)
        for number, each in enumerate(region.truth.schemes)
        if each.difficulty.get("scenario") == scenario
    ]


def told(region: Region, scheme: int, *whats: str) -> Ints:
    """Rows of payments that the truth tells as one of these parts of a scheme."""
    members = region.truth.members
    asked = [region.truth.whats.index(what) for what in whats if what in region.truth.whats]
    is_payment = members["register"] == region.truth.registers.index("payments")
    rows: Ints = members["row"][(members["scheme"] == scheme) & is_payment & np.isin(members["what"], asked)]
    return rows


def paid(region: Region, rows: Ints) -> int:
    """Sum of payments, öre."""
    return int(region.payments["amount"][rows].sum())


def fronts(scheme: Scheme) -> list[int]:
    """Companies that the money passes through."""
    return [party for party, role in scheme.organisations.items() if role in {"front company", "company of the circle"}]


def soonest_days(region: Region, rows: Ints, after: Ints) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Days from the last of some payments before each of others."""
    at, earlier = region.payments["at"][rows], np.sort(region.payments["at"][after])
    place = np.searchsorted(earlier, at, side="right") - 1
    assert place.min() >= 0
    return (at - earlier[place]) / DAY


def test_a_region_of_100_000_keeps_its_105_schemes_and_gets_five_trails_of_each_scenario() -> None:
    assert Planted.usual(100_000) == Planted(35, 35, 35, money_trails=25)
    assert Planted.of(105) == Planted(35, 35, 35)


@pytest.mark.parametrize(("people", "trails"), [(3_999, 0), (4_000, 5), (20_000, 5), (40_000, 10)])
def test_one_trail_of_each_scenario_to_20_000_people_and_one_at_least_from_4_000_on(people: int, trails: int) -> None:
    assert Planted.usual(people).money_trails == trails


def test_no_trail_is_planted_where_nothing_is() -> None:
    assert Planted.usual(20_000, 0) == Planted(0, 0, 0)


def test_the_same_seed_makes_the_same_trails(trails: Region) -> None:
    again = build_region(TRAIL_PEOPLE, SEED, YEARS, TRAILS)
    for name in ("at", "payer", "payee", "payer_account", "payee_account", "amount", "kind"):
        assert (again.payments[name] == trails.payments[name]).all()
    assert again.truth.schemes == trails.truth.schemes
    assert again.accounts.opening_ore == trails.accounts.opening_ore


def test_trails_leave_the_rest_of_the_region_as_it_was(trails: Region) -> None:
    without = build_region(TRAIL_PEOPLE, SEED, YEARS, Planted(1, 1, 1))
    first = int(np.flatnonzero(without.payments["kind"] == PAYMENT_KINDS.index("cash"))[0])
    for name in ("at", "payer", "payee", "amount"):
        assert (without.payments[name][:first] == trails.payments[name][:first]).all()
    for name in ("start", "staff", "user", "billable"):
        assert (without.shifts[name] == trails.shifts[name]).all()
    assert first > without.payments.count / 2


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_took_the_road_is_the_planted_amount_and_was_public_money(trails: Region, scenario: str) -> None:
    planted = schemes(trails, scenario)
    assert len(planted) == EACH
    for number, scheme in planted:
        assert scheme.programme == "other"
        public, onto = told(trails, number, "public payment"), told(trails, number, "onto the road")
        assert 0 < scheme.amount_ore == paid(trails, onto) <= paid(trails, public)
        assert set(trails.payments["kind"][public].tolist()) == {PAYMENT_KINDS.index("public")}
        providers = {scheme.organisation} | {p for p, role in scheme.organisations.items() if role == "provider"}
        assert set(trails.payments["payee"][public].tolist()) <= providers
        every = told(trails, number, *TOLD_ROWS)
        assert np.unique(every).size == every.size


@pytest.mark.parametrize("scenario", ON_A_ROAD)
def test_each_company_on_a_road_passes_on_90_to_100_per_cent(trails: Region, scenario: str) -> None:
    payments = trails.payments
    checked = 0
    for number, scheme in schemes(trails, scenario):
        road = told(trails, number, "onto the road", "along the road", "off the road")
        for company in fronts(scheme):
            came = paid(trails, road[payments["payee"][road] == company])
            left = paid(trails, road[payments["payer"][road] == company])
            assert 0.9 * came <= left <= came
            checked += 1
    assert checked


@pytest.mark.parametrize("scenario", ["layered_chain", "rapid_pass_through", "exchange_exit"])
def test_money_leaves_a_front_company_within_48_hours(trails: Region, scenario: str) -> None:
    payments = trails.payments
    for number, scheme in schemes(trails, scenario):
        road = told(trails, number, "onto the road", "along the road", "off the road")
        for company in fronts(scheme):
            came = road[payments["payee"][road] == company]
            left = road[payments["payer"][road] == company]
            assert soonest_days(trails, left, came).max() <= 2


def test_circular_money_is_back_with_the_provider_or_its_owner_within_days(trails: Region) -> None:
    for number, scheme in schemes(trails, "circular_money"):
        back = told(trails, number, "off the road")
        owner = trails.roles["person"][
            (trails.roles["organisation"] == scheme.organisation) & (trails.roles["role"] == ROLES.index("owner"))
        ]
        (end,) = set(trails.payments["payee"][back].tolist())
        assert end == (owner[0] if scheme.difficulty["back_to"] == "owner" else scheme.organisation)
        assert soonest_days(trails, back, told(trails, number, "onto the road")).max() <= 10
        hops = int(scheme.difficulty["hops"])
        assert 2 <= hops <= 6
        assert len(fronts(scheme)) == hops - 1


def test_companies_of_a_layered_chain_are_young_and_share_an_officer_or_an_address(trails: Region) -> None:
    roles = trails.roles
    for number, scheme in schemes(trails, "layered_chain"):
        chain = fronts(scheme)
        first = int(trails.payments["at"][told(trails, number, "onto the road")].min()) // DAY
        ages = [first + trails.period.first_day - trails.organisations[company].registered_on for company in chain]
        officers = [set(roles["person"][roles["organisation"] == company].tolist()) for company in chain]
        places = {(trails.organisations[company].street, trails.organisations[company].postcode) for company in chain}
        assert 2 <= len(chain) <= 4
        assert max(ages) < 435
        assert min(ages) > 0
        assert set.intersection(*officers) or len(places) == 1


@pytest.mark.parametrize("scenario", ["layered_chain", "rapid_pass_through", "exchange_exit"])
def test_front_companies_have_no_payroll_and_pay_no_rent(trails: Region, scenario: str) -> None:
    rents = trails.payments["payer"][trails.payments["kind"] == PAYMENT_KINDS.index("rent")]
    for _, scheme in schemes(trails, scenario):
        assert not np.isin(fronts(scheme), trails.payroll["organisation"]).any()
        assert not np.isin(fronts(scheme), rents).any()


def test_an_exit_is_of_round_sums_soon_after_public_money(trails: Region) -> None:
    exits = {*trails.exchange_permits["organisation"].tolist(), trails.public["cash service"]}
    for number, scheme in schemes(trails, "exchange_exit"):
        left = told(trails, number, "off the road" if scheme.difficulty["by_front"] else "onto the road")
        amount = trails.payments["amount"][left]
        assert (amount % 10_000_00 == 0).all()
        assert amount.min() >= 50_000_00
        assert amount.max() <= 300_000_00
        assert set(trails.payments["payee"][left].tolist()) <= exits
        assert soonest_days(trails, left, told(trails, number, "public payment")).max() <= 5


def test_a_front_company_that_many_pay_keeps_next_to_nothing(trails: Region) -> None:
    payments = trails.payments
    for number, scheme in schemes(trails, "rapid_pass_through"):
        (front,) = fronts(scheme)
        onto = told(trails, number, "onto the road")
        assert np.unique(payments["payer"][onto]).size >= 2
        balance = trails.accounts.opening_ore[trails.accounts.of(front)]
        balance += paid(trails, np.flatnonzero(payments["payee"] == front))
        balance -= paid(trails, np.flatnonzero(payments["payer"] == front))
        assert 0 <= balance <= 0.02 * scheme.amount_ore + 6_100_00


def test_donations_come_back_to_the_owner_an_officer_or_the_household(trails: Region) -> None:
    for number, scheme in schemes(trails, "donations_that_come_back"):
        back = told(trails, number, "off the road")
        share = paid(trails, back) / scheme.amount_ore
        assert 0.7 - 1e-4 <= share <= 1
        officers = trails.roles["person"][trails.roles["organisation"] == scheme.organisation]
        homes = set(trails.people.household[officers].tolist())
        (receiver,) = set(trails.payments["payee"][back].tolist())
        assert receiver in officers or int(trails.people.household[receiver]) in homes
        assert soonest_days(trails, back, told(trails, number, "onto the road")).max() <= 7


def test_every_look_alike_of_money_trails_is_told_and_in_no_scheme(trails: Region) -> None:
    planted = {party for each in trails.truth.schemes for party in (each.organisation, *each.organisations)}
    counts = dict.fromkeys(LOOK_ALIKE_KINDS, 0)
    for each in trails.truth.look_alikes:
        assert each.organisation not in planted
        if each.kind in counts:
            counts[each.kind] += 1
    assert set(counts.values()) == {EACH}


def test_no_account_of_money_trails_is_ever_overdrawn(trails: Region) -> None:
    payments = trails.payments
    opening = trails.accounts.opening_ore
    checked = 0
    for account, balance in opening.items():
        rows = np.flatnonzero((payments["payer_account"] == account) | (payments["payee_account"] == account))
        sign = (payments["payee_account"][rows] == account).astype(np.int64)
        sign -= payments["payer_account"][rows] == account
        order = np.argsort(payments["at"][rows], kind="stable")
        assert balance + np.cumsum(sign[order] * payments["amount"][rows][order]).min(initial=0) >= 0
        checked += rows.size > 0
    assert checked > 100


def test_subcontractors_pay_staff_and_tax_at_each_level(trails: Region) -> None:
    payments = trails.payments
    taxed = payments["payer"][payments["kind"] == PAYMENT_KINDS.index("tax")]
    for each in (each for each in trails.truth.look_alikes if each.kind == "subcontractor_chain"):
        payer, levels = each.organisation, 0
        while True:
            handed = (payments["payer"] == payer) & (payments["kind"] == PAYMENT_KINDS.index("supplier"))
            receivers = np.unique(payments["payee"][handed])
            built = [p for p in receivers.tolist() if trails.organisations[p].industry == "41.200" and p in taxed]
            if not built:
                break
            payer, levels = built[-1], levels + 1
            assert payer in trails.payroll["organisation"]
        assert levels >= 2


def test_accounts_abroad_stand_in_statements_only_and_can_be_nobodys(region: Written) -> None:
    abroad = [row for row in region.rows("payments") if row["payee_country"]]
    accounts = {row["payee_account"] for row in abroad}
    assert abroad
    assert all(account.startswith(f"iban:{country}00") for account, country in _countries(abroad))
    assert not any(row["payee_number"] for row in abroad)
    assert all(row["payee_name"] for row in abroad)
    assert not accounts & {row["account"] for row in region.rows("accounts")}
    assert not accounts & {row["account"] for row in region.rows("balances")}


def _countries(rows: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(row["payee_account"], row["payee_country"]) for row in rows}


def test_exchange_offices_are_entered_and_one_entry_ended(trails: Region, region: Written) -> None:
    entries = trails.exchange_permits
    assert np.unique(entries["organisation"]).size >= 3
    assert (entries["valid_to"] != NONE).sum() == 1
    numbers = {row["organisation_number"] for row in region.rows("permits") if row["permit_id"].startswith("FI-")}
    assert len(numbers) >= 3


def test_exchange_offices_of_two_years_hold_a_permit_from_july_2025_on() -> None:
    longer = build_region(1800, SEED, 2, Planted(0, 0, 0))
    entries, office = longer.exchange_permits, longer.exchange_permits["organisation"]
    goes_on = [number for number in np.unique(office) if (entries["valid_to"][office == number] == NONE).any()]
    assert goes_on
    for number in goes_on:
        first, last = entries["valid_from"][office == number], entries["valid_to"][office == number]
        assert first.max() == last.max() + 1 == 547
        assert (entries["applied"][office == number] < first).all()


def test_honest_persons_and_companies_use_cash_and_exchange_offices_too(trails: Region) -> None:
    payments = trails.payments
    planted = {party for each in trails.truth.schemes for party in (each.organisation, *each.organisations)}
    exits = [*trails.exchange_permits["organisation"].tolist(), trails.public["cash service"]]
    payers = np.setdiff1d(payments["payer"][np.isin(payments["payee"], exits)], list(planted))
    assert (payers < ORGANISATION_BASE).sum() > 100
    assert (payers >= ORGANISATION_BASE).sum() > 20
    to_iban = np.concatenate(trails.accounts.scheme)[payments["payee_account"]] == IBAN
    assert np.setdiff1d(payments["payer"][to_iban], list(planted)).size >= 3
