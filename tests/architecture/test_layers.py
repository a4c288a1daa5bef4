"""What may import what: the table is the architecture. An arrow never points back."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import Module, is_within, modules, within

OURS = ("casework", "models", "forms", "config", "wsgi", "migrations", "tests", "bench")

# Layer -> what of ours it may import (itself always). Longest name wins.
LAYERS: dict[str, tuple[str, ...]] = {
    "config": (),
    "wsgi": ("casework", "config"),
    # The bottom: three siblings, none of which knows another.
    "casework.crypto": (),
    "casework.law": (),
    "models": (),
    "forms": ("models.enums",),
    # Read at start, known to most.
    "casework.codes": (),
    "casework.jurisdictions": ("casework.codes", "casework.law"),
    # Counting reads rows, and writes none.
    "casework.indicators": ("casework.codes", "casework.jurisdictions", "casework.law", "models"),
    "casework.clock": (),
    "casework.errors": (),
    "casework.sealed": (),
    # The verbs. They hold no request and no HTML.
    "casework.services": (
        "casework.actor",
        "casework.clock",
        "casework.codes",
        "casework.crypto",
        "casework.errors",
        "casework.extensions",
        "casework.indicators",
        "casework.instance",
        "casework.jurisdictions",
        "casework.law",
        "casework.log_setup",
        "casework.migrating",
        "casework.runtime",
        "casework.sealed",
        "casework.trail",
        "casework.transaction",
        "config",
        "models",
    ),
    # Papers: from cleared facts to a file, knowing no row and no request.
    "casework.documents": ("casework.clock", "casework.codes", "casework.jurisdictions"),
    "casework.presentation": (
        "casework.clock",
        "casework.codes",
        "casework.indicators",
        "casework.jurisdictions",
        "casework.sealed",
    ),
    "casework.views": (
        "casework.access",
        "casework.actor",
        "casework.answers",
        "casework.clock",
        "casework.codes",
        "casework.documents",
        "casework.errors",
        "casework.headers",
        "casework.indicators",
        "casework.jurisdictions",
        "casework.law",
        "casework.presentation",
        "casework.sealed",
        "casework.services",
        "forms",
        "models.enums",
    ),
    "casework.jobs": ("casework", "config"),
    "casework.cli": ("casework", "config", "models.enums"),
    "casework.demo": ("casework", "config", "models"),
    # What holds the application together knows what it must.
    "casework": ("casework", "config", "models", "forms", "migrations", "wsgi"),
    "migrations": ("models",),
    "bench": OURS,
    "tests": OURS,
}
# Migrations are frozen: a revision imports nothing of ours but the triggers.
LAYERS["migrations.versions"] = ("migrations.triggers",)


def layer_of(name: str) -> str:
    """The layer of a module: the longest name of the table that holds it."""
    return max((layer for layer in LAYERS if is_within(name, [layer])), key=len)


def strays(module: Module) -> list[str]:
    """What a module imports of ours and may not."""
    layer = layer_of(module.name)
    allowed = {layer, *LAYERS[layer]}
    found = set()
    for name in module.imports():
        of_a_parent = any(other.startswith(f"{name}.") for other in module.imports())
        if is_within(name, OURS) and not is_within(name, allowed) and not of_a_parent:
            found.add(f"{module.name} imports {name}")
    return sorted(found)


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_a_layer_imports_what_its_row_allows(layer: str) -> None:
    found = [stray for module in modules() if layer_of(module.name) == layer for stray in strays(module)]
    # "from casework import codes" names casework too, which only says where codes is found.
    assert [stray for stray in found if not stray.endswith((" imports casework", " imports models"))] == []


def test_every_module_has_its_layer() -> None:
    assert [
        module.name
        for module in modules()
        if not any(is_within(module.name, [layer]) for layer in (*LAYERS, "tools"))
    ] == []


def importers_of(package: str) -> list[str]:
    """Modules of the product that import a package."""
    return sorted(
        module.name
        for module in within("casework", "models", "forms", "config", "wsgi")
        if any(is_within(name, [package]) for name in module.imports())
    )


def test_only_crypto_imports_cryptography() -> None:
    assert [name for name in importers_of("cryptography") if not is_within(name, ["casework.crypto"])] == []


def test_forms_know_wtforms_and_enums_alone() -> None:
    allowed = {
        "__future__",
        "collections",
        "datetime",
        "typing",
        "re",
        "wtforms",
        "forms",
        "models",
        "functools",
        "dataclasses",
    }
    found = {name.partition(".")[0] for module in within("forms") for name in module.imports()}
    assert found <= allowed
    foreign = [
        name
        for module in within("forms")
        for name in module.imports()
        if is_within(name, ["models"]) and not is_within(name, ["models.enums"]) and name != "models"
    ]
    assert foreign == []


def test_models_know_sqlalchemy_alone() -> None:
    ours = {"models"}
    found = {name.partition(".")[0] for module in within("models") for name in module.imports()}
    assert found - ours - {"sqlalchemy"} <= {
        "__future__",
        "collections",
        "dataclasses",
        "datetime",
        "enum",
        "secrets",
        "threading",
        "time",
        "typing",
    }


def test_crypto_and_law_know_neither_flask_nor_the_database() -> None:
    for package in ("flask", "sqlalchemy", "werkzeug", "jinja2", "wtforms"):
        assert [
            name for name in importers_of(package) if is_within(name, ["casework.crypto", "casework.law"])
        ] == []


def test_services_hold_no_request_and_no_html() -> None:
    found = []
    for module in within("casework.services"):
        for name in module.imports():
            if is_within(
                name,
                [
                    "flask.request",
                    "flask.render_template",
                    "flask.g",
                    "flask.session",
                    "markupsafe",
                    "jinja2",
                    "flask_babel",
                    "wtforms",
                ],
            ):
                found.append(f"{module.name} imports {name}")
    assert found == []


def test_views_hold_no_query_and_no_commit() -> None:
    found = []
    for module in within("casework.views"):
        for name in module.imports():
            of_models = (
                is_within(name, ["models"]) and not is_within(name, ["models.enums"]) and name != "models"
            )
            if of_models or is_within(
                name, ["sqlalchemy", "casework.transaction", "casework.extensions", "flask_sqlalchemy"]
            ):
                found.append(f"{module.name} imports {name}")
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("commit", "execute", "scalars", "flush", "rollback")
            ):
                found.append(f"{module.name}:{node.lineno} calls {node.func.attr}")
    assert found == []


def test_one_place_commits() -> None:
    allowed = {"casework.transaction", "casework.migrating"}
    found = []
    for module in within("casework"):
        for node in ast.walk(module.tree):
            is_call = (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "commit"
            )
            is_words = isinstance(node, ast.Constant) and node.value == "COMMIT"
            if (is_call or is_words) and module.name not in allowed:
                found.append(f"{module.name}:{getattr(node, 'lineno', 0)}")
    assert found == []


def test_only_the_clock_reads_the_clock() -> None:
    """Elsewhere "now" is an argument or the clock's; waiting and measuring use a monotonic one."""
    allowed = {"casework.clock", "models.base"}
    found = []
    for module in within("casework", "models", "forms"):
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Attribute)
                and ast.unparse(node)
                in (
                    "time.time",
                    "time.time_ns",
                    "datetime.datetime.now",
                    "datetime.now",
                    "datetime.date.today",
                    "date.today",
                    "datetime.datetime.utcnow",
                )
                and module.name not in allowed
            ):
                found.append(f"{module.name}:{node.lineno} {ast.unparse(node)}")
    assert found == []


def graph() -> dict[str, set[str]]:
    """Module -> modules of ours that it imports when it is loaded."""
    names = {module.name for module in modules()}
    edges: dict[str, set[str]] = {}
    for module in within("casework", "models", "forms", "config", "wsgi", "migrations"):
        wanted = module.imports(at_run_time=False)
        edges[module.name] = {name for name in wanted if name in names and name != module.name}
    return edges


def test_no_import_runs_in_a_circle() -> None:
    edges = graph()
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> list[str]:
        if name in path:
            return [" -> ".join((*path[path.index(name) :], name))]
        if name in done:
            return []
        # A package's file is loaded before its modules; that they name it is no circle.
        found = [
            circle
            for target in sorted(edges.get(name, ()))
            if not name.startswith(f"{target}.")
            for circle in walk(target, (*path, name))
        ]
        done.add(name)
        return found

    assert [circle for name in sorted(edges) for circle in walk(name, ())] == []
