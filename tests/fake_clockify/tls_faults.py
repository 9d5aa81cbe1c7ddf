"""S21: handshakes that fail, and an encrypted answer that breaks."""

from __future__ import annotations

import os
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fake_clockify.answers import Answer
from tests.fake_clockify.behaviour import Behaviour, Turn
from tests.fake_clockify.wire import Connection

if TYPE_CHECKING:
    from tests.fake_clockify.certificates import Authority

# An application-data record of 32 bytes that no key has sealed.
BROKEN_RECORD = b"\x17\x03\x03\x00\x20" + b"\x00" * 32
PLAIN = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@dataclass(kw_only=True)
class BadHandshake(Behaviour):
    """`kind`: expired, wrong_name, unknown_ca, self_signed, tls10 or plain (HTTP on that port)."""

    authority: Authority
    kind: str = "expired"

    @property
    def at_accept(self) -> bool:
        return True

    def on_accept(self, connection: Connection) -> bool:
        if self.kind == "plain":
            connection.send(PLAIN)
            return True
        return False

    def tls(self) -> ssl.SSLContext | None:
        return self.authority.context(self.kind)


@dataclass(kw_only=True)
class BrokenRecord(Behaviour):
    """Committed, then bytes that cannot be decrypted in place of the answer."""

    def deliver(self, turn: Turn, answer: Answer) -> bool:
        raw = socket.socket(fileno=os.dup(turn.connection.sock.fileno()))
        try:
            raw.sendall(BROKEN_RECORD)
        finally:
            raw.close()
        return False
