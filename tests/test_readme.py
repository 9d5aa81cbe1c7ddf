"""Tests that every session in a document shows exactly what the program prints."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.transcripts import ROOT, Step, Terminal, comparable, steps

OTHERS = ("jq",)
"""Programs of others that a document may pipe into; not every machine has them."""

DOCUMENTS = [
    str(path.relative_to(ROOT))
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if "session 20" in path.read_text()
]


def test_documents_show_sessions() -> None:
    assert {
        "README.md",
        "docs/entries.md",
        "docs/times.md",
        "docs/account.md",
        "docs/billing.md",
    } <= {*DOCUMENTS}


def _can_run(step: Step) -> bool:
    """Return whether the program that *step* begins with is ours or installed."""
    word = step.command.split()[0]
    return word not in OTHERS or shutil.which(word) is not None


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_a_document_shows_is_what_the_program_shows(name: str, tmp_path: Path) -> None:
    document = (ROOT / name).read_text()
    with Terminal(tmp_path) as terminal:
        found = [(step, terminal.show(step)) for step in steps(document)]
    assert found, "the document shows no session"
    wrong = [
        f"{name}:{step.line + 1}: $ {step.command}\n" + "\n".join(shown)
        for step, shown in found
        if comparable(step.shown) != comparable(shown) and _can_run(step)
    ]
    assert not wrong, "\n\n".join(wrong)
