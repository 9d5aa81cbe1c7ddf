"""Tests of which layer may import which, and of what each command loads."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import re
import subprocess
import sys
from abc import ABC
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = "clockify_cli"

ANYBODY = {"errors", "values", ""}
"""What every layer may import: the errors, `values`, and the package with its version."""


def drawn() -> dict[str, set[str]]:
    """Return the arrows in docs/architecture.md: for each package, those that it imports."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("| package | imports |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = [
        [re.findall(r"`(\w+)`", cell) for cell in line.split("|")] for line in table.split("\n")
    ]
    return {row[1][0]: set(row[2]) for row in rows}


DRAWN = drawn()
THEIRS = {
    "sqlite3": ("store",),
    "requests": ("api",),
    "urllib3": ("api",),
    "rich": ("show",),
    "typer": ("cli",),
    "prompt_toolkit": ("cli",),
    "tomlkit": ("config",),
    "platformdirs": ("environment",),
    "tzlocal": ("config",),
    "dateutil": ("domain",),
    "xlsxwriter": ("show",),
    "jinja2": ("show",),
}


def modules() -> Iterator[tuple[str, Path]]:
    """Yield every module of the package, with its dotted name without the package's name."""
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT / PACKAGE).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


@dataclass(frozen=True)
class Source:
    """What the tests want to know of one module.

    *imports*: each module that it imports anywhere, and whether only for the type checker.
    *names*: each module that it imports, by name or by its text, and each name imported.
    *private*: the private attributes that it uses.
    """

    imports: tuple[tuple[str, bool], ...]
    names: tuple[str, ...]
    private: frozenset[str]


@cache
def source(path: Path) -> Source:
    """Read the module at *path*; its syntax tree, which is large, is not kept."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    imports = tuple(_imports(path, nodes))
    names = (*(name for name, _ in imports), *_imported_names(nodes))
    private = frozenset(_private_attributes(nodes)) if path in NEAR else frozenset[str]()
    return Source(imports, names, private)


def imports(path: Path) -> tuple[tuple[str, bool], ...]:
    """Return each module that *path* imports anywhere, and whether only for the type checker."""
    return source(path).imports


def _imports(path: Path, nodes: list[ast.AST]) -> Iterator[tuple[str, bool]]:
    for_types = {
        inner
        for node in nodes
        if isinstance(node, ast.If) and _is_for_types(node.test)
        for inner in ast.walk(node)
    }
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node in for_types
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from ((name, node in for_types) for name in _named(node))


def _is_for_types(test: ast.expr) -> bool:
    """Return whether *test* is ``TYPE_CHECKING``, with or without its module."""
    found = test.id if isinstance(test, ast.Name) else getattr(test, "attr", "")
    return found == "TYPE_CHECKING"


def _named(node: ast.ImportFrom) -> list[str]:
    """Return both readings of ``from a import b``: the module a.b, or a name in a."""
    module = node.module or ""
    found = []
    for alias in node.names:
        inner = ROOT.joinpath(*f"{module}.{alias.name}".split("."))
        is_module = inner.is_dir() or inner.with_suffix(".py").exists()
        found.append(f"{module}.{alias.name}" if is_module else module)
    return found


MODULES = list(modules())


def arrows() -> dict[str, set[str]]:
    """Return for each layer which other layers its modules import, without `ANYBODY`."""
    found: dict[str, set[str]] = {}
    for name, path in MODULES:
        layer = name.partition(".")[0]
        ours = [each for each, _ in imports(path) if each.partition(".")[0] == PACKAGE]
        layers = {each.removeprefix(PACKAGE).removeprefix(".").partition(".")[0] for each in ours}
        found.setdefault(layer, set()).update(layers - {layer} - ANYBODY)
    return found


def test_the_arrows_between_layers_are_those_that_are_drawn() -> None:
    found = {layer: others for layer, others in arrows().items() if others}
    assert found == {layer: others for layer, others in DRAWN.items() if others}


def test_there_are_modules_in_every_layer() -> None:
    assert {name.partition(".")[0] for name, _ in MODULES} >= DRAWN.keys()


def test_a_module_imports_only_what_its_layer_may() -> None:
    wrong = [
        f"{name or PACKAGE} imports {imported}"
        for name, path in MODULES
        for imported, _ in imports(path)
        if imported.partition(".")[0] == PACKAGE and not may_import(name, imported)
    ]
    assert wrong == []


def may_import(name: str, imported: str) -> bool:
    layer = name.partition(".")[0]
    inside = imported.removeprefix(PACKAGE).removeprefix(".").partition(".")[0]
    return inside in {*DRAWN.get(layer, set()), *ANYBODY, layer}


def test_no_module_needs_itself_however_late_it_imports() -> None:
    needed = {f"{PACKAGE}.{name}".rstrip("."): set(_needed(path)) for name, path in MODULES}
    while free := {name for name, others in needed.items() if not others & needed.keys() - {name}}:
        needed = {name: others for name, others in needed.items() if name not in free}
    assert needed == {}


def _needed(path: Path) -> Iterator[str]:
    """Yield the modules that *path* imports when it is loaded or later, not for types only."""
    return (name for name, for_types in imports(path) if not for_types)


def test_of_sync_only_the_interface_is_known_to_api() -> None:
    theirs = [
        (name, each)
        for name, path in MODULES
        if name.startswith("api.")
        for each, _ in imports(path)
        if each.startswith(f"{PACKAGE}.sync")
    ]
    assert [pair for pair in theirs if pair[1] != f"{PACKAGE}.sync.model.remote"] == []


@pytest.mark.parametrize("library", THEIRS)
def test_a_library_is_imported_in_its_layer_alone(library: str) -> None:
    users = {
        name.partition(".")[0]
        for name, path in MODULES
        for imported, _ in imports(path)
        if imported.partition(".")[0] == library
    }
    assert users <= set(THEIRS[library])


PUBLIC_ALONE = ("typer", "rich", "requests")
"""Libraries of which only public names may be used."""
_LIBRARY_NAME = re.compile(rf"({'|'.join(PUBLIC_ALONE)})(\.\w+)*")


def private(name: str) -> bool:
    return any(part.startswith("_") and not part.endswith("__") for part in name.split("."))


def test_no_private_name_of_a_library_is_imported() -> None:
    found = [(name, each) for name, path in MODULES for each in source(path).names]
    theirs = [pair for pair in found if pair[1].partition(".")[0] in PUBLIC_ALONE]
    assert theirs
    assert [pair for pair in theirs if private(pair[1])] == []


def _imported_names(nodes: list[ast.AST]) -> Iterator[str]:
    """Yield each name that is imported, and each text that is the name of a module."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and _LIBRARY_NAME.fullmatch(str(node.value)):
            yield str(node.value)


