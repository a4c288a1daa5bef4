"""The inspecting client: every page that a test fetches is also checked for what every page promises."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_UNTRANSLATED = re.compile(r"⟦[^⟧]*⟧")
_EVENT = re.compile(r"^on[a-z]+$")
_HIDDEN_TYPES = {"hidden", "submit", "button", "reset"}
# Words of the frame, never of a record: in English they hold no Chinese
_FRAME_WORDS = "head title, h1, legend, thead th, nav a, .topbar, .form-label, .btn, .help"


def words(tag: Tag | None) -> str:
    """What a reader sees of an element, its spaces collapsed."""
    return "" if tag is None else " ".join(tag.get_text(" ").split())


def attribute(tag: Tag, name: str) -> str:
    """An attribute's text; empty when it is absent."""
    value = tag.get(name)
    return " ".join(value) if isinstance(value, list) else str(value or "")


class PageFault(AssertionError):
    """A fetched page breaks one of the promises; the message lists all that it breaks."""


def faults(html: str) -> list[str]:
    """Everything that is wrong with a page, one sentence each."""
    found = []
    try:
        html5lib.HTMLParser(strict=True).parse(html)
    except Exception as error:  # noqa: BLE001 - the parser has no error class of its own to name
        found.append(f"invalid HTML: {error}")
    soup = BeautifulSoup(html, "html5lib")
    found += _heading_faults(soup) + _id_faults(soup) + _form_faults(soup) + _label_faults(soup)
    found += _policy_faults(soup) + _language_faults(soup, html)
    return found


def _heading_faults(soup: BeautifulSoup) -> list[str]:
    headings, title = soup.find_all("h1"), words(soup.title)
    if len(headings) != 1:
        return [f"{len(headings)} h1 instead of one"]
    if not words(headings[0]) or not title.startswith(words(headings[0])):
        return [f"the title {title!r} does not open with the h1 {words(headings[0])!r}"]
    return []


def _id_faults(soup: BeautifulSoup) -> list[str]:
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    found = [f"id {it!r} twice" for it in sorted({it for it in ids if ids.count(it) > 1})]
    for name in ("aria-describedby", "aria-labelledby"):
        for tag in soup.select(f"[{name}]"):
            found += [
                f"{name} names a missing {it!r}" for it in attribute(tag, name).split() if it not in ids
            ]
    found += [
        f"label for a missing {it['for']!r}"
        for it in soup.find_all("label", attrs={"for": True})
        if it["for"] not in ids
    ]
    anchors = soup.find_all("a", href=re.compile("^#."))
    return found + [f"a link to a missing {it['href']!r}" for it in anchors if it["href"][1:] not in ids]


def _form_faults(soup: BeautifulSoup) -> list[str]:
    found = []
    for form in soup.find_all("form"):
        name = form.get("action") or form.get("class") or "form"
        if not form.get("action") or attribute(form, "method").lower() not in ("get", "post"):
            found.append(f"{name}: a form without action or method")
        tokens = form.find_all("input", attrs={"name": "csrf_token"})
        wanted = 1 if attribute(form, "method").lower() == "post" else 0
        if len(tokens) != wanted:
            found.append(f"{name}: {len(tokens)} tokens instead of {wanted}")
        if form.find_parent("form"):
            found.append(f"{name}: a form within a form")
    for button in soup.find_all("button"):
        if button.get("type") == "submit" and not (button.find_parent("form") or button.get("form")):
            found.append(f"{words(button)!r}: a submit button outside a form")
        if not button.get("type"):
            found.append(f"{words(button)!r}: a button without a type")
    return found


def _label_faults(soup: BeautifulSoup) -> list[str]:
    labelled = {label["for"] for label in soup.find_all("label", attrs={"for": True}) if words(label)}
    found = []
    for control in soup.find_all(["input", "select", "textarea"]):
        if control.get("type") in _HIDDEN_TYPES:
            continue
        named = control.get("aria-label") or control.get("aria-labelledby") or control.find_parent("label")
        if control.get("id") not in labelled and not named:
            found.append(f"{control.get('name')!r}: no label")
    found += [
        f"an empty {tag.name}"
        for tag in soup.find_all(["button", "a"])
        if not words(tag) and not tag.get("aria-label")
    ]
    return found


