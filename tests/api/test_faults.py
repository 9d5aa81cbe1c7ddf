"""Tests of each fault of a server or a network, and of its result for a write and a read."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from clockify_cli.api.endpoints import Clockify
from clockify_cli.errors import (
    ClockifyError,
    KeyRefused,
    LimitReached,
    NotFound,
    Refused,
    Unreachable,
)
from clockify_cli.sync.model.remote import (
    Applied,
    Limited,
    NotSent,
    Outcome,
    Paused,
    Rejected,
    ReplyTooLarge,
    Unknown,
)
from tests.api.conftest import CountingGate
from tests.api.raw_server import FOR_EVER, Behaviour, Line, RawServer, answering_once, reply
from tests.api.wire_samples import BODY, ENTRY, WORKSPACE, created_bytes, error_bytes, interval
from tests.examples import thinned
from tests.waits import STEP, Ticking, in_step, waits

Make = Callable[..., Clockify]
CREATED = created_bytes()
HTML = b"<!DOCTYPE html><html><body>Please sign in to the network</body></html>"
GZIPPED = gzip.compress(CREATED)
DEADLINE = 0.4
PATIENT = 600.0
"""A deadline for what ends by itself, even on a busy machine."""
STEPS = 40
WITHOUT_END = {
    "committed-then-silence",
    "body-drips",
    "headers-drip",
    "endless-continue",
}


def drop_at_once(line: Line) -> None:
    line.sock.close()


def drop_in_the_request(line: Line) -> None:
    line.sock.recv(40)
    line.reset()


def commit_then_close(line: Line) -> None:
    line.read_request()


def commit_then_reset(line: Line) -> None:
    line.read_request()
    line.reset()


def commit_then_silence(line: Line) -> None:
    line.read_request()
    line.hold()


def drip_the_body(line: Line) -> None:
    line.read_request()
    line.send(reply(CREATED, 201)[: -len(CREATED)])
    line.drip(CREATED)


def drip_the_headers(line: Line) -> None:
    line.read_request()
    line.drip(reply(CREATED, 201))


def drip_small_talk(line: Line) -> None:
    line.read_request()
    line.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, 0.002)


def stream_without_end(line: Line) -> None:
    line.read_request()
    line.send(reply(b"", 201, length=False))
    while True:
        line.send(b" " * 65536)


def bomb(line: Line) -> None:
    packed = gzip.compress(b" " * 64 * 1024 * 1024)
    line.read_request()
    line.send(reply(packed, 201, "Content-Encoding: gzip"))


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    return reply(body + end, 201, "Transfer-Encoding: chunked", length=False)


def says(body: bytes, status: int = 201, *headers: str, **options: str) -> Behaviour:
    return answering_once(reply(body, status, *headers, kind=options.get("kind")))


def refuses(status: int, message: str, code: int, *headers: str) -> Behaviour:
    return says(error_bytes(message, code), status, *headers)


HALF = reply(CREATED, 201)[:-40]

BROKEN: dict[str, Behaviour] = {
    "dropped-at-once": drop_at_once,
    "dropped-in-the-request": drop_in_the_request,
    "committed-then-closed": commit_then_close,
    "committed-then-reset": commit_then_reset,
    "committed-then-silence": commit_then_silence,
    "cut-with-length": answering_once(HALF),
    "cut-chunked": answering_once(chunked(CREATED[:40], end=b"")),
    "cut-without-length": answering_once(reply(CREATED[:-40], 201, length=False)),
    "cut-gzip": answering_once(
        reply(GZIPPED[:-30], 201, "Content-Encoding: gzip", length=False)
    ),
    "no-gzip-at-all": says(CREATED, 201, "Content-Encoding: gzip"),
    "body-drips": drip_the_body,
    "headers-drip": drip_the_headers,
    "endless-continue": drip_small_talk,
    "500": says(error_bytes("oops", 500), 500),
    "502-html": says(HTML, 502, kind="text/html"),
    "503": says(b"", 503),
    "503-retry-after": says(b"", 503, "Retry-After: 1"),
    "504": says(HTML, 504),
    "408": says(error_bytes("slow", 408), 408),
    "400-html": says(HTML, 400, kind="text/html"),
    "404-no-code": says(b'{"message": "Not Found", "status": 404}', 404),
    "418": says(error_bytes("teapot", 418), 418),
    "portal": says(HTML, 200, kind="text/html"),
    "portal-labelled-json": says(HTML, 200),
    "empty": says(b""),
    "null": says(b"null"),
    "text": says(b'"x"'),
    "number": says(b"1"),
    "word": says(b"OK"),
    "nested": says(b"[" * 100_000),
    "nested-objects": says(b'{"a":' * 100_000),
    "long-number": says(b'{"id": ' + b"9" * 5000 + b"}"),
    "nan": says(b'{"id": NaN}'),
    "infinity": says(b'{"id": 1e400}'),
    "doubled-key": says(CREATED[:-1] + b', "id": "64c777ddd3fcab07cfbb210d"}'),
    "bom": says(b"\xef\xbb\xbf" + CREATED),
    "utf-16": says(CREATED.decode().encode("utf-16")),
    "latin-1": says(CREATED.replace(b"Write", b"Wr\xefte")),
    "many-headers": says(CREATED, 201, *(f"X-{n}: y" for n in range(300))),
    "long-header": says(CREATED, 201, "X-Long: " + "y" * 70_000),
    "not-http": answering_once(b"SSH-2.0-OpenSSH_9.2\r\n"),
}  # fmt: skip

TOO_LARGE: dict[str, Behaviour] = {"stream": stream_without_end, "gzip-bomb": bomb}

ANSWERED_BUT_NOT_OURS: dict[str, Behaviour] = {
    "a-list": says(b"[]"),
    "an-error-with-201": says(error_bytes("no", 1)),
    "no-id": says(created_bytes(id=None)),
    "lone-surrogate": says(CREATED.replace(b"Write spec", b"Write spec\\ud800")),
    "id-no-id": says(created_bytes(id="../../user")),
    "start-another": says(created_bytes(timeInterval=interval("2026-11-24T09:00:01Z", None))),
    "start-without-zone": says(created_bytes(timeInterval=interval("2026-11-24T09:00:00", None))),
    "end-another": says(
        created_bytes(timeInterval=interval("2026-11-24T09:00:00Z", "2026-11-24T10:31:00Z"))
    ),
    "description-another": says(created_bytes(description="Lunch")),
    "workspace-another": says(created_bytes(workspaceId="0" * 24)),
}  # fmt: skip

GOOD: dict[str, Behaviour] = {
    "as-sent": says(CREATED),
    "chunked": answering_once(chunked(CREATED[:50], CREATED[50:])),
    "gzip": says(GZIPPED, 201, "Content-Encoding: gzip"),
    "no-length": answering_once(reply(CREATED, 201, length=False)),
    "labelled-html": says(CREATED, 201, kind="text/html; charset=utf-16"),
    "ms-and-zone": says(
        created_bytes(
            timeInterval=interval("2026-11-24T10:00:00.000+01:00", "2026-11-24T10:30:00.999Z")
        )
    ),
    "defaults-filled-in": says(
        created_bytes(billable=True, projectId="1" * 24, tagIds=["3" * 24, "2" * 24])
    ),
    "description-trimmed": says(created_bytes(description=" Write  spec")),
    "unknown-fields": says(created_bytes(kioskId=None, somethingNew=[1, {"a": 2}])),
}  # fmt: skip


def post(make: Make, behaviour: Behaviour, deadline: float = PATIENT) -> tuple[Outcome, int]:
    """Return the outcome of one POST, and how many requests the server saw."""
    with RawServer(behaviour) as server:
        outcome = make(server.port, deadline).create_entry(WORKSPACE, BODY)
    return outcome, len(server.requests)


def get(make: Make, behaviour: Behaviour, deadline: float = PATIENT) -> ClockifyError:
    """Return the error of one GET of an entry."""
    with RawServer(behaviour) as server, pytest.raises(ClockifyError) as caught:
        make(server.port, deadline).entry(WORKSPACE, ENTRY)
    return caught.value


def post_broken(make: Make, fault: str) -> tuple[Outcome, int]:
    """Like `post`, but with a short deadline if the server never ends its answer."""
    if fault not in WITHOUT_END:
        return post(make, BROKEN[fault])
    for deadline in (DEADLINE, 20 * DEADLINE, 400 * DEADLINE):
        outcome, seen = post(make, BROKEN[fault], deadline)
        # If none was seen, this machine was too slow to send it in time.
        if seen:
            break
    return outcome, seen


@pytest.mark.parametrize("fault", thinned(BROKEN))
def test_a_write_without_a_clear_answer_is_unknown_and_sent_once(
    clockify_at: Make, fault: str
) -> None:
    outcome, seen = post_broken(clockify_at, fault)
    assert isinstance(outcome, Unknown)
    assert outcome.reason
    assert seen <= 1


@pytest.mark.parametrize("fault", thinned((name for name in BROKEN if name != "418"), 4))
def test_a_read_without_a_clear_answer_is_unreachable(clockify_at: Make, fault: str) -> None:
    deadline = DEADLINE if fault in WITHOUT_END else PATIENT
    error = get(clockify_at, BROKEN[fault], deadline)
    assert type(error) is Unreachable
    assert error.hint


@pytest.mark.parametrize("fault", TOO_LARGE)
def test_a_reply_over_8_mib_is_not_read_to_its_end(clockify_at: Make, fault: str) -> None:
    outcome, _ = post(clockify_at, TOO_LARGE[fault])
    assert isinstance(outcome, Unknown)
    assert isinstance(get(clockify_at, TOO_LARGE[fault]), ReplyTooLarge | Unreachable)


def test_a_gzip_bomb_on_a_read_asks_for_a_smaller_page(clockify_at: Make) -> None:
    with RawServer(bomb) as server, pytest.raises(ReplyTooLarge):
        clockify_at(server.port).entry(WORKSPACE, ENTRY)


@pytest.mark.parametrize("fault", ANSWERED_BUT_NOT_OURS)
def test_an_answer_that_is_not_about_what_was_sent_is_unknown(
    clockify_at: Make, fault: str
) -> None:
    outcome, seen = post(clockify_at, ANSWERED_BUT_NOT_OURS[fault])
    assert isinstance(outcome, Unknown)
    assert seen == 1


@pytest.mark.parametrize("answer", GOOD)
def test_an_answer_that_echoes_what_was_sent_is_applied(clockify_at: Make, answer: str) -> None:
    outcome, _ = post(clockify_at, GOOD[answer])
    assert isinstance(outcome, Applied)
    assert outcome.entry is not None
    assert outcome.entry.id == ENTRY


def test_a_closed_port_means_not_sent(clockify_at: Make) -> None:
    # The port is bound, so that nobody else can listen there meanwhile.
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        outcome = clockify_at(port).create_entry(WORKSPACE, BODY)
    assert outcome == NotSent(f"127.0.0.1:{port} refused the connection")


def test_a_name_that_cannot_be_looked_up_means_not_sent(
    clockify_at: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    outcome = clockify_at("https://clockify.invalid/api/v1").create_entry(WORKSPACE, BODY)
    assert outcome == NotSent("the name clockify.invalid could not be looked up")


def test_a_look_up_that_hangs_ends_with_the_deadline(
    clockify_at: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go, over = threading.Event(), threading.Event()

    def hang(*_: object, **__: object) -> None:
        let_go.wait(FOR_EVER)
        over.set()
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    outcome = clockify_at("https://clockify.invalid/api/v1", DEADLINE).create_entry(WORKSPACE, BODY)
    left_behind = not over.is_set()
    let_go.set()
    assert outcome == NotSent("clockify.invalid did not answer in time")
    assert left_behind


QUICK_PART = {
    "body-drips": reply(CREATED, 201)[: -len(CREATED)],
    "headers-drip": b"",
    "endless-continue": b"",
}
SLOW_PART = {
    "body-drips": CREATED,
    "headers-drip": reply(CREATED, 201),
    "endless-continue": b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
}


@pytest.mark.parametrize("fault", QUICK_PART)
def test_a_dripping_server_is_left_at_the_deadline(clockify_at: Make, fault: str) -> None:
    def drip(line: Line) -> None:
        line.read_request()
        line.send(QUICK_PART[fault])
        line.drip_in_step(turn, SLOW_PART[fault])

    # The clock advances at each reading: the deadline is a number of readings, not of seconds.
    with in_step() as turn, waits() as waited, RawServer(drip) as server:
        remote = clockify_at(server.port, STEPS * STEP, Ticking())
        outcome = remote.create_entry(WORKSPACE, BODY)
        assert not server.outlasted.is_set()
    assert outcome == Unknown(f"127.0.0.1:{server.port} did not answer in time") or (
        fault == "body-drips" and isinstance(outcome, Unknown)
    )
    assert STEPS / 4 < waited.reads <= STEPS


def test_a_silent_server_is_left_at_the_deadline(clockify_at: Make) -> None:
    with waits() as waited:
        outcome, _ = post_broken(clockify_at, "committed-then-silence")
    assert isinstance(outcome, Unknown)
    assert outcome.reason.endswith("did not answer in time")
    assert waited.longest <= 400 * DEADLINE
    assert waited.in_vain > 0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Retry-After: 1", 1),
        ("Retry-After: 0", 0),
        ("Retry-After: -5", 0),
        ("Retry-After: 99999999", 3600),
        ("Retry-After: " + "9" * 5000, 3600),
        ("Retry-After: Tue, 24 Nov 2026 12:10:00 GMT", 600),
        ("Retry-After: Tue, 24 Nov 2026 11:00:00 GMT", 0),
        ("Retry-After: Sun, 06 Nov 9999 08:49:37 GMT", 3600),
        ("Retry-After: soon", None),
        ("Retry-After: ٣", None),
        ("X-Nothing: at all", None),
    ],
)
@pytest.mark.parametrize("body", [error_bytes("Too many requests", 429), HTML, b""])
def test_429_is_limited_for_an_hour_at_most(
    clockify_at: Make, header: str, seconds: int | None, body: bytes
) -> None:
    raw = header.encode("utf-8").decode("latin-1")
    outcome, _ = post(clockify_at, says(body, 429, raw))
    assert outcome == Limited(seconds)


def test_429_on_a_read_says_until_when(clockify_at: Make) -> None:
    error = get(clockify_at, refuses(429, "Too many requests", 429, "Retry-After: 90"))
    assert isinstance(error, LimitReached)
    assert f"{error.until:%H:%M:%S %Z}" == "12:01:30 UTC"


def test_429_on_a_read_says_when_the_gate_opens_again(
    clockify_at: Make, gate: CountingGate
) -> None:
    gate.closes = datetime(2026, 11, 24, 12, 40, tzinfo=UTC)
    for headers in ((), ("Retry-After: 90",)):
        error = get(clockify_at, refuses(429, "Too many requests", 429, *headers))
        assert isinstance(error, LimitReached)
        assert error.until == gate.closes


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 501), (404, 404), (409, 1), (413, 2), (415, 3), (422, 4)],
)
def test_a_refusal_in_clockifys_own_words_is_rejected(
    clockify_at: Make, status: int, code: int
) -> None:
    outcome, _ = post(clockify_at, refuses(status, "Project doesn't belong to Workspace", code))
    assert outcome == Rejected(status, code, "Project doesn't belong to Workspace")


@pytest.mark.parametrize("code", [1000, 4003, 4017])
def test_401_pauses_the_account_and_tells_a_reader_where_a_key_is_made(
    clockify_at: Make, code: int
) -> None:
    outcome, _ = post(clockify_at, refuses(401, "Api key does not exist", code))
    assert outcome == Paused(401, "Api key does not exist")
    error = get(clockify_at, refuses(401, "Api key does not exist", code))
    assert isinstance(error, KeyRefused)
    assert "login" in error.hint


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Time entry is locked", Rejected),
        ("You do not have permission to edit this", Rejected),
        ("Manual time tracking is disabled in this workspace", Rejected),
        ("Entry is in an approved period", Rejected),
        ("Access Denied", Paused),
        ("User is not a member of the workspace", Paused),
        ("You are not allowed to access this workspace", Paused),
        ("Your subscription does not allow access to projects", Paused),
        ("", Paused),
    ],
)
def test_403_is_the_rows_own_only_when_its_words_say_so(
    clockify_at: Make, message: str, expected: type[Outcome]
) -> None:
    outcome, _ = post(clockify_at, refuses(403, message, 403))
    assert isinstance(outcome, expected)


def test_403_without_clockifys_words_pauses_the_account(clockify_at: Make) -> None:
    outcome, _ = post(clockify_at, says(b"<html>project locked</html>", 403))
    assert outcome == Paused(403, "HTTP 403")


def test_403_on_a_read_leads_to_the_workspaces(clockify_at: Make) -> None:
    error = get(clockify_at, refuses(403, "Access Denied", 501))
    assert isinstance(error, Refused)
    assert "clockify workspaces" in error.hint


@pytest.mark.parametrize(("status", "code"), [(404, 404), (400, 501)])
def test_what_is_gone_is_not_found_and_its_list_is_named(
    clockify_at: Make, status: int, code: int
) -> None:
    error = get(clockify_at, refuses(status, "Time entry doesn't belong to Workspace", code))
    assert isinstance(error, NotFound)
    assert ENTRY in error.message
    assert "clockify log" in error.hint


def test_a_long_message_of_the_server_is_cut(clockify_at: Make) -> None:
    outcome, _ = post(clockify_at, refuses(400, "x" * 5000, 501))
    assert isinstance(outcome, Rejected)
    assert len(outcome.reason) == 200


def test_a_message_that_echoes_the_key_is_masked(clockify_at: Make) -> None:
    def echo(line: Line) -> None:
        request = line.read_request().decode()
        key = request.partition("X-Api-Key: ")[2].partition("\r\n")[0]
        line.send(reply(error_bytes(f"no such key {key}", 501), 400))

    outcome, _ = post(clockify_at, echo)
    assert outcome == Rejected(400, 501, "no such key ****")


def test_a_kept_connection_that_the_server_closed_costs_no_request(clockify_at: Make) -> None:
    with RawServer(answering_once(reply(CREATED, 201))) as server:
        remote = clockify_at(server.port)
        first = remote.create_entry(WORKSPACE, BODY)
        second = remote.create_entry(WORKSPACE, BODY)
        seen = len(server.requests)
    assert isinstance(first, Applied)
    assert isinstance(second, Applied | Unknown)
    assert seen <= 2


def test_the_rate_limiter_is_told_the_servers_time(clockify_at: Make, gate: CountingGate) -> None:
    outcome, _ = post(clockify_at, says(CREATED, 201, "Date: Tue, 24 Nov 2026 13:00:00 GMT"))
    assert isinstance(outcome, Applied)
    ((*_, told),) = gate.after_calls
    assert told is not None
    assert told.hour == 13