NEAR_LIBRARIES = [item for item in MODULES if item[0].partition(".")[0] in ("cli", "show", "api")]
"""Modules that handle objects of those libraries, however their types are called."""
NEAR = {path for _, path in NEAR_LIBRARIES}
URLLIB3 = {"api.transport": {"_dns_host", "_new_conn", "_tunnel"}}
"""Exceptions: urllib3 has no public names for the host that is looked up, for making a connection
and for the time that a proxy may take."""


def test_no_private_attribute_is_used_but_those_of_the_module_itself() -> None:
    assert NEAR_LIBRARIES
    found = {name: source(path).private for name, path in NEAR_LIBRARIES}
    assert {name: attributes for name, attributes in found.items() if attributes} == URLLIB3


@pytest.mark.parametrize(
    "line",
    [
        "typer._x",
        "console._buffer",
        "self._buffer",
        "super()._parse()",
        'getattr(requests, "_z")',
        'attrgetter("_z")(requests)',
        'operator.attrgetter("a._z")(requests)',
        'vars(console)["_z"]',
        'console.__dict__["_z"]',
        "Console(_environ={})",
        "match console:\n    case Console(_buffer=found):\n        pass",
    ],
)
def test_a_private_attribute_is_noticed_however_it_is_written(line: str) -> None:
    own = "class Own:\n    def _buffer_of(self):\n        self._own = self._buffer_of\n"
    assert private_attributes(own) == set()
    assert private_attributes(f"{own}{line}\n") != set()


def test_what_a_module_has_itself_excuses_no_library_of_the_same_name() -> None:
    own = "class Own:\n    def _z(self):\n        self._y = 1\n"
    assert private_attributes(f"{own}console._z, other._y\n") == {"_z", "_y"}


def private_attributes(text: str) -> set[str]:
    """Return the private attributes that *text* uses, without its own that it uses of `self`."""
    return _private_attributes(list(ast.walk(ast.parse(text))))


