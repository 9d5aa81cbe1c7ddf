"""Tests of the fake's port: anybody may open and close it, also at the same moment."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Callable

import pytest

from tests.fake_clockify.listener import Listener
from tests.fake_clockify.wire import Connection


def unserved(connection: Connection) -> None:
    connection.finish()


def together(*tasks: Callable[[], None]) -> list[BaseException]:
    """Run *tasks* at once in a thread each; return what they raised."""
    raised: list[BaseException] = []
    ready = threading.Barrier(len(tasks))

    def run(task: Callable[[], None]) -> None:
        ready.wait(60)
        try:
            task()
        except (OSError, RuntimeError) as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return raised


def test_opening_and_closing_at_the_same_moment_harm_neither() -> None:
    listener = Listener(unserved)
    try:
        for _ in range(200):
            assert together(listener.listen, listener.close, listener.listen, listener.close) == []
    finally:
        listener.end()


def test_an_ended_port_is_not_opened_again() -> None:
    listener = Listener(unserved)
    listener.end()
    listener.listen()
    assert not listener.listening


@pytest.mark.skipif(sys.platform != "linux", reason="two sockets share no port elsewhere")
def test_a_closed_port_is_kept_from_others_and_refuses() -> None:
    listener = Listener(unserved)
    listener.close()
    try:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((listener.host, listener.port), timeout=30)
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind((listener.host, listener.port))
    finally:
        listener.end()


def test_an_answer_under_way_is_over_once_the_port_has_ended() -> None:
    begun, over = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        begun.set()
        # It was closed before or while it was read.
        with contextlib.suppress(OSError):
            connection.read_head()
        time.sleep(0.05)
        over.set()

    listener = Listener(slow)
    with socket.create_connection((listener.host, listener.port), timeout=30):
        assert begun.wait(30)
        listener.end()
    assert over.is_set()
