"""Ids that hold no number and no name: the start of a keyed hash of what an entity is.

HMAC-SHA-256 under the workspace's key, because the space of identity numbers is small enough to try them all against a
plain hash. The same description gives the same id in any order and any run.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from follow_money.entities.fixed_texts import one_text_array
from follow_money.errors import FollowMoneyError

ID_LETTERS: Final = 12
"""Base32 characters of an id: 60 bits, so that ten million entities meet by chance once in 20,000 workspaces."""

_BASE32: Final = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)
_SHIFTS: Final = np.arange(59, 0, -5, dtype=np.uint64)


def keyed_entity_ids(prefixes: pa.Array, identities: pa.Array, key: bytes) -> pa.Array:
    """An id for each identity: the prefix, then 12 lower-case base32 characters of its HMAC-SHA-256."""
    return _ids(prefixes, b"".join(hmac.digest(key, text, "sha256")[:8] for text in _utf8(identities)))


def keyed_mention_ids(descriptions: pa.Array, key: bytes) -> pa.Array:
    """An id for each description: "M-", then 12 characters of a keyed BLAKE2b.

    Descriptions are several times as many as entities and their ids stay in the restricted folder; this hash takes
    a third of the time. A keyed hash is made text by text: these two are the only loops over everything.
    """
    short_key = hashlib.sha256(key).digest()
    keyed = hashlib.blake2b(key=short_key, digest_size=8)
    digests = []
    for text in _utf8(descriptions):
        one = keyed.copy()
        one.update(text)
        digests.append(one.digest())
    return _ids(pa.array(["M-"] * len(descriptions), pa.string()), b"".join(digests))


def _utf8(texts: pa.Array) -> list[bytes]:
    told: list[bytes] = texts.cast(pa.binary()).to_pylist()
    return told


def _ids(prefixes: pa.Array, digests: bytes) -> pa.Array:
    numbers = np.frombuffer(digests, dtype=">u8").astype(np.uint64)
    letters = np.ascontiguousarray(_BASE32[((numbers[:, None] >> _SHIFTS) & np.uint64(31)).astype(np.intp)])
    texts = one_text_array(letters.view(f"S{ID_LETTERS}").ravel())
    return pc.binary_join_element_wise(prefixes, texts, "")


def refuse_collisions(ids: pa.Array) -> None:
    """Raise FollowMoneyError when two different entities have one id."""
    if len(ids.unique()) != len(ids):
        raise FollowMoneyError(
            "Two different entities came out with the same id. Nothing was written. This happens by chance once in "
            "many thousand workspaces: give the workspace another key and resolve again."
        )
