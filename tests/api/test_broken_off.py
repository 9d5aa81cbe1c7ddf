"""Tests of connections that break at any byte or in any system call: always a clear error."""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import pytest

from clockify_cli.api.endpoints import Clockify
from clockify_cli.api.outcomes import Lost, Reply
from clockify_cli.api.session import Address, Session, custom_address
from clockify_cli.errors import Unreachable
from clockify_cli.sync.model.remote import Applied, NotSent, Outcome, Unknown
from tests.api.certificates import Authority
from tests.api.conftest import CountingGate
from tests.api.raw_server import Line, RawServer, reply
from tests.api.wire_samples import BODY, ENTRY, KEY, WORKSPACE, created_bytes
from tests.cut_line import HOWS, IN_TURN, LEFT_TO_THE_COLLECTOR, WAYS, CutLine, Way

pytestmark = LEFT_TO_THE_COLLECTOR
LONG = pytest.mark.long
PATIENT = 60.0
FAR = "clockify.test"
MOST = 20_000


def _echo(line: Line) -> None:
    """Answer each request with the entry that it sends."""
    while request := line.read_request():
        body = request.partition(b"\r\n\r\n")[2]
        text = json.loads(body)["description"] if body else "Write spec"
        line.send(reply(created_bytes(description=text), 201))


@dataclass
class Route:
    """A way to a server that echoes requests: *line* is between, where the connection can be
    broken."""

    server: RawServer
    line: CutLine
    address: Address
    environ: dict[str, str]
    limiter: CountingGate = field(default_factory=CountingGate)

    def clockify(self) -> tuple[Session, Clockify]:
        session = Session(self.address, KEY, self.limiter, deadline=PATIENT, environ=self.environ)
        return session, Clockify(session)

    def post(self, text: str) -> Outcome:
        session, clockify = self.clockify()
        try:
            return clockify.create_entry(WORKSPACE, replace(BODY, description=text))
        finally:
            session.close()

    def get(self) -> object:
        """Return the entry that was read, or the error that says why none was."""
        session, clockify = self.clockify()
        try:
            return clockify.entry(WORKSPACE, ENTRY)
        except Unreachable as error:
            return error
        finally:
            session.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


OpenRoute = Callable[[str], Route]


@pytest.fixture
def route(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenRoute]:
    """Return a function that makes routes: ``plain``, ``tls``, and each through a proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    with ExitStack() as stack:

        def make(kind: str) -> Route:
            secure, proxied = kind.startswith("tls"), kind.endswith("proxy")
            context = authority.server(FAR if proxied else "127.0.0.1") if secure else None
            server = stack.enter_context(RawServer(_echo, context))
            line = stack.enter_context(CutLine(server.port, proxy=secure and proxied))
            scheme = "https" if secure else "http"
            environ = {"REQUESTS_CA_BUNDLE": str(authority.bundle)}
            if not proxied:
                base = f"{scheme}://127.0.0.1:{line.port}/api/v1"
                return Route(server, line, custom_address(base), environ)
            monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"http://127.0.0.1:{line.port}")
            monkeypatch.setenv(f"{scheme}_proxy", f"http://127.0.0.1:{line.port}")
            # Nobody can configure plain http to a distant host, so the address is made here.
            base = f"{scheme}://{FAR}/api/v1"
            return Route(server, line, Address(base, base), environ)

        yield make


def _told(texts: list[str], requests: list[bytes]) -> set[str]:
    """Return those of *texts* that are in a complete request."""
    seen = [json.loads(each.partition(b"\r\n\r\n")[2])["description"] for each in requests]
    assert sorted(seen) == sorted(set(seen)), "sent twice"
    return set(seen) & set(texts)


# The quick part breaks a connection after every so many bytes.
WRITING = {"plain": 11, "plain-proxy": 23, "tls": 89, "tls-proxy": 97}
READING = {"plain": 23, "plain-proxy": 37, "tls": 149, "tls-proxy": 163}


def _cases(steps: dict[str, int]) -> Iterator[object]:
    for kind, way in itertools.product(steps, WAYS):
        yield pytest.param(kind, way, "in turn", steps[kind], id=f"{kind}-{way}")
        for how in HOWS:
            name = f"{kind}-{way}-{how}-every-byte"
            yield pytest.param(kind, way, how, 1, marks=LONG, id=name)


@pytest.mark.parametrize(("kind", "way", "how", "step"), list(_cases(WRITING)))
def test_a_write_that_is_broken_off_at_any_byte_is_told_as_what_became_of_it(
    route: OpenRoute, kind: str, way: Way, how: str, step: int
) -> None:
    there = route(kind)
    outcomes: dict[str, Outcome] = {}
    for at, each in zip(itertools.count(0, step), itertools.cycle(IN_TURN[how]), strict=False):
        assert at < MOST
        cut = there.line.cut(way, at, each)
        outcomes[f"cut at {at}"] = there.post(f"cut at {at}")
        if not cut.struck:
            break
    assert isinstance(outcomes.popitem()[1], Applied)
    assert len(outcomes) >= 10
    assert {type(each) for each in outcomes.values()} <= {Applied, NotSent, Unknown}
    arrived = _told(list(outcomes), there.server.requests)
    for text, outcome in outcomes.items():
        assert not isinstance(outcome, NotSent) or text not in arrived, text
        assert not isinstance(outcome, Applied) or text in arrived, text
        if isinstance(outcome, NotSent | Unknown):
            assert _is_of_the_connection(outcome.reason), outcome
    assert len(there.limiter.before_calls) == len(there.limiter.after_calls)


@pytest.mark.parametrize(("kind", "way", "how", "step"), list(_cases(READING)))
def test_a_read_that_is_broken_off_at_any_byte_is_an_answer_or_unreachable(
    route: OpenRoute, kind: str, way: Way, how: str, step: int
) -> None:
    there = route(kind)
    found: list[object] = []
    for at, each in zip(itertools.count(0, step), itertools.cycle(IN_TURN[how]), strict=False):
        assert at < MOST
        cut = there.line.cut(way, at, each)
        found.append(there.get())
        if not cut.struck:
            break
    assert not isinstance(found.pop(), Unreachable)
    failures = [each for each in found if isinstance(each, Unreachable)]
    assert len(failures) >= 5
    assert all(_is_of_the_connection(each.message) for each in failures)


def _is_of_the_connection(reason: str) -> bool:
    """Return whether it is a sentence: an exception's name would mean that it was not expected."""
    return bool(reason) and "Error" not in reason and "Exception" not in reason


