"""Tests of the server: its independence, speed, wire, logs, clock, admin endpoint and worlds."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

import tests.fake_clockify
from tests.fake.asking import Asking, connected, exchanged, received, request_bytes
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.remote import ROOT, RemoteFake, spawned
from tests.fake_clockify.switches import CHOICES, Switches
from tests.fake_clockify.worlds import HOSTILE_NAMES, SCRIPT_NAMES, fill

PACKAGE = Path(tests.fake_clockify.__file__).parent
ALL = "/workspaces/{w}/time-entries"
MINE = "/workspaces/{w}/user/{u}/time-entries"
BODY = {"start": "2024-05-01T09:00:00Z", "description": "x"}
CLIENT = "clockify" + "_cli"


def imported(source: str) -> set[str]:
    """Return the first word of every module that *source* imports anywhere."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [each.name for node in nodes if isinstance(node, ast.Import) for each in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.stem)
def test_no_module_of_the_fake_names_the_client(path: Path) -> None:
    source = path.read_text("utf-8")
    assert CLIENT not in source
    extra = {"cryptography", "jsonschema", "pytest"} if path.stem in TESTING_ONLY else set()
    assert imported(source) <= {*sys.stdlib_module_names, "tests", *extra}


TESTING_ONLY = ("certificates", "answer_check", "fixture")


