"""Lawful look-alikes of rapid pass-through: those whose trade it is to hold and hand on the money of others."""

from __future__ import annotations

import numpy as np

from synthetic_data.accounts import CLIENT_FUNDS, GROUP, PAYROLL_BUREAU
from synthetic_data.commissions import found_commissioned
from synthetic_data.market import Market
from synthetic_data.period import DAY
from synthetic_data.upkeep import STAFF_COST_ORE, found_company, run_business

CLIENTS = (3, 6)
BUREAU_DAY = 24
BUREAU_FEE = 1.01
DEALS_A_YEAR = (8, 20)
DEAL_ORE = (100_000_00, 900_000_00)
HANDED_ON = (0.94, 1.0)
ADVANCED = (0.80, 0.92)
FACTORING_FEE = (0.01, 0.03)
GROUP_COMPANIES = (2, 4)
BILLS_ORE = (20_000_00, 150_000_00)
ESTATES = (2, 3)
ESTATE_ORE = (80_000_00, 500_000_00)
CREDITORS = 6


def found_pass_through_look_alikes(market: Market, count: int) -> None:
    """``count`` of each kind."""
    rng = market.region.rng("pass-through look-alikes")
    for _ in range(count):
        _payroll_bureau(market, rng)
        _client_funds_account(market, rng)
        _factoring_company(market, rng)
        _group_account(market, rng)
        _insolvency_administrator(market, rng)


def _office(market: Market, rng: np.random.Generator, trade: str, industry: str, staff: int) -> tuple[int, int]:
    """A company of the trade with staff and premises, and its owner."""
    region = market.region
    owner = int(region.casting.take("worker", 1)[0])
    company = found_company(region, owner, trade, industry)
    months = np.arange(region.period.months)
    run_business(market, rng, company, owner, months, staff=staff, sales_ore=staff * 2 * STAFF_COST_ORE)
    return company, owner


def _payroll_bureau(market: Market, rng: np.random.Generator) -> None:
    """A bureau gets the pay of its clients' staff a day ahead and pays it out."""
    region = market.region
    bureau, _ = _office(market, rng, "Lön & Redovisning", "69.201", 2)
    account = region.accounts.open([bureau], PAYROLL_BUREAU, giro=True)
    pay, months = region.pay, region.period.months
    for _ in range(int(rng.integers(*CLIENTS))):
        client = found_commissioned(market, rng).organisation
        mine = np.flatnonzero(pay["organisation"] == client)
        pay["payer"][mine], pay["payer_account"][mine] = bureau, account
        net = np.bincount(pay["month"][mine], weights=(pay["gross"] - pay["tax"])[mine], minlength=months)
        at = region.period.day_of_month(np.arange(months), BUREAU_DAY) * DAY + 500
        sent = (net * BUREAU_FEE).astype(np.int64)
        region.pay_out(client, bureau, sent, at, "transfer", payee_account=account)
    region.truth.tell("payroll_bureau_pays_on", bureau, "A payroll bureau pays the salaries of its clients' staff.")


def _client_funds_account(market: Market, rng: np.random.Generator) -> None:
    """A broker takes the price from a buyer on its client-funds account and pays the seller within two days."""
    region = market.region
    broker, _ = _office(market, rng, "Fastighetsmäklare", "68.310", 3)
    account = region.accounts.open([broker], CLIENT_FUNDS, giro=True)
    buyers = np.array([found_commissioned(market, rng).organisation for _ in range(2)])
    count = int(rng.integers(*DEALS_A_YEAR)) * region.period.years
    buyer = np.where(
        rng.random(count) < 0.12, buyers[rng.integers(0, 2, size=count)], rng.choice(market.companies, size=count)
    )
    price = rng.integers(*DEAL_ORE, size=count) // 100_000 * 100_000
    at = np.sort(rng.integers(5, region.period.days - 5, size=count)) * DAY + 600
    region.pay_out(buyer, broker, price, at, "transfer", payee_account=account)
    onward = (price * rng.uniform(*HANDED_ON, size=count)).astype(np.int64) // 100 * 100
    at = at + rng.integers(60, 2 * DAY, size=count)
    seller = rng.choice(market.companies, size=count)
    region.pay_out(broker, seller, onward, at, "transfer", payer_account=account)
    fee_at = at + rng.integers(60, 5 * DAY, size=count)
    region.pay_out(broker, broker, price - onward, fee_at, "transfer", payer_account=account)
    region.truth.tell("client_funds_account", broker, "Buyers' money is held as client funds and paid to the sellers.")


