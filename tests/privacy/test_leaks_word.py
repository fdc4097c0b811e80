"""As for PDF: Word, Excel, PowerPoint, EPUB, pages of the web, pictures, texts, unknown bytes."""

from __future__ import annotations

import pytest

from generator.privacy.leaks import scan
from tests.privacy import hiding_word
from tests.privacy.stand_in import IDENTITY, NAME, PHONE, ROSTER


def told(data: bytes) -> list[tuple[str, str]]:
    return [(leak.ref, str(leak.what)) for leak in scan("x", data, ROSTER) if leak.kind == "roster"]


@pytest.mark.parametrize("name", hiding_word.WAYS)
def test_a_name_is_found(name: str) -> None:
    assert ("C-1", "姓名") in told(hiding_word.made(name))


@pytest.mark.parametrize("name", hiding_word.WAYS)
def test_other_words_are_let_through(name: str) -> None:
    assert told(hiding_word.made(name, "社会工作")) == []


@pytest.mark.parametrize("name", hiding_word.WAYS)
def test_nothing_of_it_is_told(name: str) -> None:
    for leak in scan("x", hiding_word.made(name), ROSTER):
        assert NAME not in repr(leak)


@pytest.mark.parametrize("words", [PHONE, IDENTITY])
@pytest.mark.parametrize("name", ["runs", "table_column", "html spans", "csv", "jpeg exif", "base64"])
def test_numbers_are_found(name: str, words: str) -> None:
    assert {ref for ref, _ in told(hiding_word.made(name, words))} == {"C-1"}
