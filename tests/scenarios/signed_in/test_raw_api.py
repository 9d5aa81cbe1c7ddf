"""Tests of `api`, which makes raw requests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.scenarios.signed_in.bench import Bench


def test_a_get_prints_the_answer_and_costs_one_request(clockify: Bench) -> None:
    done = clockify.ok("api", "user")
    assert json.loads(done.out)["id"]
    assert done.sent == ["GET user"]


def test_placeholders_are_filled_and_fields_of_a_get_are_its_query(clockify: Bench) -> None:
    path = "workspaces/{workspace}/user/{user}/time-entries"
    done = clockify.ok("api", "GET", path, "-f", "page-size=1")
    assert isinstance(json.loads(done.out), list)
    assert len(done.requests) == 1


def test_fields_make_it_a_post_and_the_copy_is_not_believed_after_it(clockify: Bench) -> None:
    done = clockify.ok("api", "workspaces/{workspace}/tags", "-f", "name=deep")
    assert json.loads(done.out)["name"] == "deep"
    assert len(clockify.ok("tags").requests) >= 1
    assert "deep" in clockify.ok("tags").out


def test_every_page_of_a_list_comes_as_one(clockify: Bench) -> None:
    for number in range(5):
        clockify.ok("api", "workspaces/{workspace}/tags", "-F", f'name="t{number}"')
    done = clockify.ok("api", "workspaces/{workspace}/tags?page-size=2", "--paginate")
    assert len(json.loads(done.out)) == 5
    assert len(done.requests) == 3


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["https://example.com/user"], 2),
        (["//example.com/user"], 2),
        (["../user"], 2),
        (["workspaces/%2e%2e/user"], 2),
        (["FETCH", "user"], 2),
        ([], 2),
        (["user", "-f", "x"], 2),
        (["user", "-F", "x={"], 2),
        (["user", "--offline"], 7),
        (["workspaces/{workspace}/projects/64a687e29ae1f428e7ebe999x"], 3),
    ],
)
def test_what_is_no_request_to_clockify_sends_nothing_else(
    clockify: Bench, words: list[str], code: int
) -> None:
    done = clockify("api", *words)
    assert done.code in ({code} if code != 3 else {3, 6})
    if code in (2, 7):
        assert done.requests == ()


LONE = "caf\udce9"
TAGS = "workspaces/{workspace}/tags"
PATHS = (
    *("", "/", " ", ".", "..", "@x/../y", "user name", "user\0", "user\nX-A: b", "\x1b[31m", LONE),
    *(
        "usér",
        "a\\b",
        "%00",
        "user%0d%0a",
        "%2F..",
        "user#frag",
        "workspaces/{workspace}/../../user",
    ),
    *("{nothing}", "workspaces/{workspace", "workspaces/{WORKSPACE}/tags", "x" * 100 + "|"),
)


@pytest.mark.parametrize("path", PATHS, ids=ascii)
def test_a_path_that_is_none_is_refused_with_a_next_step(clockify: Bench, path: str) -> None:
    done = clockify("api", path)
    assert (done.code, done.out, done.requests) == (2, "", ())
    message, *hint = done.err.splitlines()
    assert len(message) < 200
    assert message.isprintable()
    assert hint


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["GET"], "a method and a path"),
        (["GET", "user", "x"], "a method and a path"),
        ([TAGS, "-f", "=x"], "is not KEY=VALUE"),
        ([TAGS, "-f", "name"], "is not KEY=VALUE"),
        ([TAGS, "-f", f"name={LONE}"], "the value of name is not text"),
        ([TAGS, "-F", 'name="\\ud800"'], "the value of name is not text"),
        ([TAGS, "-F", "name="], "the value of name is not JSON"),
        ([TAGS, "-F", "name=NaN"], "the value of name is not JSON"),
        ([TAGS, "-F", "name=-Infinity"], "the value of name is not JSON"),
        ([TAGS, "-F", "name=" + "[" * 100_000], "the value of name is not JSON"),
        ([TAGS, "--input", ""], '"" cannot be read'),
        ([TAGS, "--input", "a\0b"], "cannot be read"),
        ([TAGS, "--input", "x" * 5000], "cannot be read"),
        ([TAGS, "--input", "no such file"], "cannot be read"),
        ([TAGS, "--input", "."], "cannot be read"),
        ([TAGS, "--input", "binary"], "cannot be read"),
        ([TAGS, "--input", "half"], "is not JSON"),
        ([TAGS, "--input", "lone"], "is not text"),
        ([TAGS, "--input", "-"], "standard input is not JSON"),
        ([TAGS, "--input", "body", "-f", "name=x"], "--input cannot be combined"),
        (["GET", TAGS, "--input", "body"], "a GET sends no body"),
        ([TAGS, "-f", "name=x", "--paginate"], "--paginate works only with GET"),
    ],
    ids=lambda each: ascii(each)[:50],
)
def test_a_bad_field_or_body_is_refused_before_anything_is_sent(
    clockify: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "half").write_text("{")
    (tmp_path / "lone").write_text('{"name": "\\ud800"}')
    (tmp_path / "body").write_text('{"name": "x"}')

    done = clockify("api", *words)

    assert (done.code, done.out, done.requests) == (2, "", ())
    assert says in done.err
    assert max(map(len, done.err.splitlines())) < 200


def test_offline_says_what_to_leave_out(clockify: Bench) -> None:
    assert "Leave out --offline." in clockify("api", "user", "--offline").err


def test_a_body_is_read_from_a_file(clockify: Bench, tmp_path: Path) -> None:
    file = tmp_path / "tag.json"
    file.write_text('{"name": "from a file"}')
    done = clockify.ok("api", "POST", "workspaces/{workspace}/tags", "--input", str(file))
    assert json.loads(done.out)["name"] == "from a file"


def test_without_an_account_it_says_so(clockify: Bench) -> None:
    assert clockify("api", "user", "-w", "local").code == 4