# --- each call of the system ----------------------------------------------------------------------

ERRORS = [
    errno.ECONNRESET, errno.EPIPE, errno.EPROTOTYPE, errno.ECONNABORTED, errno.ECONNREFUSED,
    errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.ETIMEDOUT, errno.EBADF,
    errno.ENOTCONN, errno.ENOBUFS, errno.EMFILE, errno.EACCES, errno.EADDRNOTAVAIL, errno.EINVAL,
]  # fmt: skip
PLAIN = ("connect", "setsockopt", "settimeout", "sendall", "recv_into", "makefile", "shutdown")
SECURE = (*(call for call in PLAIN if call != "settimeout"), "do_handshake")
CASES = list(itertools.product(ERRORS, (1, 2, 3)))
FEW = [(code, nth) for code, nth in CASES if nth == 1 or code == errno.ECONNRESET]
UNSENT = ("connect", "setsockopt", "do_handshake")
"""While one of these is called, no byte of a request can have been sent."""


@pytest.mark.parametrize(
    ("kind", "call", "cases"),
    [
        *(pytest.param("plain", call, FEW, id=f"plain-{call}") for call in PLAIN),
        *(pytest.param("tls-proxy", call, FEW, id=f"tls-proxy-{call}") for call in SECURE),
        *(
            pytest.param(kind, call, CASES, marks=LONG, id=f"{kind}-{call}-each")
            for kind, calls in (("plain", PLAIN), ("tls", SECURE))
            for kind, call in itertools.product((kind, f"{kind}-proxy"), calls)
        ),
    ],
)
def test_no_failure_of_a_call_is_raised(
    route: OpenRoute,
    kind: str,
    call: str,
    cases: list[tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = route(kind)
    me = threading.get_ident()
    outcomes: dict[str, Outcome] = {}
    for code, nth in cases:
        text = f"{errno.errorcode[code]} at {call} {nth}"
        with monkeypatch.context() as patched:
            failing = _failing(patched, call, code, nth, me)
            outcomes[text] = there.post(text)
            if failing:
                continue
        assert isinstance(outcomes[text], Applied), "the call was not made"
    arrived = _told(list(outcomes), there.server.requests)
    for text, outcome in outcomes.items():
        assert isinstance(outcome, Applied | NotSent | Unknown), text
        assert not isinstance(outcome, NotSent) or text not in arrived, text
        assert not isinstance(outcome, Unknown) or call not in UNSENT, text
    assert len(there.limiter.before_calls) == len(there.limiter.after_calls)


def _failing(patched: pytest.MonkeyPatch, call: str, code: int, nth: int, thread: int) -> list[str]:
    """Let the *nth* *call* of *thread* fail; the returned list stays empty if it is never made."""
    failed: list[str] = []
    count = itertools.count(1)
    shut = socket.socket.shutdown

    def failing(real: Callable[..., object]) -> Callable[..., object]:
        def call_or_fail(sock: socket.socket, *args: object, **more: object) -> object:
            if threading.get_ident() == thread and next(count) == nth:
                failed.append(call)
                with contextlib.suppress(OSError):
                    # A connection that cannot send receives no answer either.
                    shut(sock, socket.SHUT_RDWR)
                raise OSError(code, os.strerror(code))
            return real(sock, *args, **more)

        return call_or_fail

    for kind in (ssl.SSLSocket, socket.socket):
        if call in vars(kind) or (kind is socket.socket and hasattr(kind, call)):
            patched.setattr(kind, call, failing(getattr(kind, call)))
    return failed


def test_a_reset_while_connecting_means_not_sent_and_is_said(
    route: OpenRoute, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A server that resets at once is noticed while connecting about one time in three.
    there = route("plain")

    def reset(*_: object) -> None:
        raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")

    monkeypatch.setattr(socket.socket, "connect", reset)
    outcome = there.post("reset")
    monkeypatch.undo()
    assert outcome == NotSent(f"127.0.0.1:{there.line.port} closed the connection")


def test_what_a_library_raises_by_mistake_is_told_as_a_lost_answer(
    route: OpenRoute, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = route("plain")
    session, _ = there.clockify()
    for mistake in (AttributeError("x"), ValueError("x"), AssertionError(), KeyError("x")):

        def fail(*_: object, _mistake: Exception = mistake) -> None:
            raise _mistake

        with monkeypatch.context() as patched:
            patched.setattr(socket.socket, "recv_into", fail)
            answer = session.exchange("GET", "/user")
        assert isinstance(answer, Lost | Reply)
        assert not isinstance(answer, Reply) or not answer.ok
    session.close()
