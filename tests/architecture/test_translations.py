"""Every sentence in the source has its English, and no translation outlives its sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from casework.presentation import locale

ROOT = Path(__file__).parents[2]
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
FOLDERS = ("casework", "forms", "templates")


def sentences() -> dict[str, str]:
    """Each message id of the source and where it first stands."""
    found: dict[str, str] = {}
    for folder in FOLDERS:
        for place, line, message, _comments, _context in extract_from_dir(
            ROOT / folder, METHODS, keywords=KEYWORDS
        ):
            message_id = message[0] if isinstance(message, tuple) else message
            found.setdefault(message_id, f"{folder}/{place}:{line}")
    return found


def known(language: str) -> set[str]:
    """Each message id that a language's files translate."""
    return {str(it.id if isinstance(it.id, str) else it.id[0]) for it in locale.merged(language) if it.id}


def test_every_sentence_has_its_english() -> None:
    translated = known("en")
    assert {text: place for text, place in sentences().items() if text not in translated} == {}


def test_no_translation_is_left_over() -> None:
    used = set(sentences())
    # What WTForms says arrives in our words through a catalogue of its own
    for message in locale.merged("zh"):
        used.update([message.string] if isinstance(message.string, str) else message.string or ())
    assert known("en") - used == set()


@pytest.mark.parametrize("path", sorted(locale.TRANSLATIONS.glob("*/*.po")), ids=lambda path: path.name)
def test_a_file_of_translations_is_finished(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parent.name, abort_invalid=True)
    assert [it.id for it in catalogue if it.id and it.fuzzy] == []
    assert [
        it.id
        for it in catalogue
        if it.id and not all([it.string] if isinstance(it.string, str) else it.string or [""])
    ] == []
    faults = [(it.id, str(fault)) for it in catalogue for fault in it.check()]
    assert faults == []
