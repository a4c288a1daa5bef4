"""The language of a page, and the one catalogue that every sentence goes through.

Message ids are the Chinese sentences, so Chinese needs no catalogue at all. English is the union of
`translations/en/*.po`, merged in memory at the first use: no compiled file can be forgotten.
WTForms speaks English by itself: `translations/zh/wtforms.po` turns its sentences into ours, which go on the
common way.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel import support
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel import Babel, Domain, get_domain, get_locale, gettext
from markupsafe import Markup

LANGUAGES = {"zh": "中文", "en": "English"}
DEFAULT_LANGUAGE = "zh"
HTML_LANG = {"zh": "zh-CN", "en": "en"}
TRANSLATIONS = Path(__file__).parents[1] / "translations"
UNTRANSLATED = "⟦%s⟧"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class CatalogueConflict(Exception):
    """Two files of one language translate the same sentence differently."""


def merged(language: str) -> Catalog:
    """The union of a language's files. Raises CatalogueConflict when two files disagree."""
    union = Catalog(locale=language)
    for path in sorted((TRANSLATIONS / language).glob("*.po")):
        with path.open("rb") as file:
            area = read_po(file, locale=language, abort_invalid=True)
        for message in area:
            if not message.id or not message.string:
                continue
            known = union.get(message.id, message.context)
            if known is not None and known.string != message.string:
                raise CatalogueConflict(f"{path.name}: {message.id}")
            union.add(message.id, message.string, context=message.context, flags=message.flags)
    return union


@cache
def translations(language: str) -> support.NullTranslations:
    """The catalogue of a language, read once a process."""
    compiled = io.BytesIO()
    write_mo(compiled, merged(language))
    compiled.seek(0)
    return support.Translations(compiled)


class Marking(support.NullTranslations):
    """Shows what has no translation between brackets: only tests put it behind a catalogue."""

    def gettext(self, message: str) -> str:
        return UNTRANSLATED % message if _CHINESE.search(message) else message

    ugettext = gettext

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    ungettext = ngettext


@cache
def marked_translations(language: str) -> support.NullTranslations:
    """As `translations`, with every missing sentence in brackets."""
    compiled = io.BytesIO()
    write_mo(compiled, merged(language))
    compiled.seek(0)
    catalogue = support.Translations(compiled)
    catalogue.add_fallback(Marking())
    return catalogue


class Catalogue(Domain):
    """Flask-Babel's domain over our merged files: Chinese answers with the id itself."""

    def __init__(self, load: Callable[[str], support.NullTranslations]) -> None:
        super().__init__()
        self._load = load
        self._chinese = support.NullTranslations()
        # Templates pass literals alone, so that this is no larger than the catalogue.
        self._written: dict[tuple[str, str], Markup] = {}

    def get_translations(self) -> support.NullTranslations:
        return self.of(language())

    def sentence(self, message: str, /, **values: object) -> Markup:
        """What a template's ``_`` writes: the sentence in the reader's language, its values escaped."""
        key = (language(), message)
        words = self._written.get(key)
        if words is None:
            # Our own sentences, as Jinja's own `_` takes them; what is put into them is escaped.
            words = self._written[key] = Markup(self.of(key[0]).ugettext(message))  # noqa: S704
        return words % values if values or "%" in words else words

    def of(self, code: str) -> support.NullTranslations:
        """The catalogue of a language, whatever the language of the request."""
        return self._chinese if code == "zh" else self._load(code)


class OneCatalogue(Babel):
    """Flask-Babel with our catalogue in place of its folders of compiled files."""

    catalogue: Catalogue

    @property
    def domain_instance(self) -> Catalogue:
        return self.catalogue


class FormMessages:
    """WTForms' own sentences in our words and in the reader's language (a form's `get_translations`)."""

    def gettext(self, string: str) -> str:
        return gettext(translations("zh").gettext(string))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        ours = translations("zh").ngettext(singular, plural, n)
        return get_domain().get_translations().ungettext(ours, ours, n)


form_messages = FormMessages()


def language() -> str:
    """The language of this request, "zh" or "en"; Chinese outside one."""
    if not has_app_context():
        return DEFAULT_LANGUAGE
    # A page asks some hundred times, which the way through Flask-Babel would make its largest cost.
    here = g._get_current_object()
    code: str | None = here.get("language_code")
    if code is None:
        locale = get_locale()
        code = here.language_code = DEFAULT_LANGUAGE if locale is None else locale.language
    return code


def select_language(current_actor: Callable[[], object | None]) -> str:
    """Her own choice, else this browser's earlier choice, else what the browser asks for, else Chinese."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    chosen = getattr(current_actor(), "language", None) or session.get("language")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(list(LANGUAGES), DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE


def say(text: object) -> str:
    """A sentence that reached the template as a value, in the reader's language; what is unknown stays.

    Labels and messages of forms are plain Chinese ids, so that forms need not know how they are served.
    """
    return str(text) if language() == "zh" else translations("en").ugettext(str(text))


def register(app: Flask, current_actor: Callable[[], object | None]) -> None:
    """Install language selection and the catalogue."""
    babel = OneCatalogue()
    babel.catalogue = Catalogue(marked_translations if app.testing else translations)
    babel.init_app(
        app, default_locale=DEFAULT_LANGUAGE, locale_selector=lambda: select_language(current_actor)
    )
    app.jinja_env.filters["say"] = say
    app.jinja_env.globals["_"] = babel.catalogue.sentence


def remember(code: str) -> None:
    """Keep an anonymous visitor's choice in the signed cookie. Raises ValueError for an unknown language."""
    if code not in LANGUAGES:
        raise ValueError(code)
    session["language"] = code
    g.pop("_flask_babel", None)
    g.pop("language_code", None)
