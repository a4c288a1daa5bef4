"""Nothing grows until nobody can read it; what is public says what it promises; what is left out says why."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, Function, Module, files, lines_of, modules, within

MODULE_LINES, FUNCTION_LINES, VIEW_LINES, TEMPLATE_LINES, CONFTEST_LINES = 400, 60, 40, 120, 150
# Generated, and frozen.
NO_LIMIT = ("migrations.versions",)
DOCUMENTED = ("casework.services", "models", "casework.crypto", "casework.law", "casework.indicators")
SKIPS = {"skip", "skipif", "xfail"}


def counted() -> list[Module]:
    """The modules that the limits hold for."""
    return [module for module in modules() if not module.name.startswith(NO_LIMIT)]


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    assert [(module.name, module.lines) for module in counted() if module.lines > MODULE_LINES] == []


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = [
        (f"{module.name}.{name}", lines_of(node))
        for module in counted()
        for name, node in module.functions()
        if lines_of(node) > FUNCTION_LINES
    ]
    assert long == []


def is_view(node: Function) -> bool:
    """Whether a function answers requests: it names its permission."""
    marks = {ast.unparse(mark).partition("(")[0] for mark in node.decorator_list}
    return bool(marks & {"requires", "public"})


def test_no_view_is_longer_than_forty_lines() -> None:
    views = [
        (module, name, node)
        for module in within("casework.views")
        for name, node in module.functions()
        if is_view(node)
    ]
    assert len(views) > 40
    assert [
        (f"{module.name}.{name}", lines_of(node))
        for module, name, node in views
        if lines_of(node) > VIEW_LINES
    ] == []


def test_no_template_is_longer_than_a_hundred_and_twenty_lines() -> None:
    lengths = {
        str(path.relative_to(ROOT)): path.read_text().count("\n") for path in files("templates/**/*.html")
    }
    assert lengths and {name: length for name, length in lengths.items() if length > TEMPLATE_LINES} == {}


def test_no_conftest_is_longer_than_a_hundred_and_fifty_lines() -> None:
    assert [
        path for path in files("tests/**/conftest.py") if path.read_text().count("\n") > CONFTEST_LINES
    ] == []


def undocumented(module: Module) -> Iterator[str]:
    """The public functions and classes of a module that say nothing of themselves."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"{module.name}.{node.name}"
    for name, node in module.functions():
        parts = name.split(".")
        is_public = not any(part.startswith("_") for part in parts)
        is_nested = any(
            isinstance(parent, Function) and node in ast.walk(parent) and parent is not node
            for _, parent in module.functions()
        )
        if is_public and not is_nested and not ast.get_docstring(node) and not _only_declares(node):
            yield f"{module.name}.{name}"


def _only_declares(node: Function) -> bool:
    """A method of a protocol or an overload: its body is an ellipsis."""
    return len(node.body) == 1 and ast.unparse(node.body[0]) == "..."


def test_everything_public_below_the_views_says_what_it_promises() -> None:
    assert [name for module in within(*DOCUMENTED) for name in undocumented(module)] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        module.name
        for module in modules()
        if not ast.get_docstring(module.tree) and module.path.read_text().strip()
    ]
    assert silent == []


def skips() -> Iterator[tuple[str, ast.Call | ast.expr]]:
    """Every place where a test may be left out."""
    for module in within("tests"):
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in SKIPS
                and ast.unparse(node).startswith("pytest.")
            ):
                yield f"{module.name}:{node.lineno}", node


def test_no_test_is_left_out_without_a_reason() -> None:
    with_reason = set()
    for module in within("tests"):
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in SKIPS
            ):
                has = any(keyword.arg == "reason" for keyword in node.keywords) or (
                    node.func.attr == "skip" and node.args
                )
                if has:
                    with_reason.add(f"{module.name}:{node.func.lineno}")
    assert [place for place, _node in skips() if place not in with_reason] == []


WORDS = {
    "a path of somebody's machine": re.compile(r"(?<![\w.])/(?:work|home|Users|root)/\w"),
    "a note to oneself": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
    "a merge left open": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
    "a debugger": re.compile(r"^\s*(?:breakpoint\(\)|import pdb)", re.MULTILINE),
}
READ = {
    ".py",
    ".html",
    ".toml",
    ".po",
    ".md",
    ".css",
    ".js",
    ".txt",
    ".in",
    ".sh",
    ".mako",
    ".yml",
    ".cfg",
    ".service",
    "",
}


def tracked() -> list[Path]:
    """The text files of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    names = [name for name in listed.stdout.decode().split("\0") if name]
    paths = [ROOT / name for name in names]
    return [path for path in paths if path.suffix in READ and path.is_file() and not path.is_symlink()]


@pytest.mark.parametrize("what", sorted(WORDS))
def test_no_file_holds_what_belongs_elsewhere(what: str) -> None:
    found = []
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match.group(0)}" for match in WORDS[what].finditer(text)]
    assert found == []


JUNK = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common", "info", "data"}


def test_no_module_is_a_junk_drawer() -> None:
    assert [module.name for module in modules() if module.name.rpartition(".")[2] in JUNK] == []


CHINESE = re.compile(r"[\u4e00-\u9fff]")
MARKERS = {"_", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext"}
# Data of the law and the place, and a made-up county: words there are facts, not sentences of the screens.
MAY_HOLD_CHINESE = (
    "casework.law",
    "casework.jurisdictions",
    "casework.codes",
    "casework.demo",
    "casework.presentation.locale",
)

# Patterns of dates, a language's own name, and names that an office may change: not sentences.
NOT_SENTENCES = {"y年M月", "M月d日 EEE", "中文", "个案一组", "12338 热线"}


def untranslatable(module: Module) -> Iterator[str]:
    """Chinese words in a module's code that no catalogue will ever see."""
    marked = {
        id(inner)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in MARKERS
        for inner in ast.walk(node)
    }
    docs = {id(node.value) for node in ast.walk(module.tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        is_seen = id(node) in marked or id(node) in docs or node.value in NOT_SENTENCES
        if CHINESE.search(node.value) and not is_seen:
            yield f"{module.name}:{node.lineno} {node.value[:20]!r}"


def test_no_sentence_of_the_screens_is_out_of_the_catalogue_s_sight() -> None:
    watched = [
        module
        for module in within("casework", "forms", "models")
        if not module.name.startswith(MAY_HOLD_CHINESE)
    ]
    assert [place for module in watched for place in untranslatable(module)] == []
