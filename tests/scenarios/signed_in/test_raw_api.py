"""`api`: raw requests."""

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


def test_a_body_is_read_from_a_file(clockify: Bench, tmp_path: Path) -> None:
    file = tmp_path / "tag.json"
    file.write_text('{"name": "from a file"}')
    done = clockify.ok("api", "POST", "workspaces/{workspace}/tags", "--input", str(file))
    assert json.loads(done.out)["name"] == "from a file"


def test_without_an_account_it_says_so(clockify: Bench) -> None:
    assert clockify("api", "user", "-w", "local").code == 4
