"""Tests that docs/json.md describes what each command prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.json_examples import DOCUMENT, Session


def test_each_command_prints_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOCKIFY_HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.chdir(tmp_path)

    examples = list(Session().examples(DOCUMENT.read_text()))

    assert len(examples) > 20
    for example in examples:
        assert example.documented == example.printed, (
            f"clockify {example.line}: if that is right, run python -m tests.json_examples"
        )
