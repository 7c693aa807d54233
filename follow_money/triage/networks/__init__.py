"""Networks across cases, the second pass: who connects the cases of a run, and what falls apart without it.

A connector is an owner, officer, accountant, address, telephone, account or payee that organisations of several cases have in common. It is shown with its
dated ties of money or control; household, kinship, origin and creed tie nobody. Nothing here ranks a person: connectors stand in the order of their ids.
"""

from follow_money.triage.networks.connectors import Networks, find_networks
from follow_money.triage.networks.schemas import CONNECTORS, KEY_CONNECTORS, TIES

__all__ = ["CONNECTORS", "KEY_CONNECTORS", "TIES", "Networks", "find_networks"]
