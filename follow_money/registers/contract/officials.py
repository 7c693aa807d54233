"""What officials did: look-ups and approvals. Read only where the settings table ``[insider]`` opens it (fairness requirement F-33)."""

from __future__ import annotations

from typing import Final

from follow_money.model import EntityKind, Party, Register
from follow_money.registers.contract.columns import (
    CURRENCY,
    ORGANISATION,
    ORGANISATION_COLUMNS,
    PERSON,
    PERSON_COLUMNS,
    category,
    date,
    instant,
    number,
    ore,
    spelling,
    text,
)

_OFFICIAL = Party(role="official", kind=EntityKind.ACCOUNT, account="user_account")
_USER_ACCOUNT = text(
    "user_account", "the official's account in the system; becomes a keyed id", required=True, restricted=True
)
_UNIT = text("unit", "the unit that the official works in, as a code: officials are compared within one", required=True)

ACCESS_LOG: Final = Register(
    name="access_log",
    swedish="åtkomstlogg (handläggningssystem)",
    text="Which official opened whose record, when and in which case. Each system keeps its own log and no common export exists; what was read is never part "
    "of it. Staff must have been told of it.",
    columns=(
        text("lookup_id", "id of the log's row", required=True),
        text("system", "the system, as a code", required=True),
        _UNIT,
        _USER_ACCOUNT,
        instant("looked_at", "when the record was opened", required=True),
        *PERSON_COLUMNS,
        *ORGANISATION_COLUMNS,
        text("case_id", "the case that the system had open; empty where there was none"),
        category(
            "reason",
            "why records are opened without a case by order: a supervisor's sampling (stickprov), on call for others (jour), moving of cases to another "
            "system or unit (migrering), training",
            "sampling",
            "on_call",
            "migration",
            "training",
        ),
    ),
    parties=(_OFFICIAL, PERSON, ORGANISATION),
    is_of_officials=True,
)

APPROVALS: Final = Register(
    name="approvals",
    swedish="attester och beslut (attestlogg)",
    text="Which official approved what for which supplier or provider, and up to which limit. Held by the ledger or the case system; the official's personal "
    "number comes from the staff register and is needed for ties alone.",
    columns=(
        text("approval_id", "id of the approval", required=True),
        _UNIT,
        _USER_ACCOUNT,
        number("official_number", "the official's own personal number"),
        spelling("official_name", "the official's name"),
        *ORGANISATION_COLUMNS,
        date("approved_on", "day of the approval", required=True),
        ore("amount_ore", "amount that was approved", required=True),
        CURRENCY,
        ore("limit_ore", "the limit above which somebody else must approve too (delegationsordning, attestgräns)"),
        category(
            "allocation",
            "how the matter came to this official: drawn (in turn or by lot), district (an area or clients of their own), framework (a contract with "
            "one supplier that the official is in charge of), stand_in (for somebody else), standing (an approval that recurs by contract)",
            "drawn",
            "district",
            "framework",
            "stand_in",
            "standing",
        ),
        category(
            "tie_handled",
            "whether a tie to the organisation was notified: side job permitted (bisyssla), or somebody else decided (jäv)",
            "side_job",
            "recused",
        ),
    ),
    parties=(
        _OFFICIAL,
        Party(role="person", kind=EntityKind.PERSON, number="official_number", name="official_name"),
        ORGANISATION,
    ),
    is_of_officials=True,
)