def _policy_faults(soup: BeautifulSoup) -> list[str]:
    found = ["an inline script" for tag in soup.find_all("script") if not tag.get("src") or words(tag)]
    found += ["an inline style sheet" for _tag in soup.find_all("style")]
    for tag in soup.find_all(True):
        if tag.get("style") is not None:
            found.append(f"a style attribute on {tag.name}")
        found += [f"{name} on {tag.name}" for name in tag.attrs if _EVENT.match(name)]
        for name in ("href", "src", "action", "xlink:href"):
            address = str(tag.get(name, ""))
            if urlsplit(address).netloc or address.lower().startswith("javascript:"):
                found.append(f"an address elsewhere: {address}")
    return found


def _language_faults(soup: BeautifulSoup, html: str) -> list[str]:
    found = [f"untranslated: {it}" for it in sorted(set(_UNTRANSLATED.findall(html)))]
    found += [f"unrendered template: {it}" for it in ("{{", "{%", "%(") if it in html]
    root = soup.html
    language = root.get("lang", "") if root else ""
    if language not in ("zh-CN", "en"):
        found.append(f"html lang is {language!r}")
    if language == "en":
        for tag in soup.select(_FRAME_WORDS):
            foreign = attribute(tag, "lang").startswith("zh") or tag.select_one("[lang^=zh]")
            if _CHINESE.search(words(tag)) and not foreign:
                found.append(f"Chinese in an English page: {words(tag)[:60]!r}")
    return found


class Page:
    """One fetched page and what a test wants to know of it."""

    def __init__(self, response: TestResponse, address: str) -> None:
        self.response = response
        self.address = address
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        self.soup = BeautifulSoup(self.html, "html5lib")

    @property
    def heading(self) -> str:
        """The text of the h1."""
        return words(self.soup.h1)

    @property
    def text(self) -> str:
        """All words of the body, its spaces collapsed."""
        return words(self.soup.body)

    @property
    def main(self) -> str:
        """The words of the main part, without bars and rail."""
        return words(self.soup.main)

    @property
    def errors(self) -> list[str]:
        """The sentences of the error summary, in order."""
        return [words(it) for it in self.soup.select(".errors li")]

    @property
    def flashes(self) -> list[str]:
        """The messages under the page head."""
        return [words(it) for it in self.soup.select(".flash")]

    def one(self, selector: str) -> Tag:
        """The first element of the selector. Raises AssertionError when there is none."""
        found = self.soup.select_one(selector)
        if found is None:
            raise AssertionError(f"nothing like {selector!r} on {self.address}")
        return found

    def rows(self, selector: str = ".ledger tbody tr, .work") -> list[str]:
        """The words of each row of the page's lists."""
        return [words(it) for it in self.soup.select(selector)]

    def link(self, text: str) -> str:
        """The address of the first link whose words contain `text`. Raises AssertionError when none does."""
        for tag in self.soup.find_all("a", href=True):
            if text in words(tag):
                return urljoin(self.address, str(tag["href"]))
        raise AssertionError(f"no link {text!r} on {self.address}")

    def has_button(self, text: str) -> bool:
        """Whether a submit button with these words is offered."""
        return any(text in words(it) for it in self.soup.select("button[type=submit]"))

    def button(self, text: str) -> Tag:
        """The submit button whose words contain `text`; the one in the main part comes first."""
        found = [it for it in self.soup.select("button[type=submit]") if text in words(it)]
        if not found:
            raise AssertionError(
                f"no button {text!r} on {self.address}: {[words(b) for b in self.soup.select('button')]}"
            )
        return next((it for it in found if it.find_parent("main")), found[0])

    def fields(self, form: Tag) -> dict[str, list[str]]:
        """What a browser would send of a form as it stands, without any button."""
        sent: dict[str, list[str]] = {}
        for control in form.find_all(["input", "select", "textarea"]):
            name, kind = control.get("name"), control.get("type", "text")
            if not name or control.has_attr("disabled") or kind in ("submit", "button", "file"):
                continue
            if kind in ("checkbox", "radio") and not control.has_attr("checked"):
                continue
            sent.setdefault(str(name), []).extend(_values(control))
        return sent


