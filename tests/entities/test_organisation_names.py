from __future__ import annotations

import pyarrow as pa
import pytest

from follow_money.entities.organisation_names import organisation_names


@pytest.mark.parametrize(
    ("name", "key", "form", "status"),
    [
        ("Höga Kusten AB", "hoga kusten", "AB", None),
        ("AB Höga Kusten", "hoga kusten", "AB", None),
        ("Höga Kusten Aktiebolag (publ)", "hoga kusten", "AB", None),
        ("Höga Kusten AB i likvidation", "hoga kusten", "AB", "liquidation"),
        ("Konkursbo Höga Kusten AB", "hoga kusten", "AB", "bankrupt"),
        ("HÖGA KUSTEN HANDELSBOLAG", "hoga kusten", "HB", None),
        ("Höga Kusten KB", "hoga kusten", "KB", None),
        ("Solen ek. för.", "solen", "EK", None),
        ("Solen ekonomisk förening", "solen", "EK", None),
        ("Brf Solen", "solen", "BRF", None),
        ("Bostadsrättsföreningen Solen", "solen", "BRF", None),
        ("Solens samfällighetsförening", "solens", "SF", None),
        ("Solens ideella förening", "solens", "I", None),
        ("Stiftelsen Solen", "solen", "S", None),
        ("Solens församling", "solens", "TSF", None),
        ("Anna Berg enskild firma", "anna berg", "E", None),
        ("Solen Oy, svensk filial", "solen", "FL", None),
        ("Solen & Månen Ltd", "manen solen", "LTD", None),
        ("SOLEN AND MÅNEN LIMITED", "manen solen", "LTD", None),
        ("AB", "ab", None, None),
        ("Konkursboet efter Höga Kusten AB", "hoga kusten", "AB", "bankrupt"),
        ("Höga Kusten AB:s konkursbo", "hoga kusten", "AB", "bankrupt"),
        ("Höga Kusten AB i frivillig likvidation", "hoga kusten", "AB", "liquidation"),
        ("Ekonomiska föreningen Solen", "solen", "EK", None),
        ("Solen ek. för. u.p.a.", "solen", "EK", None),
        ("HSB Brf Solen", "hsb solen", "BRF", None),
        ("Filial till Solen Ltd", "solen", "FL", None),
        ("Solen Bank Abp, filial i Sverige", "solen", "FL", None),
        ("Solen DAC filial Sverige", "solen", "FL", None),
        ("Fastighets AB Solen", "fastighets solen", "AB", None),
        ("Fastighetsaktiebolaget Solen", "fastighets solen", "AB", None),
        ("FASTIGHETSKOMMANDITBOLAGET SOLEN", "fastighets solen", "KB", None),
        ("Fastighets KB Solen i likvidation", "fastighets solen", "KB", "liquidation"),
        ("Solens Bygg AB i konkurs c/o Advokat Berg", "advokat berg bygg c o solens", "AB", "bankrupt"),
        ("Solens Omsorg EK i likvidation", "omsorg solens", "EK", "liquidation"),
        ("Solens Omsorg EK (publ)", "omsorg solens", "EK", None),
        ("Solens bostadsrättsförening c/o Berg AB Malmö", "ab berg c malmo o solens", "BRF", None),
        ("Bygg HB Berg & Ek", "berg bygg ek", "HB", None),
        ("Stiftelsen AB Solens Vänner", "ab solens vanner", "S", None),
    ],
)
def test_form_and_status_are_taken_out_and_kept(name: str, key: str, form: str | None, status: str | None) -> None:
    found = organisation_names(pa.array([name]))
    assert (found.form[0].as_py(), found.status[0].as_py()) == (form, status)
    assert found.key[0].as_py() == key or (form == "FL" and key in found.key[0].as_py())


@pytest.mark.parametrize(
    ("name", "key", "form"),
    [
        ("Anna Ek", "anna ek", None),
        ("ANNA EK", "anna ek", None),
        ("Ek Bygg", "bygg ek", None),
        ("Ek & Lind AB", "ek lind", "AB"),
        ("Solen EK", "solen", "EK"),
        ("Per Ås", "as per", None),
        ("Ås Bygg AB", "as bygg", "AB"),
        ("Solen AS", "solen", "AS"),
        ("A.B. Berg AB", "a b berg", "AB"),
        ("Inc Bygg AB", "bygg inc", "AB"),
        ("Brf Solens Förvaltning AB", "brf forvaltning solens", "AB"),
        ("Stiftelsen Solen AB", "solen stiftelsen", "AB"),
    ],
)
def test_a_word_that_looks_like_a_form_is_part_of_the_name(name: str, key: str, form: str | None) -> None:
    found = organisation_names(pa.array([name]))
    assert (found.key[0].as_py(), found.form[0].as_py()) == (key, form)


def test_swedish_letters_are_kept_beside_the_key() -> None:
    names = organisation_names(pa.array(["Hålls AB", "Hälls AB", "Halls AB", "Solen ek. för."]))
    assert names.key.to_pylist() == ["halls", "halls", "halls", "solen"]
    assert names.strict_key.to_pylist() == ["hålls", "hälls", None, None]


@pytest.mark.parametrize(
    ("name", "key", "form"),
    [
        ("Solen Bankaktiebolag", "solen", "BAB"),
        ("Solens Sparbank", "solens", "SB"),
        ("Solen Försäkringsaktiebolag (publ)", "solen", "FAB"),
        ("Solen Ömsesidigt Försäkringsbolag", "solen", "OFB"),
        ("Solen Europabolag", "solen", "SE"),
        ("Kooperativa hyresrättsföreningen Solen", "solen", "KHF"),
        ("Solens Medlemsbank", "solens", "MB"),
        ("Arbetslöshetskassan Solen", "solen", "AK"),
        ("Dödsboet Anna Berg", "anna berg", "DB"),
        ("Solen AB (svb)", "solen", "AB"),
        ("H.B. Solen", "solen", "HB"),
        ("Bostadsföreningen Solen", "solen", "BF"),
    ],
)
def test_rarer_legal_forms_are_known_too(name: str, key: str, form: str) -> None:
    found = organisation_names(pa.array([name]))
    assert (found.key[0].as_py(), found.form[0].as_py()) == (key, form)