def _private_attributes(parts: list[ast.AST]) -> set[str]:
    attributes = [node for node in parts if isinstance(node, ast.Attribute)]
    own = {node.name for node in parts if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    own |= {node.attr for node in attributes if isinstance(node.ctx, ast.Store) and _is_self(node)}
    used = {node.attr for node in attributes if not (_is_self(node) and node.attr in own)}
    used |= {text for part in parts for text in _named_attributes(part)}
    return set(filter(private, used))


def _is_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


NAMING = ("getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller")


def _named_attributes(node: ast.AST) -> list[str]:
    """Return the attributes that *node* names other than after a dot."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in NAMING:
            texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
        case ast.Subscript(
            value=ast.Call(func=ast.Name(id="vars")) | ast.Attribute(attr="__dict__"),
            slice=ast.Constant(value=value),
        ):
            texts = [value]
        case ast.keyword(arg=str(name)):
            texts = [name]
        case ast.MatchClass(kwd_attrs=names):
            texts = [*names]
        case _:
            texts = []
    return [text for text in texts if isinstance(text, str)]


def test_no_class_has_a_private_name_of_the_library_class_that_it_extends() -> None:
    extending = {
        (each, base)
        for name, _ in NEAR_LIBRARIES
        for each in vars(importlib.import_module(f"{PACKAGE}.{name}")).values()
        if inspect.isclass(each) and each.__module__.startswith(PACKAGE)
        for base in each.__mro__
        if base.__module__.partition(".")[0] in PUBLIC_ALONE
    }
    assert extending
    taken = {
        (each.__name__, word)
        for each, base in extending
        for word in _private_words(base) & {*vars(each), *_set_on_self(each)}
    }
    assert taken == set()


def _private_words(class_: type) -> set[str]:
    """Return the private names of *class_*, without those that Python gives to all classes."""
    named = re.findall(r"self\.(_\w+)", inspect.getsource(class_))
    return {*filter(private, vars(class_)), *named} - vars(ABC).keys()


def _set_on_self(class_: type) -> set[str]:
    return set(re.findall(r"self\.(_\w+)\s*[:=]", inspect.getsource(class_)))


def loaded(*args: str, home: Path, first: str = "") -> set[str]:
    """Return the modules that are loaded after a run of the program with *args* in a pipe.

    *first* is run before it.
    """
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        f"{first}\n"
        "from clockify_cli.__main__ import main\n"
        "main(sys.argv[1:])\n"
        "print(*sorted(set(sys.modules) - before), file=sys.stderr)\n"
    )
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "CLOCKIFY_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "TZ": "UTC",
        "LANG": "C.UTF-8",
    }
    done = subprocess.run(
        [sys.executable, "-S", "-c", _with_site(code), *args],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


def _with_site(code: str) -> str:
    # Without `site`, modules that this environment's start-up files import are not counted.
    return f"import sys\nsys.path[:] = {[str(ROOT), *sys.path]!r}\n{code}"


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in which a timer is running."""
    home = tmp_path_factory.mktemp("home")
    loaded("start", "Write", "-p", "Acme/Website", home=home)
    return home


HEAVY = {"requests", "urllib3", "rich", "pydantic", "platformdirs", "tomllib", "tomlkit", "tzlocal"}
HEAVY |= {
    "jinja2",
    "markupsafe",
    "xlsxwriter",
    "prompt_toolkit",
    "asyncio",
    "logging",
    "email",
    "http.client",
    "importlib.metadata",
    "dateutil",
    "ssl",
}
LIGHT = HEAVY | {"typer", "dataclasses", "typing", "re", "inspect", "pathlib", "zoneinfo", "json"}


@pytest.mark.parametrize(
    "line",
    [
        *("start", "report", "bill new"),
        *(pytest.param(line, marks=pytest.mark.long) for line in ("edit", "projects add")),
    ],
)
def test_help_loads_nothing_of_what_a_command_does(line: str, tracked: Path) -> None:
    found = loaded(*line.split(), "--help", home=tracked)
    assert found.isdisjoint({"sqlite3", "clockify_cli.actions", "clockify_cli.show.formats"})


def test_help_in_panels_loads_no_markdown(tracked: Path) -> None:
    first = "from clockify_cli.cli import app; app.draws_panels = lambda _context: True"
    found = loaded("edit", "--help", home=tracked, first=first)
    assert "typer.rich_utils" in found
    assert found.isdisjoint({"rich.markdown", "rich.traceback", "markdown_it", "pygments"})


@pytest.mark.parametrize(
    ("line", "never"),
    [
        ("--version", LIGHT | {"sqlite3", "datetime"}),
        ("status --short", LIGHT),
        ("status --check", LIGHT),
        ("__complete 2 start -p We", LIGHT - {"json", "re"}),
        ("status", HEAVY),
        ("start Review", HEAVY),
        ("stop", HEAVY),
        ("add Call 9-9:15", HEAVY),
        ("log today", HEAVY),
        ("report month --by project", HEAVY - {"dateutil"}),
        ("projects", HEAVY),
        ("undo", HEAVY),
        ("help time", HEAVY),
        ("start --help", HEAVY),
        ("config get tz", HEAVY - {"tzlocal"}),
    ],
)
def test_a_command_loads_nothing_heavy_that_it_does_not_use(
    tracked: Path, line: str, never: set[str]
) -> None:
    names = loaded(*line.split(), home=tracked)
    assert names & never == set()


@pytest.mark.parametrize("line", ["start Review", "log", "config path", "help"])
def test_a_command_loads_no_other_commands_module(tracked: Path, line: str) -> None:
    families = {
        "timer",
        "log",
        "report",
        "names",
        "history",
        "exporting",
        "importing",
        "config",
        "doctor",
    }
    families |= {"completion", "help"}
    own = {"start": "timer"}
    mine = own.get(line.split()[0], line.split()[0])
    names = loaded(*line.split(), home=tracked)
    others = {f"{PACKAGE}.cli.commands.{family}" for family in families - {mine}}
    assert f"{PACKAGE}.cli.commands.{mine}" in names
    assert names & others == set()
