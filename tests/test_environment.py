"""Tests of which environment variables count as set."""

from __future__ import annotations

import pytest

from clockify_cli.environment import api_key, said


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u00a0"])
def test_white_space_alone_is_as_unset(text: str) -> None:
    assert said({"CLOCKIFY_TZ": text}, "CLOCKIFY_TZ") == ""
    assert api_key({"CLOCKIFY_API_KEY": text}) == ""


def test_what_is_set_is_taken_as_it_stands() -> None:
    assert api_key({"CLOCKIFY_API_KEY": " a key\n"}) == " a key\n"
    assert api_key({}) == ""
