"""Tests of what is read from response bodies and headers."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify_cli.api.outcomes import (
    ApiError,
    NotJson,
    TooLarge,
    api_error,
    last_page,
    parse,
    read_body,
    retry_after,
    server_time,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_not_json(body: bytes) -> None:
    with contextlib.suppress(NotJson):
        parse(body)


@given(st.text(alphabet='{}[]":,0123456789.eE-tfnul\\ud8a ', max_size=60))
def test_any_near_json_is_json_or_not_json(text: str) -> None:
    with contextlib.suppress(NotJson):
        parse(text.encode())


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b" \n<html>", "web page"),
        (b"\xff\xfe[\0]\0", "UTF-8"),
        (b"[" * 100_000, "deep"),
        (b'{"a":1,"a":1}', "twice"),
        (b"NaN", "number"),
        (b"-1e999", "range"),
        (b"9" * 5000, "range"),
        (b"[1,]", "broken"),
        (b"", "broken"),
    ],
)
def test_what_is_wrong_with_a_body_is_said(body: bytes, why: str) -> None:
    with pytest.raises(NotJson, match=why):
        parse(body)


def test_brackets_in_a_text_are_no_nesting() -> None:
    text = "[{" * 500 + '"\\' + "[" * 500
    assert parse(json.dumps([text]).encode()) == [text]


@pytest.mark.parametrize("piece", [b'\\"', b'"', b'"\\', b"[]", b'"[', b"\\"])
def test_no_text_takes_long_to_refuse(piece: bytes) -> None:
    begun = time.process_time()
    with pytest.raises((NotJson, TooLarge)):
        parse(b'"' + piece * (4 * 1024 * 1024 // len(piece)))
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"{}," * 100_000 + b"{}]",
        b"[" + b"1," * 300_000 + b"1]",
        b"[" + b'"a",' * 300_000 + b'"a"]',
    ],
    ids=["objects", "numbers", "texts"],
)
def test_more_values_than_a_reply_may_hold_are_not_read(body: bytes) -> None:
    with pytest.raises(TooLarge):
        parse(body)


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b'"a\\ud800b"', "a\ufffdb"),
        (b'"\\udc00\\ud800"', "\ufffd\ufffd"),
        (b'"\\ud800\\ud83d\\ude00"', "\ufffd\N{GRINNING FACE}"),
    ],
)
def test_half_a_pair_of_surrogates_is_a_replacement_character(body: bytes, text: str) -> None:
    assert parse(body) == text
    assert parse(b'[{"name": %s}, 1.5, "x"]' % body) == [{"name": text}, 1.5, "x"]


def test_a_body_may_have_8_mib_and_no_byte_more() -> None:
    mib = b" " * 1024 * 1024
    assert len(read_body([mib] * 8)) == 8 * 1024 * 1024
    with pytest.raises(TooLarge):
        read_body([*[mib] * 8, b" "])


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"message": "no", "code": 501}, ApiError("no", 501)),
        ({"message": "x" * 300, "code": 1, "more": 2}, ApiError("x" * 200, 1)),
        ({"message": "no"}, None),
        ({"message": "no", "code": "501"}, None),
        ({"message": "no", "code": True}, None),
        ({"message": None, "code": 501}, None),
        ([], None),
        (None, None),
    ],
)
def test_an_error_of_clockify_has_a_message_and_a_number(
    document: object, error: ApiError | None
) -> None:
    assert api_error(document) == error


@pytest.mark.parametrize(
    ("value", "last"), [("true", True), ("FALSE", False), ("yes", None), ("", None)]
)
def test_a_last_page_is_true_or_false_in_words(value: str, last: bool | None) -> None:
    assert last_page({"Last-Page": value}) is last


def test_a_date_without_the_servers_own_counts_from_now() -> None:
    assert retry_after({"Retry-After": "Tue, 24 Nov 2026 12:01:00 GMT"}, NOW) == 60


@pytest.mark.parametrize("value", ["", "x", "Tue, 99 Nov 2026 12:01:00 GMT", "Tue", "1 2 3"])
def test_a_date_that_is_none_is_none(value: str) -> None:
    assert server_time({"Date": value}) is None


def test_a_date_without_a_zone_is_utc() -> None:
    assert server_time({"Date": "Tue, 24 Nov 2026 12:00:00 -0000"}) == NOW
