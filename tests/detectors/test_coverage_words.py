"""Why something was not looked at, in the language of whoever reads it: on the screen and in a packet alike."""

from __future__ import annotations

import pytest

from follow_money.detectors.coverage import not_evaluable_words


@pytest.mark.parametrize(
    ("english", "swedish"),
    [
        ("visits: not delivered", "visits: inte levererat"),
        (
            "claims: not delivered for the purpose payment_control",
            "claims: inte levererat för ändamålet payment_control",
        ),
        ("roles: nothing in valid_to", "roles: inget i valid_to"),
        ("without payroll, roles", "utan payroll, roles"),
        (
            "none of claims, visits was delivered for the purpose payment_control",
            "inget av claims, visits är levererat för ändamålet payment_control",
        ),
        (
            "12 searches along payments met a cap: there may be more ways than were found",
            "12 sökningar längs betalningar nådde ett tak: det kan finnas fler vägar än de som hittades",
        ),
        (
            "access_log: not read, the register access_log tells what officials did, and is read only with the settings table [insider]",
            "access_log: inte läst, registret access_log säger vad tjänstemän gjorde och läses bara med inställningstabellen [insider]",
        ),
    ],
)
def test_why_a_detector_could_not_be_evaluated_is_told_in_the_readers_language(english: str, swedish: str) -> None:
    assert not_evaluable_words(english, "sv") == swedish
    assert not_evaluable_words(english, "en") == english
