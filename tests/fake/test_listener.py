"""The port of the fake: opened and closed by whoever asks, also at the same moment."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import pytest

from tests.fake_clockify.listener import Listener
from tests.fake_clockify.wire import Connection


def unserved(connection: Connection) -> None:
    connection.finish()


def together(*tasks: Callable[[], None]) -> list[BaseException]:
    """Run *tasks* in a thread each, all at once; what they raised."""
    raised: list[BaseException] = []
    ready = threading.Barrier(len(tasks))

    def run(task: Callable[[], None]) -> None:
        ready.wait(5)
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
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((listener.host, listener.port), timeout=5)
