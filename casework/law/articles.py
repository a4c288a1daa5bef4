"""The articles that time limits and duties cite, in both languages, from `articles.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("articles.toml")


@dataclass(frozen=True, slots=True)
class Article:
    """A place in a text of law. `standing` is 'seen' (its sentence was read) or 'setting' (no text fixes
    the figure).
    """

    key: str
    zh: str
    en: str
    standing: str

    def label(self, language: str) -> str:
        """The citation in `language`, 'zh' or 'en'; any other language reads as English."""
        return self.zh if language.startswith("zh") else self.en


def article(key: str) -> Article:
    """The article of that key. Raises KeyError: a key is written by us, never by a person at a screen."""
    return all_articles()[key]


@lru_cache(maxsize=1)
def all_articles() -> Mapping[str, Article]:
    """Every article that is cited, by its key."""
    document = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({key: Article(key=key, **fields) for key, fields in document.items()})
