"""Tests of the faults S11 to S20 and S22 to S27, through a raw socket."""

from __future__ import annotations

import email.utils
import json
import socket
import zlib
from typing import Any

import pytest

from tests.fake.asking import Asking, connected, exchanged, received, request_bytes
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.body_faults import MALFORMED

ALL = "/workspaces/{w}/time-entries"
MINE = "/workspaces/{w}/user/{u}/time-entries"
BODY = {"start": "2024-05-01T09:00:00Z", "end": "2024-05-01T10:00:00Z", "description": "once"}
POST = {"method": "POST", "path": "/time-entries$"}


def posted(fake: FakeClockify, body: Any = BODY) -> tuple[str, bytes]:
    """Return head and body of the answer to a new entry."""
    head, _, rest = exchanged(fake, request_bytes(fake, "POST", ALL, body)).partition(b"\r\n\r\n")
    return head.decode("latin-1"), rest


def made(fake: FakeClockify) -> list[str]:
    return [each.plain()["object"]["description"] for each in fake.committed()]


@pytest.mark.parametrize("value", ["1", "0", "-5", "99999999", "soon"])
def test_s11_sends_retry_after_as_it_is_told(fake: FakeClockify, value: str) -> None:
    fake.fault("S11", POST, retry_after=value)
    head, _ = posted(fake)
    assert head.startswith("HTTP/1.1 429 ")
    assert f"\r\nRetry-After: {value}\r\n" in head
    assert made(fake) == []


@pytest.mark.parametrize(("value", "ahead"), [("date", True), ("past", False)])
def test_s11_sends_an_http_date_to_come_or_gone(
    fake: FakeClockify, value: str, ahead: bool
) -> None:
    fake.fault("S11", POST, retry_after=value)
    text = posted(fake)[0].split("Retry-After: ")[1].split("\r\n")[0]
    moment = email.utils.parsedate_to_datetime(text)
    assert (moment.timestamp() > fake.clock.now()) == ahead


def test_s11_says_nothing_unless_told(fake: FakeClockify) -> None:
    fake.fault("S11", POST)
    assert "Retry-After" not in posted(fake)[0]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize(("name", "committed"), [("S12", []), ("S13", ["once"])])
def test_s12_fails_before_and_s13_after_the_commit(
    fake: FakeClockify, status: int, name: str, committed: list[str]
) -> None:
    fake.fault(name, POST, status=status)
    assert posted(fake)[0].startswith(f"HTTP/1.1 {status} ")
    assert made(fake) == committed


@pytest.mark.parametrize("code", [1000, 4003, 4017])
def test_s14_refuses_the_key_and_then_takes_it_again(fake: FakeClockify, code: int) -> None:
    fake.fault("S14", POST, nth=2, code=code)
    answers = [posted(fake) for _ in range(3)]
    assert [head.split()[1] for head, _ in answers] == ["201", "401", "201"]
    assert json.loads(answers[1][1])["code"] == code
    assert len(made(fake)) == 2


def test_s15_forbids_with_its_own_words(fake: FakeClockify) -> None:
    fake.fault("S15", POST, message="not you")
    head, body = posted(fake)
    assert head.startswith("HTTP/1.1 403 ")
    assert json.loads(body)["message"] == "not you"
    assert made(fake) == []


@pytest.mark.parametrize("label", ["text/html", "application/json"])
@pytest.mark.parametrize(("commit", "committed"), [(False, []), (True, ["once"])])
def test_s16_answers_with_a_page(
    fake: FakeClockify, label: str, commit: bool, committed: list[str]
) -> None:
    fake.fault("S16", POST, label=label, commit=commit)
    head, body = posted(fake)
    assert head.startswith("HTTP/1.1 200 ")
    assert f"Content-Type: {label}\r\n" in head
    assert body.startswith(b"<!DOCTYPE html>")
    assert made(fake) == committed


