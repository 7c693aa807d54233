"""Refer: from a case to a packet for one authority, and the check that a packet is whole."""

from follow_money.referral.authority import Authority, authority_codes, find_authority
from follow_money.referral.packet import write_packet
from follow_money.referral.verify import Verification, verify_packet

__all__ = ["Authority", "Verification", "authority_codes", "find_authority", "verify_packet", "write_packet"]
