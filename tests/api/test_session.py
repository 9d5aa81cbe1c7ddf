"""Tests of the only HTTP function: where a request goes, what it carries, what the gate records."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clockify_cli import __version__
from clockify_cli.api.endpoints import Clockify
from clockify_cli.api.outcomes import Lost, Reply
from clockify_cli.api.session import Address, Session, ca_bundle
from clockify_cli.errors import LimitReached, UsageError
from clockify_cli.sync.model.remote import Limited, Unknown
from tests.api.conftest import CountingGate
from tests.api.raw_server import Line, RawServer, answering, answering_once, reply
from tests.api.wire_samples import BODY, KEY, WORKSPACE

SessionTo = Callable[..., Session]


def headers_of(request: bytes) -> dict[str, str]:
    """Return the headers of a request, names in lower case."""
    lines = request.decode("latin-1").partition("\r\n\r\n")[0].split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_no_redirect_is_followed_to_another_host(
    session_to: SessionTo, method: str, status: int
) -> None:
    with RawServer(answering_once(reply(b"{}"))) as decoy:
        away = reply(b"", status, f"Location: http://localhost:{decoy.port}/api/v1/user")
        with RawServer(answering_once(away)) as server:
            answer = session_to(server.port).exchange(method, "/user")
    assert isinstance(answer, Reply)
    assert answer.status == status
    assert decoy.accepted == 0
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "location", ["/api/v1/user", "http://[broken", "file:///etc/passwd", "\x80\xff", "//localhost"]
)
def test_any_redirect_of_a_write_is_unknown(session_to: SessionTo, location: str) -> None:
    away = reply(b"", 302, f"Location: {location}")
    with RawServer(answering_once(away)) as server:
        outcome = Clockify(session_to(server.port)).create_entry(WORKSPACE, BODY)
    assert isinstance(outcome, Unknown)
    assert len(server.requests) == 1


def test_the_body_of_a_redirect_is_not_read(session_to: SessionTo) -> None:
    unread = threading.Event()

    def pour(line: Line) -> None:
        line.read_request()
        line.send(reply(b"", 302, "Location: /elsewhere", length=False))
        try:
            for _ in range(2000):
                line.send(b" " * 65536)
        except OSError:
            unread.set()

    with RawServer(pour) as server:
        answer = session_to(server.port).exchange("GET", "/user")
        assert unread.wait(60)
    assert isinstance(answer, Reply)
    assert answer.empty


def test_a_request_carries_the_key_our_name_and_nothing_of_the_user(
    session_to: SessionTo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login canary password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    with RawServer(answering_once(reply(b"{}"))) as server:
        session_to(server.port).exchange("GET", "/user")
    assert headers_of(server.requests[0]) == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": f"clockify-cli/{__version__}",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "x-api-key": KEY,
    }


def test_cookies_are_not_kept(session_to: SessionTo) -> None:
    with RawServer(answering(reply(b"{}", 200, "Set-Cookie: canary=1; Path=/"))) as server:
        session = session_to(server.port)
        session.exchange("GET", "/user")
        session.exchange("GET", "/user")
    assert len(server.requests) == 2
    assert all("cookie" not in headers_of(request) for request in server.requests)


def test_a_connection_serves_several_requests(session_to: SessionTo) -> None:
    with RawServer(answering(reply(b"{}"))) as server:
        session = session_to(server.port)
        for _ in range(3):
            session.exchange("GET", "/user")
    assert (server.accepted, len(server.requests)) == (1, 3)


@pytest.mark.parametrize(
    "path",
    [
        "user",
        "//elsewhere.test/user",
        "@elsewhere.test/user",
        "/../../user",
        "/workspaces/../user",
        "/%2e%2e/user",
        "/a/%2E./b",
        "/user?x=1",
        "/user#top",
        "/a b",
        "/a\\b",
        "/a%5Cb",
        "/a\r\nX-Api-Key: other",
        "/ü",
        "",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused_and_nothing_is_sent(
    session_to: SessionTo, gate: CountingGate, path: str
) -> None:
    with RawServer(answering_once(reply(b"{}"))) as server, pytest.raises(UsageError):
        session_to(server.port).exchange("GET", path)
    assert server.accepted == 0
    assert gate.before_calls == []


def test_a_method_is_one_of_five(session_to: SessionTo) -> None:
    with pytest.raises(UsageError):
        session_to(1).exchange("TRACE", "/user")


def test_reports_go_to_the_reports_address_with_the_key(session_to: SessionTo) -> None:
    with RawServer(answering_once(reply(b"{}"))) as server:
        session_to(server.port).exchange(
            "POST", f"/workspaces/{WORKSPACE}/reports/summary", body={"a": 1}, reports=True
        )
    request = server.requests[0]
    assert request.startswith(f"POST /report/v1/workspaces/{WORKSPACE}/reports/summary ".encode())
    assert request.endswith(b'\r\n\r\n{"a":1}')
    assert headers_of(request)["x-api-key"] == KEY
    assert headers_of(request)["content-type"] == "application/json"


def test_the_gate_sees_each_request_and_its_end(session_to: SessionTo, gate: CountingGate) -> None:
    slow = reply(b"", 429, "Retry-After: 7", "Date: Tue, 24 Nov 2026 11:00:00 GMT")
    with RawServer(answering_once(slow)) as server:
        session_to(server.port).exchange(
            "GET", "/workspaces", query={"page": "1"}, workspace=WORKSPACE
        )
    assert gate.before_calls == [("GET", "/workspaces", WORKSPACE)]
    moment = datetime(2026, 11, 24, 11, tzinfo=UTC)
    assert gate.after_calls == [("GET", "/workspaces", 429, 7, moment)]


def test_the_gate_tells_a_lost_answer_from_a_request_that_never_left(
    session_to: SessionTo, gate: CountingGate
) -> None:
    with RawServer(lambda line: line.sock.close()) as server:
        lost = session_to(server.port).exchange("GET", "/user")
    unsent = session_to(server.port).exchange("GET", "/user")
    assert isinstance(lost, Lost)
    assert isinstance(unsent, Lost)
    assert [call[2] for call in gate.after_calls] == [None, 0]


def test_a_shut_gate_sends_nothing(session_to: SessionTo, gate: CountingGate) -> None:
    gate.shut = True
    with RawServer(answering_once(reply(b"{}"))) as server:
        session = session_to(server.port)
        assert Clockify(session).create_entry(WORKSPACE, BODY) == Limited(None)
        with pytest.raises(LimitReached):
            Clockify(session).user()
    assert server.accepted == 0


def test_the_deadline_may_be_lowered_between_requests(session_to: SessionTo) -> None:
    with RawServer(lambda line: line.hold()) as server:
        session = session_to(server.port)
        for seconds in (0.05, 0.5, 5.0):
            session.deadline = seconds
            answer = session.exchange("GET", "/user")
            # It was not sent because this machine was too slow.
            if isinstance(answer, Reply) or answer.sent:
                break
    assert answer == Lost(f"127.0.0.1:{server.port} did not answer in time", True)


def test_a_deadline_that_is_over_sends_nothing(session_to: SessionTo) -> None:
    with RawServer(answering_once(reply(b"{}"))) as server:
        answer = session_to(server.port, 0.0).exchange("GET", "/user")
    assert isinstance(answer, Lost)
    assert not answer.sent
    assert server.requests == []


def test_all_requests_together_keep_to_their_budget(
    session_to: SessionTo, gate: CountingGate
) -> None:
    with RawServer(lambda line: line.hold()) as server:
        session = session_to(server.port)
        session.budget = 0.5
        first = session.exchange("GET", "/user")
        counted = len(gate.before_calls)
        second = session.exchange("POST", "/user", body={})
    assert isinstance(first, Lost)
    assert session.left() == 0
    assert second == Lost(f"127.0.0.1:{server.port} took too long", sent=False)
    assert len(gate.before_calls) == counted


def test_a_session_shows_its_address_and_never_its_key(session_to: SessionTo) -> None:
    assert (
        repr(session_to("https://clockify.test/api/v1")) == "Session(https://clockify.test/api/v1)"
    )


def test_the_key_is_not_attached_where_address_and_base_disagree(gate: CountingGate) -> None:
    session = Session(Address("https://good.test", "https://good.test@evil.test"), KEY, gate)
    with pytest.raises(UsageError):
        session.exchange("GET", "/user", reports=True)
    assert gate.before_calls == []


def test_a_ca_bundle_is_used_only_where_it_exists(tmp_path: Path) -> None:
    there = tmp_path / "ca.pem"
    there.touch()
    assert ca_bundle({"REQUESTS_CA_BUNDLE": str(there)}) == str(there)
    assert ca_bundle({"CURL_CA_BUNDLE": str(tmp_path)}) == str(tmp_path)
    assert ca_bundle({"REQUESTS_CA_BUNDLE": "no", "CURL_CA_BUNDLE": str(there)}) == str(there)
    assert ca_bundle({"REQUESTS_CA_BUNDLE": "False"}) is None
    assert ca_bundle({}) is None
