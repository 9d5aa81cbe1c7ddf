"""Tests that settings read without a TOML parser equal those that the parser reads."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.api.session import find_address
from clockify_cli.config.settings import load_settings
from clockify_cli.errors import ClockifyError
from clockify_cli.paths import find_paths
from clockify_cli.plain_settings import GLOBAL_BASE, NotPlain, PlainSettings

VALUES = [
    '"Acme"',
    "'Acme'",
    '"Acme" # the usual one',
    '"Ac#me"',
    "'Ac\"me'",
    '"Ac\\u006de"',
    '"Zürich"',
    '" Acme"',
    '""',
    '"a" "b"',
    '"""Acme"""',
    "'''Acme'''",
    '"{branch}"',
    "12",
    "[]",
    '"5f0000000000000000000001"',
    '"\tAcme"',
    '"Acme',
]
LINES = [
    "",
    "# workspace = 'no'",
    "[default]",
    "[work]",
    "[ work ]",
    '["work"]',
    "[work] # mine",
    "[default.workspace]",
    "[[work]]",
    'tz = "UTC"',
    'default.tags = ["a", "b"]',
    "default.tags = [",
    '  "x",',
    "]",
    'note = """',
    '"""',
    'default.workspace = "dotted"',
    'work.workspace = "dotted"',
    *(f"workspace = {value}" for value in VALUES),
    'workspace="tight"',
    '  workspace   =   "wide"  ',
    '"workspace" = "quoted"',
    'work-space = "other"',
]


def both(environ: dict[str, str], profile: str, folder: Path) -> tuple[object, object]:
    """Return what the parser reads and what is read without it; an error as its class."""
    told: list[object] = []
    try:
        settings = load_settings(
            find_paths(environ), environ, options={"profile": profile}, cwd=folder
        )
        told.append((settings.workspace, settings.in_file("workspace")))
    except ClockifyError:
        told.append(ClockifyError)
    try:
        plain = PlainSettings(environ, profile, str(folder))
        told.append((plain.workspace(), plain.configured_workspace()))
    except NotPlain:
        told.append(NotPlain)
    return told[0], told[1]


def written(root: Path, config: str, project: str) -> tuple[dict[str, str], Path]:
    folder = root / "work" / "deep"
    folder.mkdir(parents=True)
    (root / "config").mkdir()
    file = root / "config" / "config.toml"
    file.write_text(config, encoding="utf-8")
    file.chmod(0o600)
    if project:
        (root / "work" / ".clockify.toml").write_text(project, encoding="utf-8")
    return {"CLOCKIFY_HOME": str(root)}, folder


TEXTS = st.lists(st.sampled_from(LINES), max_size=6).map("\n".join)


@given(
    config=TEXTS,
    project=TEXTS,
    profile=st.sampled_from(["default", "work"]),
    variable=st.sampled_from(["", " ", "Acme", " Acme", "Zürich", "\x07"]),
)
def test_the_workspace_is_the_parsers_or_is_left_to_it(
    config: str, project: str, profile: str, variable: str
) -> None:
    with TemporaryDirectory() as name:
        environ, folder = written(Path(name).resolve(), config, project)
        whole, plain = both({**environ, "CLOCKIFY_WORKSPACE": variable}, profile, folder)
    # Mistakes in other lines are reported by the commands that need those lines.
    if whole is not ClockifyError:
        assert plain in (whole, NotPlain)


@pytest.mark.parametrize(
    ("config", "project", "variable", "expected"),
    [
        ("", "", "", (None, None)),
        ('[default]\ntz = "UTC"\nworkspace = "Acme"\n', "", "", ("Acme", "Acme")),
        ('[default]\nworkspace = "Acme"\n', 'workspace = "Club"\n', "", ("Club", "Acme")),
        ('[default]\nworkspace = "Acme"\n', 'workspace = "Club"\n', "Own", ("Own", "Acme")),
        ("# mine\n[default] # x\nworkspace = 'A\"c' # y\n", "", "", ('A"c', 'A"c')),
        ('[default]\ndefault.tags = ["a"]\n', 'project = "{branch}"\n', "", (None, None)),
        ('\ufeff[default]\r\nworkspace = "Zürich"\r\n', "", "", ("Zürich", "Zürich")),
    ],
)
def test_what_programs_and_people_usually_write_is_plain(
    tmp_path: Path,
    config: str,
    project: str,
    variable: str,
    expected: tuple[str | None, str | None],
) -> None:
    environ, folder = written(tmp_path, config, project)
    found = both({**environ, "CLOCKIFY_WORKSPACE": variable}, "default", folder)
    assert found == (expected, expected)


@pytest.mark.parametrize("kind", ["too large", "no text", "a pipe", "a link to nothing"])
def test_a_file_that_may_not_be_read_is_left_to_the_whole_program(
    tmp_path: Path, kind: str
) -> None:
    environ, folder = written(tmp_path, "", "")
    file = tmp_path / "config" / "config.toml"
    file.unlink()
    match kind:
        case "too large":
            file.write_bytes(b"#" * ((1 << 20) + 1))
        case "no text":
            file.write_bytes(b"# \xff\n")
        case "a pipe":
            os.mkfifo(file)
        case _:
            file.symlink_to("nothing")
    assert both(environ, "default", folder) == (ClockifyError, NotPlain)


@pytest.mark.parametrize(
    ("config", "variable"),
    [
        ("", "https://clockify.example.com/api/v1"),
        ('[default]\napi-url = "https://x.example.com/api/v1"\n', ""),
        ('[default]\nregion = "eu"\n', ""),
    ],
)
def test_the_base_is_told_only_where_it_is_the_usual_one(
    tmp_path: Path, config: str, variable: str
) -> None:
    assert find_address().base == GLOBAL_BASE
    environ, _ = written(tmp_path, config, "")
    plain = PlainSettings({**environ, "CLOCKIFY_API_URL": variable}, "default", None)
    with pytest.raises(NotPlain):
        plain.base()
    with suppress(FileNotFoundError):
        (tmp_path / "config" / "config.toml").unlink()
    assert PlainSettings(environ, "default", None).base() == GLOBAL_BASE
