"""Tests of the faults S1 to S10, S21 and S26, through a raw socket."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator

import pytest

from tests.fake.asking import PATIENCE, Asking, connected, exchanged, received, request_bytes
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.wire import Connection

ALL = "/workspaces/{w}/time-entries"
MINE = "/workspaces/{w}/user/{u}/time-entries"
BODY = {"start": "2024-05-01T09:00:00Z", "description": "once"}
POST = {"method": "POST", "path": "/time-entries$"}


def post(fake: FakeClockify, *, keep: bool = False) -> bytes:
    return request_bytes(fake, "POST", ALL, BODY, keep=keep)


def made(fake: FakeClockify) -> list[str]:
    """Return what was created through the API, from the commit log."""
    return [each.plain()["object"]["description"] for each in fake.committed()]


def until_made(fake: FakeClockify) -> None:
    """Wait for a commit that may take some time."""
    deadline = time.monotonic() + PATIENCE
    while not made(fake) and time.monotonic() < deadline:
        time.sleep(0.005)


def test_s1_refuses_connections_until_it_is_cleared(fake: FakeClockify) -> None:
    fake.fault("S1")
    with pytest.raises(ConnectionRefusedError):
        connected(fake)
    fake.clear_faults()
    assert exchanged(fake, request_bytes(fake, "GET", "/user")).startswith(b"HTTP/1.1 200")


def test_s1_ends_after_the_seconds_given(
    fake: FakeClockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    armed: list[threading.Timer] = []
    monkeypatch.setattr(threading.Timer, "start", lambda timer: armed.append(timer))
    fake.fault("S1", seconds=0.1)
    with pytest.raises(ConnectionRefusedError):
        connected(fake)
    (timer,) = armed
    assert timer.interval == 0.1
    timer.function()
    connected(fake).close()


def test_s2_is_a_url_that_does_not_resolve(fake: FakeClockify) -> None:
    host = fake.unresolvable_url.split("/")[2].split(":")[0]
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo(host, fake.port)


def test_s3_drops_the_connection_with_the_request_unread(fake: FakeClockify) -> None:
    fake.fault("S3", POST)
    assert exchanged(fake, post(fake)) == b""
    assert (made(fake), fake.requests[-1].body) == ([], b"")
    assert exchanged(fake, post(fake)).startswith(b"HTTP/1.1 201")


def test_s3_drops_a_connection_as_soon_as_it_opens(fake: FakeClockify) -> None:
    fake.fault("S3", connection=True)
    with connected(fake) as sock:
        assert sock.recv(1) == b""
    assert fake.requests == []


def test_s4_reads_half_of_the_body_and_resets(fake: FakeClockify) -> None:
    fake.fault("S4", POST)
    with pytest.raises(ConnectionResetError):
        exchanged(fake, post(fake))
    assert made(fake) == []


def test_s5_commits_and_ends_without_an_answer(fake: FakeClockify) -> None:
    fake.fault("S5", POST)
    assert exchanged(fake, post(fake)) == b""
    assert made(fake) == ["once"]


def test_s6_commits_and_resets(fake: FakeClockify) -> None:
    fake.fault("S6", POST)
    with pytest.raises(ConnectionResetError):
        exchanged(fake, post(fake))
    assert made(fake) == ["once"]


def test_s7_commits_at_once_and_answers_when_released(fake: FakeClockify) -> None:
    fake.fault("S7", POST)
    with connected(fake, timeout=0.2) as sock:
        sock.sendall(post(fake))
        with pytest.raises(TimeoutError):
            sock.recv(1)
        until_made(fake)
        assert made(fake) == ["once"]
        fake.release()
        sock.settimeout(PATIENCE)
        assert received(sock).startswith(b"HTTP/1.1 201")


def test_s7_answers_after_the_seconds_given(
    fake: FakeClockify, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float | None] = []
    monkeypatch.setattr("threading.Event.wait", lambda _, timeout=None: waited.append(timeout))
    fake.fault("S7", POST, seconds=0.2)
    assert exchanged(fake, post(fake)).startswith(b"HTTP/1.1 201")
    assert 0.2 in waited


def test_s8_commits_late_and_never_answers(fake: FakeClockify) -> None:
    fake.fault("S8", POST)
    with connected(fake, timeout=0.2) as sock:
        sock.sendall(post(fake))
        with pytest.raises(TimeoutError):
            sock.recv(1)
        assert made(fake) == []
        fake.release()
        sock.settimeout(PATIENCE)
        assert received(sock) == b""
    assert made(fake) == ["once"]


def test_s8_commits_even_after_the_client_has_gone(fake: FakeClockify) -> None:
    fake.fault("S8", POST, seconds=0.2)
    with connected(fake) as sock:
        sock.sendall(post(fake))
    until_made(fake)
    assert made(fake) == ["once"]


def split(answer: bytes) -> tuple[bytes, bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.lower(), body


def length_of(head: bytes) -> int:
    return int(head.split(b"content-length: ")[1].split(b"\r\n")[0])


@pytest.mark.parametrize("kind", ["length", "chunked", "bare"])
def test_s9_commits_and_cuts_the_body(fake: FakeClockify, kind: str) -> None:
    fake.fault("S9", POST, kind=kind)
    head, body = split(exchanged(fake, post(fake)))
    assert made(fake) == ["once"]
    assert b"201" in head
    assert not body.endswith(b"}")
    assert (b"content-length" in head) == (kind == "length")
    assert (b"chunked" in head) == (kind == "chunked")
    if kind == "length":
        assert length_of(head) > len(body)
    if kind == "chunked":
        assert int(body.split(b"\r\n")[0], 16) > len(body)


def test_s9_ends_compressed_data_early_at_the_promised_length(fake: FakeClockify) -> None:
    fake.fault("S9", POST, kind="gzip")
    head, body = split(exchanged(fake, post(fake)))
    assert length_of(head) == len(body)
    with pytest.raises(EOFError):
        gzip.decompress(body)
    assert zlib.decompressobj(31).decompress(body).startswith(b'{"id"')


@pytest.mark.parametrize(("kind", "least"), [("body", 100), ("headers", 200)])
def test_s10_drips_byte_by_byte(
    fake: FakeClockify, kind: str, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.fault("S10", POST, kind=kind, interval=0.001)
    # Checked where they are sent: on their way, pieces may be joined.
    pieces: list[bytes] = []
    send = Connection.send

    def watched(self: Connection, data: bytes) -> None:
        pieces.append(data)
        send(self, data)

    monkeypatch.setattr(Connection, "send", watched)
    answer = exchanged(fake, post(fake))
    assert made(fake) == ["once"]
    assert answer == b"".join(pieces)
    first, *rest = pieces
    assert len(rest) > least
    assert {len(each) for each in rest} == {1}
    assert (len(first) > 1) == (kind == "body")


def test_s10_sends_the_rest_when_it_is_released(fake: FakeClockify) -> None:
    fake.fault("S10", POST, interval=60)
    with connected(fake) as sock:
        sock.sendall(post(fake))
        assert sock.recv(1 << 16).endswith(b"\r\n\r\n")
        fake.release()
        assert received(sock).endswith(b"}")


def test_s26_can_reset_the_connection_too(fake: FakeClockify) -> None:
    fake.fault("S26", rst=True)
    with connected(fake) as sock:
        sock.sendall(request_bytes(fake, "GET", "/user", keep=True))
        with pytest.raises(ConnectionResetError):
            received(sock)


def test_s26_answers_and_then_ends_a_connection_that_it_promised_to_keep(
    fake: FakeClockify,
) -> None:
    fake.fault("S26")
    with connected(fake) as sock:
        sock.sendall(request_bytes(fake, "GET", "/user", keep=True))
        answer = received(sock)
    assert b"Connection: keep-alive" in answer
    assert len(fake.requests) == 1


def test_without_a_fault_a_connection_is_kept(fake: FakeClockify) -> None:
    with connected(fake) as sock:
        for _ in range(3):
            sock.sendall(request_bytes(fake, "GET", "/user", keep=True))
            assert sock.recv(1 << 16).startswith(b"HTTP/1.1 200")
    assert {each.connection for each in fake.requests} == {1}


@pytest.fixture(scope="module")
def secure() -> Iterator[FakeClockify]:
    with FakeClockify(plan="PRO", tls=True) as running:
        yield running


def handshake(fake: FakeClockify) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(fake.ca_file))
    return context.wrap_socket(connected(fake), server_hostname="localhost")


def test_tls_works_for_whoever_trusts_the_authority(secure: FakeClockify) -> None:
    assert secure.url.startswith("https://localhost:")
    assert Asking(secure)("GET", "/user").status == 200


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("expired", "expired"),
        ("wrong_name", "Hostname mismatch"),
        ("unknown_ca", "unable to get local issuer"),
        ("self_signed", "self.signed certificate"),
        ("tls10", "(?i)protocol.version|legacy.sigalg"),
        ("plain", "(?i)wrong.version.number"),
    ],
)
def test_s21_fails_the_handshake_once(secure: FakeClockify, kind: str, word: str) -> None:
    before = len(secure.requests)
    secure.fault("S21", kind=kind)
    with pytest.raises(ssl.SSLError, match=word):
        handshake(secure)
    assert len(secure.requests) == before
    handshake(secure).close()


def test_s21_breaks_a_record_after_the_commit(secure: FakeClockify) -> None:
    secure.fault("S21", POST, kind="broken_record")
    with handshake(secure) as sock:
        sock.sendall(post(secure))
        with pytest.raises(ssl.SSLError, match=r"(?i)decryption failed"):
            sock.recv(1)
    assert made(secure) == ["once"]


def test_s21_needs_tls(fake: FakeClockify) -> None:
    with pytest.raises(ValueError, match="tls=True"):
        fake.fault("S21")


def test_a_fault_strikes_from_the_nth_match_as_often_as_told(fake: FakeClockify) -> None:
    fake.fault("S12", {"method": "GET", "path": "/user$"}, nth=2, times=2, status=500)
    ask = Asking(fake)
    assert [ask("GET", "/user").status for _ in range(5)] == [200, 500, 500, 200, 200]
    assert [each.fault for each in fake.requests] == [None, "S12", "S12", None, None]


def test_a_fault_passes_by_what_does_not_match(fake: FakeClockify) -> None:
    fake.fault("S12", {"method": "GET", "query": {"page": "2"}}, times=None)
    ask = Asking(fake)
    assert ask("GET", MINE).status == 200
    assert ask("GET", MINE, page=2).status == 503
    assert ask("POST", ALL, BODY).status == 201


def test_a_fault_for_ever_ends_when_it_is_cleared(fake: FakeClockify) -> None:
    fake.fault("S14", times=None)
    ask = Asking(fake)
    assert [ask("GET", "/user").status for _ in range(4)] == [401] * 4
    fake.clear_faults()
    assert ask("GET", "/user").status == 200