BODIES: dict[str, Any] = {
    "malformed": lambda body: body.endswith(b",,"),
    "empty": lambda body: body == b"",
    "null": lambda body: body == b"null",
    "list": lambda body: body == b"[]",
    "string": lambda body: body == b'"x"',
    "deep": lambda body: body == b"[" * 100_000,
    "big_integer": lambda body: b"9" * 5000 in body,
    "nan": lambda body: b":NaN" in body,
    "infinity": lambda body: b":1e400" in body,
    "duplicate_keys": lambda body: body.count(b'"id":') == 2,
    "lone_surrogate": lambda body: rb"\ud800" in body,
    "bom": lambda body: body.startswith(b"\xef\xbb\xbf{"),
    "utf16": lambda body: json.loads(body.decode("utf-16"))["description"] == "once",
    "latin1": lambda body: b"\xe9\xff" in body,
}


@pytest.mark.parametrize("kind", BODIES)
def test_s17_commits_and_spoils_the_body(fake: FakeClockify, kind: str) -> None:
    fake.fault("S17", POST, kind=kind)
    head, body = posted(fake)
    assert head.startswith("HTTP/1.1 201 ")
    assert BODIES[kind](body)
    assert made(fake) == ["once"]


def test_s17_knows_no_kind_that_is_not_tried_here_and_may_commit_nothing(
    fake: FakeClockify,
) -> None:
    assert set(BODIES) == set(MALFORMED)
    fake.fault("S17", POST, kind="empty", commit=False)
    assert posted(fake)[1] == b""
    assert made(fake) == []


@pytest.mark.parametrize(
    ("kind", "label"),
    [("wrong", "text/plain"), ("none", None), ("charset", "application/json; charset=utf-16")],
)
def test_s18_puts_another_label_on_the_right_body(
    fake: FakeClockify, kind: str, label: str | None
) -> None:
    fake.fault("S18", POST, kind=kind)
    head, body = posted(fake)
    assert json.loads(body)["description"] == "once"
    assert [line for line in head.split("\r\n") if line.startswith("Content-Type")] == (
        [f"Content-Type: {label}"] if label else []
    )


def test_s19_streams_a_gigabyte_to_whoever_reads_on(fake: FakeClockify) -> None:
    fake.fault("S19", POST)
    with connected(fake) as sock:
        sock.sendall(request_bytes(fake, "POST", ALL, BODY))
        assert len(received(sock, limit=1 << 24)) >= 1 << 24
    fake.fault("S19", POST, size=1 << 20)
    head, body = posted(fake)
    assert "Content-Length" not in head
    assert len(json.loads(body)[0]) == 1 << 20


@pytest.mark.long
def test_s19_sends_a_bomb_that_unpacks_to_256_mib(fake: FakeClockify) -> None:
    fake.fault("S19", POST, kind="bomb")
    head, body = posted(fake)
    assert "Content-Encoding: gzip" in head
    assert len(body) < 1 << 20
    unpacked, rest, packer = 0, body, zlib.decompressobj(31)
    while rest:
        unpacked += len(packer.decompress(rest, 1 << 22))
        rest = packer.unconsumed_tail
    assert unpacked >= 1 << 28


def test_s19_sends_300_headers_and_a_header_of_70_kb(fake: FakeClockify) -> None:
    fake.fault("S19", POST, kind="headers")
    assert posted(fake)[0].count("\r\nX-Filler-") == 300
    fake.fault("S19", POST, kind="header_line")
    assert max(map(len, posted(fake)[0].split("\r\n"))) > 70_000


@pytest.mark.long
def test_s19_sends_100_000_entries_in_one_page(fake: FakeClockify) -> None:
    fake.add_entry(0, 60, "x")
    fake.fault("S19", {"method": "GET"}, kind="entries")
    rows = Asking(fake)("GET", MINE).document
    assert len({row["id"] for row in rows}) == 100_000