def test_a_running_fake_has_not_loaded_the_client_nor_any_library() -> None:
    code = (
        "import sys; from tests.fake_clockify import FakeClockify\n"
        "with FakeClockify() as fake: fake.add_entry(0)\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    loaded = set(run.stdout.split())
    assert "tests" in loaded
    assert not {CLIENT, "cryptography", "jsonschema", "requests"} & loaded


@pytest.mark.long
def test_a_page_of_5000_out_of_100_000_entries_takes_less_than_a_second(
    fake: FakeClockify, ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spent(**query: object) -> float:
        """Return the seconds of processor time: other work on the machine does not count."""
        began = time.process_time()
        reply = ask("GET", MINE, page_size=5000, **query)
        spent = time.process_time() - began
        assert len(reply.document) == 5000
        return spent

    # The check of answers is off because it takes longer than the answers.
    monkeypatch.undo()
    fill(fake, 100_000)
    for query in ({"page": 1}, {"page": 20}, {"page": 1, "hydrated": "true"}):
        assert any(spent(**query) < 1 for _ in range(5))


def test_a_simple_request_takes_about_a_millisecond(fake: FakeClockify) -> None:
    data = request_bytes(fake, "GET", "/user", keep=True)
    times = []
    with connected(fake) as sock:
        for _ in range(45):
            began = time.process_time()
            sock.sendall(data)
            sock.recv(1 << 16)
            times.append(time.process_time() - began)
    # The half that nothing else on the machine disturbed.
    assert sorted(times)[len(times) // 2] < 0.005


def test_a_change_is_on_disk_before_its_answer_is_sent(
    fake: FakeClockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def watched(number: int) -> None:
        fsync(number)
        synced.append(fake.commit_log.read_text("utf-8").splitlines()[-1])

    monkeypatch.setattr(os, "fsync", watched)
    reply = Asking(fake)("POST", ALL, BODY)
    (line,) = map(json.loads, synced)
    assert (line["change"], line["kind"], line["by"]) == ("created", "entry", "api")
    assert line["id"] == reply.document["id"]
    assert line["request"] == fake.requests[-1].number


def test_the_commit_log_tells_api_from_web_and_keeps_what_was_before(
    fake: FakeClockify, ask: Asking
) -> None:
    entry = fake.add_entry("2024-05-01T09:00:00Z", description="web")
    ask("PUT", f"{ALL}/{entry.id}", BODY)
    ask("DELETE", f"{ALL}/{entry.id}")
    lines = [json.loads(line) for line in fake.commit_log.read_text("utf-8").splitlines()]
    assert lines == json.loads(json.dumps([each.plain() for each in fake.commits]))
    assert [(line["change"], line["by"]) for line in lines] == [
        ("created", "web"),
        ("changed", "api"),
        ("deleted", "api"),
    ]
    assert (lines[1]["before"]["description"], lines[1]["object"]["description"]) == ("web", "x")


def test_a_change_that_changes_nothing_is_no_commit(fake: FakeClockify, ask: Asking) -> None:
    entry = fake.add_entry(1714554000, description="x")
    ask("PUT", f"{ALL}/{entry.id}", BODY)
    assert fake.committed() == []


def test_the_request_log_keeps_what_came(fake: FakeClockify) -> None:
    Asking(fake, headers={"User-Agent": "me"})("GET", MINE, page=2, nonsense="1")
    (request,) = fake.requests
    assert (request.method, request.status, request.operation) == ("GET", 200, "getTimeEntries")
    assert request.query == [("page", "2"), ("nonsense", "1")]
    assert request.headers["user-agent"] == "me"
    assert request.unknown == ["?nonsense"]


def test_requests_come_in_chunks_and_after_100_continue(fake: FakeClockify) -> None:
    data = request_bytes(fake, "POST", ALL, BODY)
    head, _, body = data.partition(b"\r\n\r\n")
    bare = b"\r\n".join(line for line in head.split(b"\r\n") if b"Content-Length" not in line)
    chunks = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (5, body[:5], len(body) - 5, body[5:])
    whole = bare + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
    assert exchanged(fake, whole).startswith(b"HTTP/1.1 201")
    with connected(fake) as sock:
        sock.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert sock.recv(64) == b"HTTP/1.1 100 Continue\r\n\r\n"
        sock.sendall(body)
        assert received(sock).startswith(b"HTTP/1.1 201")


@pytest.mark.parametrize(
    "data",
    [
        b"hello\r\n\r\n",
        b"GET / HTTP/1.1\r\nbroken\r\n\r\n",
        b"POST /api/v1/user HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /api/v1/user HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000,
    ],
    ids=["line", "header", "length", "chunk", "size"],
)
def test_what_is_not_http_is_400_and_the_end(fake: FakeClockify, data: bytes) -> None:
    assert exchanged(fake, data).startswith(b"HTTP/1.1 400 Bad Request\r\n")


def test_answers_are_compressed_by_the_switch() -> None:
    with FakeClockify(gzip=True) as fake:
        reply = Asking(fake, headers={"Accept-Encoding": "gzip"})("GET", "/user")
        assert reply.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in Asking(fake)("GET", "/user").headers


def test_many_at_once_are_all_served_and_none_is_lost(fake: FakeClockify) -> None:
    fake.switch(second_running="allowed")
    fake.clock.advance(10)
    asks = [threading.Thread(target=Asking(fake), args=("POST", ALL, BODY)) for _ in range(40)]
    for each in asks:
        each.start()
    for each in asks:
        each.join()
    assert len(fake.entries()) == len({each.id for each in fake.entries()}) == 40


def test_the_clock_comes_from_outside_and_can_be_moved() -> None:
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    with FakeClockify(clock=lambda: noon) as fake:
        entry = Asking(fake)("POST", ALL, {}).document
        assert entry["timeInterval"]["start"] == "2024-05-01T12:00:00Z"
        fake.clock.advance(-3600)
        assert datetime.fromtimestamp(fake.clock.now(), UTC).hour == 11
        fake.clock.set(datetime(2030, 1, 1, tzinfo=UTC))
        assert datetime.fromtimestamp(fake.clock.now(), UTC).year == 2030


def test_the_logs_can_be_emptied_and_the_limit_with_them() -> None:
    with FakeClockify(plan="FREE") as fake:
        for _ in range(31):
            Asking(fake)("GET", "/user")
        assert fake.requests[-1].status == 429
        fake.forget_requests()
        assert Asking(fake)("GET", "/user").status == 200
        assert len(fake.requests) == 1


def test_a_fake_that_fails_itself_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeClockify().start()
    monkeypatch.setattr(type(fake.state), "user_of_key", None)
    assert Asking(fake)("GET", "/user").status == 500
    with pytest.raises(AssertionError, match="NoneType"):
        fake.stop()


@pytest.mark.parametrize("name", [name for name in CHOICES if name != "page_cap"])
def test_a_switch_knows_its_readings(name: str) -> None:
    assert getattr(Switches(), name) == CHOICES[name][0]
    for choice in CHOICES[name]:
        Switches(**{name: choice})
    with pytest.raises(ValueError, match=name):
        Switches().changed({name: "nonsense"})


def test_another_process_drives_the_fake(fake: FakeClockify) -> None:
    remote = RemoteFake(fake.url)
    entry = remote.do("add_entry", start="2024-05-01T09:00:00Z", description="web")
    remote.do("change", id=entry["id"], end="2024-05-01T10:00:00Z")
    assert remote.do("running") == []
    remote.do("fault", name="S12", match={"method": "GET"}, status=500)
    assert [Asking(fake)("GET", "/user").status for _ in range(2)] == [500, 200]
    remote.do("switch", window="instant")
    assert fake.switches.window == "instant"
    before = fake.clock.now()
    remote.do("advance", seconds=7200)
    assert fake.clock.now() - before >= 7200
    remote.do("revoke_key", key=fake.key)
    assert Asking(fake)("GET", "/user").status == 401
    assert [each["status"] for each in remote.do("requests")] == [500, 200, 401]
    assert [each["change"] for each in remote.do("commits")] == ["created", "changed"]
    remote.do("delete", id=entry["id"])
    assert remote.do("entries") == []
    with pytest.raises(ValueError, match="nonsense"):
        remote.do("nonsense")


def test_the_admin_endpoint_counts_for_no_limit() -> None:
    with FakeClockify(plan="FREE") as fake:
        remote = RemoteFake(fake.url)
        for _ in range(40):
            remote.do("info")
        assert Asking(fake)("GET", "/user").status == 200
        assert len(fake.requests) == 1


def test_started_by_hand_it_prints_where_it_is_and_how_to_sign_in() -> None:
    command = [sys.executable, "-m", "tests.fake_clockify", "--plan", "PRO", "--world", "10"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("URL ").strip()
        key = process.stdout.readline().removeprefix("key ").strip()
        process.stdout.readline()
        login = process.stdout.readline().strip()
        remote = RemoteFake(url)
        assert remote.key == key
        assert len(remote.do("entries")) == 10
        process.terminate()
        assert process.wait(60) == 0
    assert login == f"echo {key} | clockify login --api-url {url} --with-key"


def test_switches_are_options_when_it_is_started_by_hand() -> None:
    with spawned("--second-running", "refused", "--page-cap", "1000", "--gzip", "true") as remote:
        switches = remote.do("info")["switches"]
    assert (switches["second_running"], switches["page_cap"], switches["gzip"]) == (
        "refused",
        1000,
        True,
    )


@pytest.mark.parametrize("size", [10, 1000])
def test_a_world_is_the_same_each_time_and_commits_nothing(size: int) -> None:
    def entries() -> list[tuple[object, ...]]:
        with FakeClockify() as fake:
            fill(fake, size)
            assert fake.commits == []
            return [(each.start, each.end, each.description) for each in fake.entries()]

    assert entries() == entries()
    assert len(entries()) == size


def test_a_big_world_spans_years_scripts_and_hostile_names(fake: FakeClockify, ask: Asking) -> None:
    fill(fake, 1000)
    names = {row["name"] for row in ask("GET", "/workspaces/{w}/projects", page_size=200).document}
    assert {*SCRIPT_NAMES, *HOSTILE_NAMES} <= names
    rows = ask("GET", MINE, page_size=1000).document
    assert len(rows) == 1000
    assert any(len(row["description"]) > 2900 for row in rows)
    assert any(row["description"] in HOSTILE_NAMES for row in rows)
