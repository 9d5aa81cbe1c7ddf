"""Tests of TLS and proxies: what counts as sent, and that one deadline covers everything."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from clockify_cli.api.endpoints import Clockify
from clockify_cli.api.session import Session
from clockify_cli.sync.model.remote import Applied, NotSent, Outcome, Unknown
from tests.api.certificates import Authority
from tests.api.raw_server import Line, RawServer, answering_once, reply
from tests.api.wire_samples import BODY, KEY, WORKSPACE, created_bytes
from tests.waits import STEP, Ticking, in_step, patch_all, waits

SessionTo = Callable[..., Session]
ANSWER = reply(created_bytes(), 201)
DEADLINE = 0.5
PATIENT = 600.0
"""A deadline for what ends by itself, even on a busy machine."""
STEPS = 60


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


def secure_post(
    session_to: SessionTo,
    port: int,
    bundle: Path | str = "",
    deadline: float = PATIENT,
    monotonic: Callable[[], float] = time.monotonic,
) -> Outcome:
    environ = {"REQUESTS_CA_BUNDLE": str(bundle)} if bundle else {}
    session = session_to(f"https://127.0.0.1:{port}/api/v1", deadline, environ, monotonic)
    return Clockify(session).create_entry(WORKSPACE, BODY)


def left_at_the_deadline(session_to: SessionTo, port: int, bundle: Path) -> Outcome:
    """Return the outcome of a request that was sent, with the shortest deadline that allows it."""
    for deadline in (DEADLINE, 20 * DEADLINE, 400 * DEADLINE):
        outcome = secure_post(session_to, port, bundle, deadline)
        # It was not sent because this machine was too slow.
        if not isinstance(outcome, NotSent):
            break
    return outcome


def test_a_trusted_server_is_spoken_to(session_to: SessionTo, authority: Authority) -> None:
    with RawServer(answering_once(ANSWER), authority.server("127.0.0.1")) as server:
        outcome = secure_post(session_to, server.port, authority.bundle)
    assert isinstance(outcome, Applied)


@pytest.mark.parametrize("case", ["expired", "wrong-name", "unknown-ca", "self-signed"])
def test_a_certificate_that_is_not_trusted_means_not_sent(
    session_to: SessionTo, authority: Authority, case: str
) -> None:
    contexts = {
        "expired": lambda: authority.server("127.0.0.1", days=-1),
        "wrong-name": lambda: authority.server("clockify.test"),
        "unknown-ca": lambda: authority.server("127.0.0.1"),
        "self-signed": lambda: authority.server("127.0.0.1", self_signed=True),
    }
    bundle = "" if case == "unknown-ca" else authority.bundle
    with RawServer(answering_once(ANSWER), contexts[case]()) as server:
        outcome = secure_post(session_to, server.port, bundle)
    assert isinstance(outcome, NotSent)
    assert "certificate of 127.0.0.1" in outcome.reason
    assert server.requests == []


@pytest.mark.parametrize("value", ["", "0", "False", "/no/such/bundle.pem"])
def test_no_value_of_the_ca_variables_turns_the_check_off(
    session_to: SessionTo,
    authority: Authority,
    value: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", value)
    monkeypatch.setenv("CURL_CA_BUNDLE", value)
    with RawServer(answering_once(ANSWER), authority.server("127.0.0.1")) as server:
        session = session_to(f"https://127.0.0.1:{server.port}/api/v1", PATIENT, dict(os.environ))
        outcome = Clockify(session).create_entry(WORKSPACE, BODY)
    assert isinstance(outcome, NotSent)


def test_an_old_tls_is_refused_before_anything_is_sent(
    session_to: SessionTo, authority: Authority
) -> None:
    context = authority.server("127.0.0.1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    with RawServer(answering_once(ANSWER), context) as server:
        outcome = secure_post(session_to, server.port, authority.bundle)
    assert isinstance(outcome, NotSent)
    assert server.requests == []


def test_plain_http_on_the_tls_port_means_not_sent(
    session_to: SessionTo, authority: Authority
) -> None:
    def greet(line: Line) -> None:
        line.sock.recv(100)
        line.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with RawServer(greet) as server:
        outcome = secure_post(session_to, server.port, authority.bundle)
    assert isinstance(outcome, NotSent)


def test_a_record_broken_after_the_commit_is_unknown_and_one_post_was_seen(
    session_to: SessionTo, authority: Authority
) -> None:
    def break_record(line: Line) -> None:
        line.read_request()
        os.write(line.sock.fileno(), b"\x17\x03\x03\x00\x20" + b"garbage!" * 4)

    with RawServer(break_record, authority.server("127.0.0.1")) as server:
        outcome = secure_post(session_to, server.port, authority.bundle)
    assert isinstance(outcome, Unknown)
    assert len(server.requests) == 1


def test_a_handshake_that_never_ends_means_not_sent_at_the_deadline(
    session_to: SessionTo, authority: Authority
) -> None:
    with RawServer(lambda line: line.hold()) as server, waits() as waited:
        outcome = secure_post(session_to, server.port, authority.bundle, DEADLINE)
    assert outcome == NotSent(f"127.0.0.1:{server.port} did not answer in time")
    assert waited.longest <= DEADLINE


@pytest.mark.parametrize("where", ["headers", "body"])
def test_a_drip_under_tls_ends_at_the_deadline(
    session_to: SessionTo, authority: Authority, where: str
) -> None:
    def drip(line: Line) -> None:
        line.read_request()
        at = ANSWER.index(b"\r\n\r\n") + 4 if where == "body" else 0
        line.send(ANSWER[:at])
        line.drip_in_step(turn, ANSWER[at:])

    # The clock advances at each reading: the deadline is a number of readings, not of seconds.
    context = authority.server("127.0.0.1")
    with in_step() as turn, waits() as waited, RawServer(drip, context) as server:
        clock = Ticking()
        outcome = secure_post(session_to, server.port, authority.bundle, STEPS * STEP, clock)
        assert not server.outlasted.is_set()
    assert isinstance(outcome, Unknown)
    assert STEPS / 4 < waited.reads <= STEPS


def relay(line: Line, port: int, dripping: threading.Event) -> None:
    """Pass bytes on to *port* and back; once *dripping*, one byte at a time on the way back."""
    with socket.create_connection(("127.0.0.1", port)) as upstream:
        forward = threading.Thread(target=_forward, args=(line.sock, upstream), daemon=True)
        forward.start()
        upstream.settimeout(5)
        with contextlib.suppress(OSError):
            while data := upstream.recv(65536):
                if dripping.is_set():
                    line.drip(data)
                else:
                    line.send(data)
                if line.server.closing.is_set():
                    break
        with contextlib.suppress(OSError):
            line.sock.shutdown(socket.SHUT_RDWR)
        forward.join(5)


def _forward(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def test_a_single_tls_record_that_drips_ends_at_the_deadline(
    session_to: SessionTo, authority: Authority
) -> None:
    dripping = threading.Event()

    def answer(line: Line) -> None:
        line.read_request()
        dripping.set()
        line.send(ANSWER)

    def through(line: Line) -> None:
        dripping.clear()
        relay(line, target.port, dripping)

    with (
        RawServer(answer, authority.server("127.0.0.1")) as target,
        RawServer(through) as between,
    ):
        outcome = left_at_the_deadline(session_to, between.port, authority.bundle)
        assert not between.outlasted.is_set()
    assert isinstance(outcome, Unknown)


def proxy_to(port: int) -> Callable[[Line], None]:
    """Return a proxy that leads every CONNECT to *port* on loopback."""

    def behave(line: Line) -> None:
        line.read_request()
        line.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        relay(line, port, threading.Event())

    return behave


def through_proxy(
    session_to: SessionTo,
    proxy: RawServer,
    bundle: Path,
    monkeypatch: pytest.MonkeyPatch,
    deadline: float = PATIENT,
    monotonic: Callable[[], float] = time.monotonic,
) -> Outcome:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    environ = {"REQUESTS_CA_BUNDLE": str(bundle)}
    session = session_to("https://clockify.test/api/v1", deadline, environ, monotonic)
    return Clockify(session).create_entry(WORKSPACE, BODY)


def test_a_proxy_sees_connect_and_never_the_key(
    session_to: SessionTo, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = authority.server("clockify.test")
    with (
        RawServer(answering_once(ANSWER), context) as target,
        RawServer(proxy_to(target.port)) as proxy,
    ):
        outcome = through_proxy(session_to, proxy, authority.bundle, monkeypatch)
    assert isinstance(outcome, Applied)
    assert [request.split(b" ")[:2] for request in proxy.requests] == [
        [b"CONNECT", b"clockify.test:443"]
    ]
    assert KEY.encode() not in proxy.requests[0]
    assert KEY.encode() in target.requests[0]


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required", "502 x"])
def test_a_proxy_that_refuses_to_connect_means_not_sent(
    session_to: SessionTo, authority: Authority, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    refuse = answering_once(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    with RawServer(refuse) as proxy:
        outcome = through_proxy(session_to, proxy, authority.bundle, monkeypatch)
    assert outcome == NotSent(
        f"the proxy refused to connect to clockify.test: HTTP {status.split(' ')[0]}"
    )


def test_a_proxy_that_drips_its_answer_is_left_at_the_deadline(
    session_to: SessionTo, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drip(line: Line) -> None:
        line.read_request()
        established = b"HTTP/1.1 200 Connection established\r\n" + b"X-A: b\r\n" * 100
        line.drip_in_step(turn, established)

    with in_step() as turn, waits() as waited, RawServer(drip) as proxy:
        outcome = through_proxy(
            session_to, proxy, authority.bundle, monkeypatch, STEPS * STEP, Ticking()
        )
        assert not proxy.outlasted.is_set()
    assert isinstance(outcome, NotSent)
    assert STEPS / 4 < waited.reads <= STEPS


def test_a_proxy_that_is_nonsense_means_not_sent(
    session_to: SessionTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nonsense in ("http://", "socks5://127.0.0.1:1", "http://[::bad", "what is this"):
        monkeypatch.setenv("HTTPS_PROXY", nonsense)
        session = session_to("https://clockify.test/api/v1", DEADLINE)
        outcome = Clockify(session).create_entry(WORKSPACE, BODY)
        assert isinstance(outcome, NotSent), nonsense


def test_plain_http_to_this_machine_passes_no_proxy(
    session_to: SessionTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RawServer(answering_once(ANSWER)) as server, RawServer(answering_once(ANSWER)) as proxy:
        session = session_to(server.port)
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        outcome = Clockify(session).create_entry(WORKSPACE, BODY)
    assert isinstance(outcome, Applied)
    assert proxy.accepted == 0


def test_an_address_that_is_silent_leaves_time_for_the_next(
    session_to: SessionTo, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RawServer(answering_once(ANSWER)) as server:
        # Nothing is ever accepted here: the only place in the queue is taken.
        full = socket.create_server(("127.0.0.2", server.port), backlog=0)
        takers = [_half_open(server.port) for _ in range(3)]
        rows = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, server.port))
            for host in ("127.0.0.2", "127.0.0.1")
        ]
        ask = socket.getaddrinfo

        def two(host: str, *rest: object, **more: object) -> object:
            return rows if host == "localhost" else ask(host, *rest, **more)  # type: ignore[arg-type]  # passed on as it came

        monkeypatch.setattr(socket, "getaddrinfo", two)
        left = [0.0]
        with patch_all(lambda real, call: _later_on(real, call, left)), waits() as waited:
            # Half of the two seconds is for the first address; the other may take as long as it
            # likes.
            session = session_to(
                f"http://localhost:{server.port}/api/v1", 2.0, monotonic=lambda: left[0]
            )
            outcome = Clockify(session).create_entry(WORKSPACE, BODY)
        for taker in (*takers, full):
            taker.close()
    assert isinstance(outcome, Applied)
    assert waited.in_vain == 1.0


def _later_on(real: Callable[..., object], call: str, left: list[float]) -> Callable[..., object]:
    """Return *real*, which leaves ten minutes once the first address was tried in vain."""

    def act(sock: socket.socket, *args: object, **more: object) -> object:
        try:
            return real(sock, *args, **more)
        except TimeoutError:
            if call == "connect":
                left[0] = -600.0
            raise

    return act


def _half_open(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setblocking(False)
    sock.connect_ex(("127.0.0.2", port))
    return sock


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux only")
def test_sockets_give_up_after_ten_seconds_and_reset_on_close(
    session_to: SessionTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, bytes]] = []
    real = socket.socket.sendall

    def spy(sock: socket.socket, data: bytes) -> None:
        if sock.getpeername()[1] == server.port:
            seen.append(
                (
                    sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
                    sock.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8),
                )
            )
        real(sock, data)

    with RawServer(answering_once(ANSWER)) as server:
        monkeypatch.setattr(socket.socket, "sendall", spy)
        Clockify(session_to(server.port)).create_entry(WORKSPACE, BODY)
        monkeypatch.undo()
    assert seen
    assert set(seen) == {(10_000, b"\x01\0\0\0\0\0\0\0")}
