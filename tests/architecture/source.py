"""The source as the rules read it: modules, what they import, their functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("casework", "models", "forms", "migrations", "tests", "bench", "tools")
TOP_FILES = ("config.py", "wsgi.py")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file: its dotted name, path and tree."""

    name: str
    path: Path

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return _parsed(self.path)

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.path.read_text(encoding="utf-8").count("\n")

    @property
    def is_package(self) -> bool:
        """Whether it is a package's own file."""
        return self.path.name == "__init__.py"

    def imports(self, *, at_run_time: bool = True) -> set[str]:
        """Dotted names that it imports; with ``at_run_time`` those of a function's body as well."""
        nodes = ast.walk(self.tree) if at_run_time else iter(_of_module_body(self.tree))
        return {name for node in nodes for name in _imported(node)}

    def functions(self) -> Iterator[tuple[str, Function]]:
        """Every function and method with its qualified name."""
        yield from _functions(self.tree, "")


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _of_module_body(tree: ast.Module) -> list[ast.stmt]:
    return [node for node in tree.body if not _is_for_types_only(node)]


def _is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield prefix + child.name, child
            yield from _functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        elif not isinstance(child, ast.expr):
            yield from _functions(child, prefix)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the repository."""
    paths = [ROOT / name for name in TOP_FILES]
    for package in PACKAGES:
        paths += sorted((ROOT / package).rglob("*.py"))
    found = []
    for path in paths:
        parts = path.relative_to(ROOT).with_suffix("").parts
        found.append(Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return tuple(found)


def within(*prefixes: str) -> list[Module]:
    """The modules at or below these dotted names."""
    return [module for module in modules() if is_within(module.name, prefixes)]


def is_within(name: str, prefixes: tuple[str, ...] | list[str] | set[str]) -> bool:
    """Whether a dotted name is one of these or below one."""
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def files(*globs: str) -> list[Path]:
    """Files by glob from the root of the repository."""
    return sorted({path for glob in globs for path in ROOT.glob(glob) if path.is_file()})


def lines_of(node: Function) -> int:
    """How many lines a function has, its decorators not counted."""
    return (node.end_lineno or node.lineno) - node.lineno + 1
