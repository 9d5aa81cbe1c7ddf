"""Tests that each line of the checklist is a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.security.checklist import CHECKLIST

TESTS = Path(__file__).resolve().parents[1]


def test_the_checklist_has_all_of_its_lines() -> None:
    assert sorted(CHECKLIST) == list(range(1, 35))


@pytest.mark.parametrize("number", CHECKLIST)
def test_a_line_is_kept_by_tests_that_there_are(number: int) -> None:
    assert CHECKLIST[number].tests
    for test in CHECKLIST[number].tests:
        file, _, name = test.partition("::")
        assert re.search(rf"def {name}\(", (TESTS / file).read_text("utf-8")), test
