"""A name hidden in a PDF, however it is, is found; the finding tells whose it is and never what."""

from __future__ import annotations

import pytest

from generator.privacy.leaks import scan
from tests.privacy import hiding_pdf
from tests.privacy.stand_in import ADDRESS, IDENTITY, NAME, PHONE, ROSTER


def told(data: bytes) -> list[tuple[str, str]]:
    return [(leak.ref, str(leak.what)) for leak in scan("x.pdf", data, ROSTER) if leak.kind == "roster"]


@pytest.mark.parametrize("name", hiding_pdf.WAYS)
def test_a_name_is_found(name: str) -> None:
    assert ("C-1", "姓名") in told(hiding_pdf.made(name))


@pytest.mark.parametrize("name", hiding_pdf.WAYS)
def test_other_words_are_let_through(name: str) -> None:
    assert told(hiding_pdf.made(name, "社会工作")) == []


@pytest.mark.parametrize("words", [PHONE, IDENTITY, ADDRESS, "聞人採蘩", "ＷｅｎＲｅｎ Cǎifán"])
@pytest.mark.parametrize("name", ["plain", "single_glyphs_in_disorder", "note", "percent_link", "attached text"])
def test_other_strings_are_found(name: str, words: str) -> None:
    if words.startswith("Ｗ"):
        pytest.skip("tones are for the roster to fold")
    try:
        data = hiding_pdf.made(name, words)
    except UnicodeEncodeError:
        pytest.skip("not in this encoding")
    assert {ref for ref, _ in told(data)} == {"C-1"}


@pytest.mark.parametrize("name", hiding_pdf.WAYS)
def test_nothing_of_it_is_told(name: str) -> None:
    for leak in scan("x.pdf", hiding_pdf.made(name), ROSTER):
        assert NAME not in repr(leak)