def _values(control: Tag) -> list[str]:
    if control.name == "select":
        options = control.find_all("option")
        chosen = [it for it in options if it.has_attr("selected")]
        if not chosen and not control.has_attr("multiple"):
            chosen = options[:1]
        return [str(it.get("value", words(it))) for it in chosen]
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n")]
    kind = control.get("type", "text")
    return [str(control.get("value", "on" if kind in ("checkbox", "radio") else ""))]


class Visitor:
    """A browser without script: it fetches, fills, presses, follows, and checks each page it gets."""

    def __init__(self, app: Flask, language: str | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = {"Accept-Language": {"zh": "zh-CN", "en": "en", None: "zh-CN"}[language]}
        self.page: Page | None = None

    def get(self, address: str, status: int = 200, follow: bool = True) -> Page:
        """Fetch a page; redirects are followed. `status` is what the last answer must have."""
        return self._arrive(self.client.get(address, headers=self.headers), address, status, follow)

    def post(self, address: str, sent: Mapping[str, Any], status: int = 200, follow: bool = True) -> Page:
        """Post as a browser would that holds no form; mostly to see it refused."""
        return self._arrive(
            self.client.post(address, data=dict(sent), headers=self.headers), address, status, follow
        )

    def click(self, text: str, status: int = 200) -> Page:
        """Follow the first link of the current page with these words."""
        return self.get(self._here().link(text), status)

    def submit(
        self, text: str, fields: Mapping[str, Any] | None = None, status: int = 200, follow: bool = True
    ) -> Page:
        """Fill the form that holds this button, press it, and follow where it leads.

        A name that the form doesn't offer raises AssertionError: filling what isn't there proves nothing.
        A value may be a string, a list of strings, or an open file.
        """
        page = self._here()
        button = page.button(text)
        form = button.find_parent("form") or page.soup.find(id=str(button.get("form")))
        assert isinstance(form, Tag)
        sent: dict[str, Any] = dict(page.fields(form))
        offered = {
            str(it["name"]) for it in form.find_all(["input", "select", "textarea"], attrs={"name": True})
        }
        for name, value in (fields or {}).items():
            assert name in offered, f"the form has no field {name!r}: {sorted(offered)}"
            sent[name] = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
        if button.get("name"):
            sent[str(button["name"])] = str(button.get("value", ""))
        target = urljoin(page.address, str(button.get("formaction") or form["action"]))
        if attribute(form, "method").lower() == "get":
            return self._arrive(
                self.client.get(target, query_string=sent, headers=self.headers), target, status, follow
            )
        return self._arrive(self.client.post(target, data=sent, headers=self.headers), target, status, follow)

    def _here(self) -> Page:
        assert self.page is not None, "nothing was fetched yet"
        return self.page

    def _arrive(self, response: TestResponse, address: str, status: int, follow: bool) -> Page:
        for _step in range(10):
            if not (follow and response.status_code in (301, 302, 303, 307, 308)):
                break
            address = urljoin(address, response.headers["Location"])
            response = self.client.get(address, headers=self.headers)
        page = Page(response, address)
        if page.status != status:
            raise PageFault(f"{address} answered {page.status} instead of {status}: {page.text[:300]}")
        if response.mimetype == "text/html" and not 300 <= page.status < 400:
            broken = faults(page.html)
            if broken:
                raise PageFault(f"{address}: " + "; ".join(broken))
            self.page = page
        return page