def _factoring_company(market: Market, rng: np.random.Generator) -> None:
    """A finance company buys bills: it pays most of a bill ahead and the rest when the region has paid it."""
    region = market.region
    factor, _ = _office(market, rng, "Finans", "64.920", 3)
    for _ in range(int(rng.integers(*CLIENTS))):
        client = found_commissioned(market, rng, payee=factor)
        ahead = (client.amount * rng.uniform(*ADVANCED, size=client.amount.size)).astype(np.int64) // 100 * 100
        region.pay_out(factor, client.organisation, ahead, client.at - 12 * DAY, "supplier")
        fee = (client.amount * rng.uniform(*FACTORING_FEE, size=client.amount.size)).astype(np.int64)
        rest_at = client.at + rng.integers(120, 2 * DAY, size=client.amount.size)
        region.pay_out(factor, client.organisation, client.amount - ahead - fee, rest_at, "supplier")
    region.truth.tell("factoring_company", factor, "Bills are bought, paid ahead, and collected from the payer.")


def _group_account(market: Market, rng: np.random.Generator) -> None:
    """The finance company of a group, without staff, collects from its companies and pays their bills the same day."""
    region = market.region
    months = np.arange(region.period.months)
    lead = found_commissioned(market, rng)
    treasury = found_company(region, lead.owner, "Koncernservice", "70.100")
    region.accounts.pays_on(treasury, region.accounts.open([treasury], GROUP, giro=True))
    market.lean.add(treasury)
    count = int(rng.integers(*GROUP_COMPANIES))
    members = [found_commissioned(market, rng, owner=lead.owner).organisation for _ in range(count)]
    members.append(lead.organisation)
    at = region.period.day_of_month(months, 28) * DAY + 480
    for member in members:
        bills = rng.integers(*BILLS_ORE, size=months.size) // 100 * 100
        region.pay_out(member, treasury, bills, at, "transfer")
        sellers = market.suppliers[rng.integers(0, market.suppliers.size, size=months.size)]
        region.pay_out(treasury, sellers, bills, at + rng.integers(30, 400, size=months.size), "supplier")
    region.truth.tell("group_account_settled", treasury, "The bills of a group are paid from one account.")


def _insolvency_administrator(market: Market, rng: np.random.Generator) -> None:
    """A law firm gathers what is left of bankrupt companies on a client-funds account and pays it to their creditors."""
    region = market.region
    firm, lawyer = _office(market, rng, "Advokatbyrå", "69.101", 3)
    for _ in range(int(rng.integers(ESTATES[0], ESTATES[1] + 1))):
        account = region.accounts.open([firm], CLIENT_FUNDS, giro=True)
        end = int(rng.integers(3, region.period.months - 3))
        estate = found_commissioned(market, rng, months=np.arange(end)).organisation
        day = int(region.period.month_starts[end + 1])
        region.give_role(estate, lawyer, "administrator", valid_from=day - 20)
        left = int(rng.integers(*ESTATE_ORE))
        region.pay_out(estate, firm, left, day * DAY + 600, "transfer", payee_account=account)
        sold = rng.integers(*ESTATE_ORE, size=3) // 300
        buyers = rng.choice(market.companies, size=3)
        sold_at = (day + rng.integers(5, 40, size=3)) * DAY + 640
        region.pay_out(buyers, firm, sold, sold_at, "transfer", payee_account=account)
        total = left + int(sold.sum())
        fee = total * int(rng.integers(8, 16)) // 100
        paid_at = int(sold_at.max()) + int(rng.integers(300, 2 * DAY))
        region.pay_out(firm, firm, fee, paid_at, "transfer", payer_account=account)
        share = rng.dirichlet(np.full(CREDITORS, 2.0))
        creditors = np.append(rng.choice(market.suppliers, size=CREDITORS - 1), region.public["skatteverket"])
        dividend = (share * (total - fee)).astype(np.int64)
        region.pay_out(firm, creditors, dividend, paid_at + 30, "transfer", payer_account=account)
    region.truth.tell("insolvency_administrator", firm, "An administrator pays what was left to the creditors.")
