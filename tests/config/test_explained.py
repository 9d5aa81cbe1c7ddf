"""Tests that each setting is explained, equally in the help and in the documents."""

from __future__ import annotations

from pathlib import Path

from clockify_cli.config.explained import EXPLAINED, explained, settings_text
from clockify_cli.config.values import KEYS, OPEN_KEYS

DOCUMENT = Path(__file__).parents[2] / "docs" / "configuration.md"


def test_every_setting_is_explained_and_no_other() -> None:
    assert set(EXPLAINED) == {*KEYS, *(f"{name}.NAME" for name in OPEN_KEYS)}


def test_the_document_has_the_table() -> None:
    rows = [f"| `{name}` | {default} | {line} |" for name, default, line in explained()]
    assert [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")] == rows


def test_defaults_are_as_a_person_writes_them() -> None:
    defaults = {name: default for name, default, _ in explained()}
    assert defaults["fresh.entries"] == "5m"
    assert defaults["keyring"] == "false"
    assert defaults["hours"] == "none"
    assert defaults["day-start"] == "00:00"


def test_the_help_fits_80_columns() -> None:
    assert max(map(len, settings_text().splitlines())) <= 80
