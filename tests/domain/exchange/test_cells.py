from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.domain.exchange.cells import guard, join_names, split_names, unguard

SHARP = st.text("=+-@＝＋－＠'\"\t\r\n \u3000,ab", max_size=8)


@pytest.mark.parametrize("sign", list("=+-@\t\r＝＋－＠"))
@pytest.mark.parametrize("before", ["", " ", '"', "'", "\u3000"])
def test_what_a_spreadsheet_might_compute_is_guarded(sign: str, before: str) -> None:
    if before and sign in "\t\r":
        return
    assert guard(f"{before}{sign}1") == f"'{before}{sign}1"


@pytest.mark.parametrize("text", ["", "a=b", "'tis", "5-3", "Write spec"])
def test_other_text_is_left_alone(text: str) -> None:
    assert guard(text) == text


@given(SHARP | st.text(max_size=8))
def test_what_was_guarded_comes_back(text: str) -> None:
    assert unguard(guard(text)) == text


NAME = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(' ,"'), min_size=1)


@given(st.lists(NAME.map(str.strip).filter(bool), max_size=5))
def test_names_that_were_joined_come_apart_again(names: list[str]) -> None:
    assert split_names(join_names(names)) == names


def test_a_list_that_a_person_typed_is_read() -> None:
    assert split_names(" a,b , ,c") == ["a", "b", "c"]


def test_quotes_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="expected after"):
        split_names('"a" b')
