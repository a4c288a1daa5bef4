"""`make pictures`: the main screens as pictures, in two sizes and two languages, with a county's data and without.

Single pictures and contact sheets go into pictures/. With --guides the few that the README shows are written
into docs/pictures as well. --demo and --office name folders that are kept, so that a second run is quick.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page

from casework.demo import folder
from casework.factory import create_app
from config import Settings
from tests.browser import screens
from tests.browser.served import OFFICE_SCREEN, PHONE, chromium, served, sign_in, window
from tests.make import PASSWORD, built_in, settings_for

ROOT = Path(__file__).parents[1]
OUT, GUIDES = ROOT / "pictures", ROOT / "docs" / "pictures"
SIZES = {"office": OFFICE_SCREEN, "phone": PHONE}
LANGUAGES = ("zh", "en")
DEMO_SIZE = 120
# What the README shows, in Chinese at the office's size; by the names of files.
SHOWN = {"today": "today", "call-emergency": "call", "case": "case", "statistics": "statistics"}
SHEET = """<!doctype html><meta charset="utf-8"><title>{title}</title><style>
body {{ margin: 16px; font: 13px sans-serif; background: #ddd }} h1 {{ font-size: 16px; margin: 0 0 8px }}
main {{ display: flex; flex-wrap: wrap; gap: 12px }} figure {{ margin: 0; width: {thumb}px }}
div {{ height: {tall}px; overflow: hidden; background: #fff }} img {{ width: 100% }}
</style><h1>{title}</h1><main>{figures}</main>"""
SHEET_WIDTH = 1560
# How many pages below one another a picture shows at most: a list of a thousand lines is no picture.
MOST_PAGES = 3


@dataclass
class Sitters:
    """People of one office who sit for pictures: a page for each, in one language."""

    browser: Browser
    address: str
    passwords: dict[str, str]
    language: str
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, who: str) -> Page:
        """Her page; a stranger's where ``who`` is empty."""
        if who not in self.pages:
            self.pages[who] = window(self.browser, self.address, language=self.language).new_page()
            if who:
                sign_in(self.pages[who], who, self.passwords.get(who, PASSWORD), self.language)
        return self.pages[who]

    def throw_drafts_away(self) -> None:
        """What the pictures of the call screen left unsaved would stand above the next ones."""
        page = self.page("operator")
        page.goto("/calls/new?draft=new")
        while page.locator("form[action$='/discard'] button").count():
            page.locator("form[action$='/discard'] button").first.click()
            page.goto("/calls/new?draft=new")

    def close(self) -> None:
        """Everybody goes home."""
        for page in self.pages.values():
            page.context.close()


def demo_in(place: Path) -> Flask:
    """A made-up county in this folder, loaded at the first call."""
    app = create_app(Settings(instance_path=place, kind="demo"))
    if not folder.is_finished(place):
        result = app.test_cli_runner().invoke(args=["demo", "load", f"--size={DEMO_SIZE}"])
        if result.exit_code:
            raise SystemExit(result.output)
    return app


def passwords_of(place: Path) -> dict[str, str]:
    """The passwords of a demonstration, by username."""
    accounts = json.loads((place / folder.ACCOUNTS_FILE).read_text())
    return {it["username"]: it["password"] for it in accounts}


def pictures(sitters: Sitters, name: str, only: set[str]) -> None:
    """Every screen of one office in one language, at each size, and a contact sheet a role and size."""
    shown = [it for it in screens.there(screens.find(sitters.page)) if not only or it[0].name in only]
    for size, (width, height) in SIZES.items():
        target = OUT / f"{name}-{sitters.language}-{size}"
        target.mkdir(parents=True, exist_ok=True)
        for screen, address in shown:
            page = sitters.page(screen.who)
            page.set_viewport_size({"width": width, "height": height})
            screens.show(page, screen, address)
            whole = min(page.evaluate("document.documentElement.scrollHeight"), height * MOST_PAGES)
            page.set_viewport_size({"width": width, "height": max(height, whole)})
            page.screenshot(path=target / f"{screen.name}.png")
            if "/calls/new" in address:
                sitters.throw_drafts_away()
        for who in dict.fromkeys(screen.who for screen, _ in shown):
            names = [screen.name for screen, _ in shown if screen.who == who]
            contact_sheet(sitters.browser, target, who or "anybody", names)


def contact_sheet(browser: Browser, target: Path, who: str, names: list[str]) -> None:
    """The pictures of one role on one sheet beside their folder, each with its name."""
    thumb, tall = (500, 420) if target.name.endswith("office") else (244, 700)
    figures = "".join(
        f'<figure><div><img src="{target.name}/{it}.png" alt=""></div><figcaption>{it}</figcaption></figure>'
        for it in names
    )
    title = f"{target.name}-{who}"
    sheet = OUT / f"{title}.html"
    sheet.write_text(SHEET.format(title=title, thumb=thumb, tall=tall, figures=figures))
    page = browser.new_page(viewport={"width": SHEET_WIDTH, "height": 400})
    page.goto(sheet.as_uri())
    page.screenshot(path=sheet.with_suffix(".png"), full_page=True)
    page.close()
    sheet.unlink()


def guides(sitters: Sitters) -> None:
    """The pictures that the README shows: what stands on the screen, nothing below it."""
    GUIDES.mkdir(parents=True, exist_ok=True)
    for screen, address in screens.there(screens.find(sitters.page)):
        if screen.name in SHOWN:
            page = sitters.page(screen.who)
            page.set_viewport_size({"width": OFFICE_SCREEN[0], "height": OFFICE_SCREEN[1]})
            screens.show(page, screen, address)
            page.screenshot(path=GUIDES / f"{SHOWN[screen.name]}.png")


def asked(words: list[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures")
    parser.add_argument("--demo", type=Path, help="keep the made-up county in this folder")
    parser.add_argument("--office", type=Path, help="keep the office without cases in this folder")
    parser.add_argument("--only", nargs="*", default=[], help="only the screens of these names")
    parser.add_argument("--guides", action="store_true", help="write docs/pictures as well")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Draws them all and says where they are."""
    wanted = asked(words)
    with ExitStack() as held:
        spare = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="casework-pictures-")))
        full, empty = wanted.demo or spare / "demo", built_in(wanted.office or spare / "office")
        offices = {
            "full": (demo_in(full), passwords_of(full)),
            "empty": (create_app(settings_for(empty)), {}),
        }
        browser = held.enter_context(chromium())
        for name, (app, passwords) in offices.items():
            address = held.enter_context(served(app))
            for language in LANGUAGES:
                sitters = Sitters(browser, address, passwords, language)
                pictures(sitters, name, set(wanted.only))
                if wanted.guides and (name, language) == ("full", "zh"):
                    guides(sitters)
                sitters.close()
    print(f"Pictures are in {OUT.relative_to(ROOT)}/; the contact sheets are its *.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
