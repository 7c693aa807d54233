"""Time sheets, visits, staff ledgers, absences and payroll declarations: who worked where and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthetic_data.absences import ABROAD, HOSPITAL
from synthetic_data.exports.basic_registers import absolute
from synthetic_data.exports.delivery import BOM, NATIONAL, OLD, TABBED, Delivery, Dialect, Spec, write_file
from synthetic_data.exports.lettering import dates, flags, instants, pick, whole_kronor
from synthetic_data.exports.programme_registers import LEGAL_BASIS
from synthetic_data.period import FIRST_YEAR
from synthetic_data.region import ASSISTANCE, HOME_CARE, PAYERS, PROGRAMMES, Region

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from synthetic_data.exports.parties import Parties
    from synthetic_data.rows import Ints

KINDS = ("Aktiv", "Väntetid", "Beredskap")
CONTRACT_KINDS = ("active", "waiting", "standby")
METHODS = ("Tagg", "Telefon", "Manuell", "Elektronisk", "Papper")
CONTRACT_METHODS = ("tag", "phone", "manual", "electronic", "paper")
ABSENCE_FILES = {
    "hospital": (HOSPITAL, "sjukhusvistelser.csv", "Patientdatalagen; SFB 110 kap. 31 §, endast datum"),
    "abroad": (ABROAD, "utlandsvistelser.csv", "SFB 110 kap. 31 §, endast datum"),
}
FILES = ("fk_3059_{}.csv", "hemtjanst_besok_{}.csv")


def export_work_registers(region: Region, parties: Parties, out: Path) -> list[Delivery]:
    """Write them, time reports in one file a half-year, payroll in one a year."""
    return [
        _time_reports(region, parties, out, ASSISTANCE, OLD),
        _time_reports(region, parties, out, HOME_CARE, NATIONAL),
        _staff_ledgers(region, parties, out),
        _absences(region, parties, out, "hospital"),
        _absences(region, parties, out, "abroad"),
        _payroll(region, parties, out),
    ]


def _instants(region: Region, wall: Ints) -> pa.Array:
    return instants(wall, region.period.first_day, region.period.days)


def _time_reports(region: Region, parties: Parties, out: Path, programme: int, dialect: Dialect) -> Delivery:
    shifts = region.shifts
    mine = np.flatnonzero((shifts["programme"] == programme) & (shifts["gone"] == 0))
    mine = mine[np.argsort(parties.ranks.shifts[mine])]
    months = region.period.month_of(np.clip(shifts["start"][mine] // 1440, 0, region.period.days - 1))
    organisation = np.array([each.organisation for each in region.providers])
    files = []
    for half in range(2 * region.period.years):
        rows = mine[months // 6 == half]
        columns = {
            "Rad": parties.report_ids(rows),
            "Beslutsid": parties.decision_ids(shifts["decision"][rows]),
            "Orgnr": parties.organisations(organisation[shifts["provider"][rows]], dash=programme == ASSISTANCE),
            "Brukare": parties.persons(shifts["user"][rows]),
            "Personal": parties.persons(shifts["staff"][rows]),
            "Start": _instants(region, shifts["start"][rows]),
            "Slut": _instants(region, shifts["end"][rows]),
            "Dubbel": flags(shifts["is_double"][rows]),
            "Metod": pick(METHODS, shifts["method"][rows]),
            "Registrerad": _instants(region, np.minimum(shifts["entered"][rows], (region.period.days + 100) * 1440)),
            "Ersätter rad": parties.report_ids(shifts["corrects"][rows]),
        }
        if programme == ASSISTANCE:
            columns |= {
                "Brukarens namn": parties.person_names(shifts["user"][rows], latin=True),
                "Assistentens namn": parties.person_names(shifts["staff"][rows], latin=True),
                "Slag": pick(KINDS, shifts["kind"][rows]),
            }
        files.append(FILES[programme].format(f"{FIRST_YEAR + half // 2}H{half % 2 + 1}"))
        write_file(out / files[-1], columns, dialect)
    mapping: dict[str, Spec] = {
        "report_id": "Rad",
        "decision_id": "Beslutsid",
        "programme": {"constant": PROGRAMMES[programme]},
        "organisation_number": "Orgnr",
        "user_number": "Brukare",
        "staff_number": "Personal",
        "starts_at": "Start",
        "ends_at": "Slut",
        "is_double": {"column": "Dubbel", "true": ["J"]},
        "method": {"column": "Metod", "values": dict(zip(METHODS, CONTRACT_METHODS, strict=True))},
        "entered_at": "Registrerad",
        "corrects_report_id": "Ersätter rad",
    }
    if programme == ASSISTANCE:
        mapping |= {
            "user_name": "Brukarens namn",
            "staff_name": "Assistentens namn",
            "kind": {"column": "Slag", "values": dict(zip(KINDS, CONTRACT_KINDS, strict=True))},
        }
    return Delivery(
        register="time_reports",
        files=files,
        payer=PAYERS[programme],
        legal_basis=LEGAL_BASIS[programme],
        dialect=dialect,
        columns=mapping,
        rows=int(mine.size),
    )


def _staff_ledgers(region: Region, parties: Parties, out: Path) -> Delivery:
    clock = region.clock
    rows = np.lexsort((clock["person"], clock["start"]))
    columns = {
        "Orgnr": parties.organisations(clock["organisation"][rows], dash=True),
        "Arbetsgivare": parties.organisation_names(clock["organisation"][rows]),
        "Personnr": parties.persons(clock["person"][rows], dash=True),
        "Namn": parties.person_names(clock["person"][rows], latin=False),
        "In": _instants(region, clock["start"][rows]),
        "Ut": _instants(region, clock["end"][rows]),
    }
    write_file(out / "personalliggare.csv", columns, BOM)
    return Delivery(
        register="staff_ledgers",
        files=["personalliggare.csv"],
        legal_basis="Skatteförfarandelagen (2011:1244) 39 kap. 11 §",
        rows=clock.count,
        columns={
            "organisation_number": "Orgnr",
            "organisation_name": "Arbetsgivare",
            "person_number": "Personnr",
            "person_name": "Namn",
            "starts_at": "In",
            "ends_at": "Ut",
        },
    )


def _absences(region: Region, parties: Parties, out: Path, value: str) -> Delivery:
    kind, name, basis = ABSENCE_FILES[value]
    absences = region.absences
    rows = np.flatnonzero(absences["kind"] == kind)
    rows = rows[np.lexsort((absences["person"][rows], absences["first"][rows]))]
    columns = {
        "Personnr": parties.persons(absences["person"][rows]),
        "Namn": parties.person_names(absences["person"][rows], latin=False),
        "Från": dates(absolute(region, absences["first"][rows])),
        "Till": dates(absolute(region, absences["last"][rows])),
    }
    write_file(out / name, columns, TABBED)
    return Delivery(
        register="absences",
        files=[name],
        legal_basis=basis,
        rows=int(rows.size),
        columns={
            "person_number": "Personnr",
            "person_name": "Namn",
            "kind": {"constant": value},
            "from_on": "Från",
            "to_on": "Till",
        },
    )


def _payroll(region: Region, parties: Parties, out: Path) -> Delivery:
    payroll, period = region.payroll, region.period
    order = np.lexsort((payroll["person"], payroll["organisation"], payroll["received"], payroll["month"]))
    year = np.minimum(payroll["month"][order] // 12, period.years)
    files = []
    for number in np.unique(year):
        rows = order[year == number]
        columns = {
            "AgRegistreradId": parties.organisations(payroll["organisation"][rows], prefix="16"),
            "BetalningsmottagarId": parties.persons(payroll["person"][rows]),
            "RedovisningsPeriod": dates(absolute(region, period.month_starts[payroll["month"][rows]]), "%Y%m"),
            "Specifikationsnummer": pick(("", "001", "002", "003"), payroll["specification"][rows]),
            "KontantErsattningUlagAG": whole_kronor(payroll["gross"][rows]),
            "KontantErsattningEjUlagSA": whole_kronor(payroll["f_tax"][rows]),
            "AvdrPrelSkatt": whole_kronor(payroll["tax"][rows]),
            "Inkom": _instants(region, payroll["received"][rows]),
            "Borttag": flags(payroll["deletion"][rows], "1", "0"),
        }
        files.append(f"agi_{FIRST_YEAR + int(number)}.csv")
        write_file(out / files[-1], columns, NATIONAL)
    return Delivery(
        register="payroll",
        files=files,
        legal_basis="SFL 26 kap. 19 a §; OSL 27 kap.; utlämnande enligt lag (2016:774)",
        rows=payroll.count,
        columns={
            "organisation_number": "AgRegistreradId",
            "person_number": "BetalningsmottagarId",
            "month": {"column": "RedovisningsPeriod", "format": "%Y%m"},
            "specification_no": "Specifikationsnummer",
            "cash_pay_ore": "KontantErsattningUlagAG",
            "f_tax_pay_ore": "KontantErsattningEjUlagSA",
            "tax_ore": "AvdrPrelSkatt",
            "received_at": "Inkom",
            "is_deletion": {"column": "Borttag", "true": ["1"]},
        },
    )
