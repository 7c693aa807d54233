"""The register contract: every table that can be delivered, its typed columns, and the parties its rows speak of.

One place. The documentation page (``docs/register-contract.md``) is generated from it, `load` types files by it,
`connect` replaces the parties by entity ids by it. A register stands here only when something reads it.

Never part of the contract, and dropped with a count when a delivery holds them: sex, citizenship, birth place, language,
creed, diagnosis, income class, neighbourhood (fairness requirements F-05, F-31, F-37).
"""

from __future__ import annotations

from typing import Final

from follow_money.model import Register
from follow_money.registers.contract.accounts import ACCOUNTS, BALANCES
from follow_money.registers.contract.activities import ACTIVITIES
from follow_money.registers.contract.assessments import ASSESSMENTS
from follow_money.registers.contract.bankruptcy import BANKRUPTCIES
from follow_money.registers.contract.care import VISITS
from follow_money.registers.contract.dwellings import DWELLINGS, RESIDENCES
from follow_money.registers.contract.grounds import CLAIMS, CONTRACTS, DECISIONS, PERMITS, RATES
from follow_money.registers.contract.insurance import INCIDENTS
from follow_money.registers.contract.money import INVOICES, PAYMENTS
from follow_money.registers.contract.officials import ACCESS_LOG, APPROVALS
from follow_money.registers.contract.organisation_life import ORGANISATION_EVENTS, VEHICLES
from follow_money.registers.contract.people_and_organisations import (
    FOREIGN_PERSONS,
    ORGANISATIONS,
    PERSONS,
    RELATIONS,
    ROLES,
)
from follow_money.registers.contract.programmes import PROGRAMMES
from follow_money.registers.contract.reported_absences import REPORTED_ABSENCES
from follow_money.registers.contract.serving import SERVING_FUNDS, SERVING_REPORTS
from follow_money.registers.contract.standing import BOOKKEEPING, STATUSES
from follow_money.registers.contract.support import GRANTS, SUPPORT_APPLICATIONS
from follow_money.registers.contract.tax import EU_SUPPLIES, TAX_RETURNS, VAT_REGISTRATIONS
from follow_money.registers.contract.work import ABSENCES, PAYROLL, STAFF_LEDGERS, TIME_REPORTS

__all__ = ["PROGRAMMES", "REGISTERS"]

REGISTERS: Final[dict[str, Register]] = {
    register.name: register
    for register in (
        ORGANISATIONS,
        PERSONS,
        RELATIONS,
        ROLES,
        ACCOUNTS,
        BALANCES,
        PERMITS,
        CONTRACTS,
        DECISIONS,
        ASSESSMENTS,
        CLAIMS,
        TIME_REPORTS,
        STAFF_LEDGERS,
        ABSENCES,
        VISITS,
        PAYROLL,
        REPORTED_ABSENCES,
        RESIDENCES,
        DWELLINGS,
        BANKRUPTCIES,
        PAYMENTS,
        INVOICES,
        RATES,
        ORGANISATION_EVENTS,
        VEHICLES,
        GRANTS,
        SUPPORT_APPLICATIONS,
        ACTIVITIES,
        TAX_RETURNS,
        SERVING_REPORTS,
        SERVING_FUNDS,
        VAT_REGISTRATIONS,
        EU_SUPPLIES,
        STATUSES,
        BOOKKEEPING,
        INCIDENTS,
        ACCESS_LOG,
        APPROVALS,
        FOREIGN_PERSONS,
    )
}
"""Every register of the contract by its name."""