def test_s19_makes_up_pages_without_end(fake: FakeClockify) -> None:
    fake.fault("S19", kind="endless", times=None)
    pages = [Asking(fake)("GET", MINE, page=page, page_size=3) for page in (1, 2, 300)]
    assert [each.headers["Last-Page"] for each in pages] == ["false"] * 3
    assert len({row["id"] for each in pages for row in each.document}) == 9


def test_s19_sends_the_first_page_again_and_again(fake: FakeClockify) -> None:
    for minute in range(4):
        fake.add_entry(minute * 60, 600, str(minute))
    fake.fault("S19", kind="repeat", times=None)
    pages = [Asking(fake)("GET", MINE, page=page, page_size=2) for page in (1, 2, 9)]
    assert [[row["description"] for row in each.document] for each in pages] == [["3", "2"]] * 3
    assert {each.headers["Last-Page"] for each in pages} == {"false"}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", ["same", "other", "loop"])
def test_s20_redirects_and_commits_nothing(fake: FakeClockify, status: int, kind: str) -> None:
    fake.fault("S20", POST, kind=kind, status=status)
    head, _ = posted(fake)
    place = head.split("Location: ")[1].split("\r\n")[0]
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert place.startswith(fake.origin) == (kind != "other")
    assert (made(fake), fake.elsewhere) == ([], [])


def test_s20_sees_who_follows_to_the_same_host_and_who_to_another(fake: FakeClockify) -> None:
    fake.fault("S20", POST, kind="same")
    place = posted(fake)[0].split("Location: ")[1].split("\r\n")[0]
    Asking(fake).at(place.removeprefix(fake.origin), "POST", BODY, {})
    assert made(fake) == ["once"]
    fake.fault("S20", POST, kind="other")
    place = posted(fake)[0].split("Location: ")[1].split("\r\n")[0]
    host, _, port = place.split("/")[2].partition(":")
    assert host != fake.origin.split("/")[2].split(":")[0]
    with socket.create_connection((host, int(port)), 5) as sock:
        sock.sendall(b"GET /api HTTP/1.1\r\nHost: x\r\nX-Api-Key: leaked\r\n\r\n")
        received(sock)
    assert [each.get("x-api-key") for each in fake.elsewhere] == ["leaked"]


def test_s20_leads_from_https_to_http() -> None:
    with FakeClockify(plan="PRO", tls=True) as fake:
        fake.fault("S20", kind="downgrade")
        reply = Asking(fake)("GET", "/user")
    assert reply.headers["Location"].startswith("http://")


def test_s22_is_another_fault_on_the_reading_back(fake: FakeClockify) -> None:
    fake.fault("S22", of="S16")
    ask = Asking(fake)
    assert ask("POST", ALL, BODY).status == 201
    assert ask("GET", MINE).body.startswith(b"<!DOCTYPE html>")
    assert len(ask("GET", MINE).document) == 1


def test_s23_fails_on_every_page_but_the_first(fake: FakeClockify) -> None:
    fake.fault("S23", kind="page2")
    ask = Asking(fake)
    assert [ask("GET", MINE, page=page).status for page in (1, 2, 2)] == [200, 500, 200]


def test_s23_lists_nothing_once(fake: FakeClockify) -> None:
    fake.add_entry(0, 60, "x")
    fake.fault("S23", kind="empty")
    assert [len(Asking(fake)("GET", MINE).document) for _ in range(2)] == [0, 1]


def test_s23_lists_a_stale_copy_once(fake: FakeClockify) -> None:
    ask = Asking(fake)
    entry = fake.add_entry(0, 60, "old")
    fake.change(entry, description="new")
    ask("POST", ALL, BODY)
    fake.fault("S23", kind="stale")
    fake.fault("S23", kind="stale", behind=2)
    lists = [[row["description"] for row in ask("GET", MINE).document] for _ in range(3)]
    assert lists == [["new"], ["old"], ["once", "new"]]
    assert len(fake.commits) == 3


