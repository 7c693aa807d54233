from __future__ import annotations

import base64
import hmac

import pyarrow as pa
import pytest

from follow_money.entities.entity_ids import keyed_entity_ids, keyed_mention_ids, refuse_collisions
from follow_money.errors import FollowMoneyError


def test_an_entity_id_is_the_start_of_the_hmac_in_base32() -> None:
    (made,) = keyed_entity_ids(pa.array(["P-"]), pa.array(["x"]), b"key").to_pylist()
    assert made == "P-" + base64.b32encode(hmac.digest(b"key", b"x", "sha256")).decode().lower()[:12]


def test_another_key_gives_another_id() -> None:
    one, other = (keyed_mention_ids(pa.array(["x"]), key)[0].as_py() for key in (b"a", b"b"))
    assert one != other
    assert one.startswith("M-")


def test_two_entities_with_one_id_stop_the_run() -> None:
    refuse_collisions(pa.array(["P-a", "P-b"]))
    with pytest.raises(FollowMoneyError, match="same id"):
        refuse_collisions(pa.array(["P-a", "P-a"]))