def test_s24_keeps_something_else_than_was_sent(fake: FakeClockify) -> None:
    project = fake.add_project("Default")
    tags = [fake.add_tag(name).id for name in "ab"]
    fake.fault("S24", POST, project_id=project.id, billable=True)
    body = {"start": "2024-05-01T09:00:00.900Z", "description": "  two  words ", "tagIds": tags}
    row = json.loads(posted(fake, body)[1])
    assert row["timeInterval"]["start"] == "2024-05-01T09:00:00Z"
    assert (row["description"], row["tagIds"]) == ("two words", tags[::-1])
    assert (row["projectId"], row["billable"]) == (project.id, True)


def dated(fake: FakeClockify) -> float:
    """Return how far `Date` is from the server's clock, in seconds."""
    text = posted(fake)[0].split("Date: ")[1].split("\r\n")[0]
    return email.utils.parsedate_to_datetime(text).timestamp() - fake.clock.now()


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_s25_gives_a_wrong_date(fake: FakeClockify, seconds: int) -> None:
    fake.fault("S25", POST, seconds=seconds)
    assert dated(fake) == pytest.approx(seconds, abs=2)
    assert dated(fake) == pytest.approx(0, abs=2)


def test_s25_lets_the_clock_jump(fake: FakeClockify) -> None:
    before = fake.clock.now()
    fake.fault("S25", POST, seconds=3600, jump=True)
    id_ = json.loads(posted(fake)[1])["id"]
    assert int(id_[:8], 16) >= before + 3599


@pytest.mark.parametrize("kind", ["id", "body"])
@pytest.mark.parametrize("others", [0, 1])
def test_s27_answers_with_another_entry(fake: FakeClockify, kind: str, others: int) -> None:
    for _ in range(others):
        fake.add_entry(0, 60, "another")
    fake.fault("S27", POST, kind=kind)
    row = json.loads(posted(fake)[1])
    (commit,) = fake.committed()
    assert row["id"] != commit.record.id
    assert (row["description"] == "once") == (kind == "id")
    assert (row["id"] in {each.id for each in fake.entries()}) == bool(others)


MANY = {"method": "PUT", "path": "/time-entries$"}


def many(fake: FakeClockify) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the ids of two entries that one request changes together, and the answer's rows."""
    ids = [fake.add_entry(start, start + 60, "before").id for start in (0, 60)]
    body = [{"id": id_, **BODY, "description": f"  {id_}  now "} for id_ in ids]
    return ids, Asking(fake)("PUT", MINE, body).document


def test_s24_rewrites_each_of_many(fake: FakeClockify) -> None:
    fake.fault("S24", MANY, billable=True)
    ids, rows = many(fake)
    assert [row["description"] for row in rows] == [f"{id_} now" for id_ in ids]
    assert [row["billable"] for row in rows] == [True, True]


@pytest.mark.parametrize("kind", ["id", "body"])
def test_s27_answers_to_many_with_another_entry(fake: FakeClockify, kind: str) -> None:
    fake.fault("S27", MANY, kind=kind)
    (one, other), rows = many(fake)
    first, second = (row["id"] for row in rows)
    if kind == "id":
        assert (first, second) == (other, one)
    else:
        assert first not in (one, other)
        assert second == other


@pytest.mark.parametrize("kind", ["big_integer", "duplicate_keys", "lone_surrogate"])
def test_s17_tampers_with_the_first_of_many(kind: str) -> None:
    right = b'[{"id":"a"},{"id":"b"}]'
    wrong = MALFORMED[kind](right)
    assert wrong.startswith(b'[{"')
    assert wrong.endswith(b'"id":"a"},{"id":"b"}]')
    assert len(wrong) > len(right)


def test_a_fault_can_wait_for_another(fake: FakeClockify) -> None:
    ask = Asking(fake)
    first = fake.fault("S13", POST)
    fake.fault("S12", {"method": "GET"}, after=first)
    assert ask("GET", MINE).status == 200
    ask("POST", ALL, BODY)
    assert [ask("GET", MINE).status for _ in range(2)] == [503, 200]
