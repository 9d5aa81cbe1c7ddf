"""A person and a fake Clockify without threads, for thousands of commands in a row.

The person's commands run in other processes, made by forking this one, which has imported the whole
program. Meanwhile this process answers their requests, over a line that can be broken.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import hashlib
import importlib
import itertools
import json
import os
import random
import select
import signal
import socket
import ssl
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, NoReturn, Self, cast

from clockify_cli import clock
from clockify_cli.__main__ import process
from clockify_cli.api.session import Session
from tests.crash.trace import Run
from tests.cut_line import ESTABLISHED, Cut, How, Way, end
from tests.fake_clockify import FakeClockify
from tests.fake_clockify.request import Head
from tests.fake_clockify.wire import Connection
from tests.faults.person import Person, Told

PATIENCE = 120.0
"""Seconds without any sign of a command after which it counts as hanging."""
_PIECE = 65536
_SELDOM = 100
_HUNG = Run(-signal.SIGKILL, "", "it hung")


class Line:
    """Carries requests to *fake* and answers back, one connection after another.

    With *tls* they are encrypted. As a *proxy* it carries TLS after a CONNECT, and plain requests
    to whatever address they name.
    """

    def __init__(
        self, fake: FakeClockify, tls: ssl.SSLContext | None = None, *, proxy: bool = False
    ) -> None:
        self.fake = fake
        self.cut: Cut | None = None
        self._tls = tls
        self._proxy = proxy
        self._numbers = itertools.count(1)
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self.listening.getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.listening.close()

    def serve(self, over: int) -> bool:
        """Answer until the descriptor *over* can be read; return False if nothing comes in time."""
        listening = self.listening.fileno()
        while ready := select.select([listening, over], [], [], PATIENCE)[0]:
            if listening not in ready:
                return True
            sock, _ = self.listening.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire = _Wire(sock, self, over)
            with contextlib.suppress(OSError, ValueError):
                self._answer(wire)
            wire.end()
        return False

    def _answer(self, wire: _Wire) -> None:
        if self.cut is not None and (self.cut.way, self.cut.at) == ("up", 0):
            wire.let("up", 0)
        if wire.ended or (self._proxy and self._tls is not None and not _tunnelled(wire)):
            return
        carrier = wire if self._tls is None else _Secure(wire, self._tls)
        self.fake.serve(_Served(cast("socket.socket", carrier), next(self._numbers)))


class _Served(Connection):
    def read_head(self) -> Head | None:
        """Return the next request; what is meant for a proxy names the whole address."""
        head = super().read_head()
        if head is not None and "://" in head.target:
            head.target = "/" + head.target.split("/", 3)[3]
        return head


def _tunnelled(wire: _Wire) -> bool:
    """Return whether the client asked for a tunnel and was told that it has one."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = wire.recv(_PIECE)
        if not piece:
            return False
        head += piece
    if not wire.ended:
        wire.sendall(ESTABLISHED)
    return not wire.ended


class _Wire:
    """The server's end of one connection of *line*, which breaks where its cut says."""

    def __init__(self, sock: socket.socket, line: Line, over: int) -> None:
        self._sock = sock
        self._line = line
        self._over = over
        self.ended = False

    def recv(self, count: int) -> bytes:
        """Return what came; nothing once the line is broken or its client has gone."""
        if self.ended:
            return b""
        own = self._sock.fileno()
        if own not in select.select([own, self._over], [], [], PATIENCE)[0]:
            return b""
        piece = self._sock.recv(count)
        return piece[: self.let("up", len(piece))] if piece else b""

    def sendall(self, data: bytes) -> None:
        if self.ended:
            raise BrokenPipeError("the line is broken")
        cut = self._line.cut
        if cut is None:
            self._sock.sendall(data)
            return
        before = cut.struck
        self._sock.sendall(data[: cut.let("down", len(data))])
        if cut.struck and not before:
            self.end(cut.how)

    def let(self, way: Way, count: int) -> int:
        """Return how many of *count* more bytes go their way; the line may break here."""
        cut = self._line.cut
        if cut is None:
            return count
        before = cut.struck
        let = cut.let(way, count)
        if cut.struck and not before:
            self.end(cut.how)
        return let

    def end(self, how: How = "close") -> None:
        """End the connection, unless it has ended."""
        if not self.ended:
            self.ended = True
            end(self._sock, how)


class _Secure:
    """The server's end of a connection with TLS over *wire*."""

    def __init__(self, wire: _Wire, context: ssl.SSLContext) -> None:
        self._wire = wire
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True)
        while not self._shaken():
            self._take()
        self._flush()

    def _shaken(self) -> bool:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    def _take(self) -> None:
        self._flush()
        piece = self._wire.recv(_PIECE)
        if piece:
            self._in.write(piece)
        else:
            self._in.write_eof()

    def _flush(self) -> None:
        data = self._out.read()
        if data:
            self._wire.sendall(data)

    def recv(self, count: int) -> bytes:
        while True:
            try:
                return self._tls.read(count)
            except ssl.SSLWantReadError:
                self._take()

    def sendall(self, data: bytes) -> None:
        self._tls.write(data)
        self._flush()


@dataclass
class Forked(Person):
    """A person whose commands run in other processes, while *line* carries their requests.

    Most run in one *companion*, which is warm: in a process of its own, each costs three times as
    much. *through*: plain requests also go through a proxy, which no setting of the program can do.
    """

    line: Line = field(kw_only=True)
    through: bool = False
    companion: Companion | None = None

    def __call__(self, *args: str, typed: str = "", steady: bool = False) -> Told:
        """Run a command; *steady*: its random numbers are the same each time."""
        if self.companion is None or self.companion.ended:
            self.companion = Companion(self)
        asked = Asked(args, typed, self.machine.skipped, steady=steady)
        run, seconds = self.companion(asked, self.line)
        return self.note(args, run, seconds)

    def apart(self, *args: str, steady: bool = False) -> Told:
        """Run a command as a process of its own."""
        with contextlib.ExitStack() as stack:
            out, err = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(2))
            over, held = os.pipe()
            child = _fork()
            if not child:
                self._become(args, (out.fileno(), err.fileno()), steady=steady)
            os.close(held)
            if not self.line.serve(over):
                os.kill(child, signal.SIGKILL)
            os.close(over)
            _, status, usage = os.wait4(child, 0)
            run = Run(os.waitstatus_to_exitcode(status), _content(out), _content(err))
        return self.note(args, run, usage.ru_utime + usage.ru_stime)

    def _become(self, args: tuple[str, ...], outlets: tuple[int, int], *, steady: bool) -> NoReturn:
        """Run the program in this process, which ends with it."""
        code: object = 1
        try:
            with open(os.devnull, "rb") as nothing:
                os.dup2(nothing.fileno(), 0)
            os.dup2(outlets[0], 1)
            os.dup2(outlets[1], 2)
            os.environ.clear()
            os.environ.update({**self.program.environ, **self.environ})
            sys.argv = ["clockify", *args]
            setattr(clock, "SystemClock", lambda: self.machine)  # noqa: B010  # a type
            if self.through:
                pass_through()
            if steady:
                steadily()
            process()
        except SystemExit as ended:
            code = ended.code
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code if isinstance(code, int) else 0)


@dataclass(frozen=True)
class Asked:
    """A command for a companion, and how far its clock is ahead."""

    args: tuple[str, ...]
    typed: str = ""
    skipped: float = 0.0
    steady: bool = False


class Companion:
    """A process that runs the commands of *person* one after another.

    *spent*: its processor time in seconds.
    """

    def __init__(self, person: Forked) -> None:
        asks, self._ask = os.pipe()
        told, tells = os.pipe()
        self._told = os.fdopen(told)
        self._child = _fork()
        if not self._child:
            os.close(self._ask)
            with contextlib.suppress(BaseException):
                _accompany(person, os.fdopen(asks), tells)
            os._exit(1)
        os.close(asks)
        os.close(tells)
        self.spent = 0.0
        self.ended = False

    def __call__(self, asked: Asked, line: Line) -> tuple[Run, float]:
        """Run a command; return its result, and the seconds that it cost."""
        os.write(self._ask, json.dumps(asdict(asked)).encode() + b"\n")
        answer = self._told.readline() if line.serve(self._told.fileno()) else ""
        if not answer:
            os.kill(self._child, signal.SIGKILL)
            self.ended = True
            return _HUNG, 0.0
        told = json.loads(answer)
        self.spent = told["spent"]
        _import(told["modules"])
        return Run(**told["run"]), told["seconds"]

    def close(self) -> None:
        os.close(self._ask)
        self._told.close()
        os.waitpid(self._child, 0)


def _accompany(person: Forked, asks: IO[str], tells: int) -> None:
    alone = Person(person.folder, person.machine, person.environ)
    if person.through:
        pass_through()
    gc.disable()
    known: set[str] = set(sys.modules)
    random_, system = random.getstate(), os.urandom
    for number, line in enumerate(asks):
        asked = Asked(**json.loads(line))
        alone.machine.skipped = asked.skipped
        if asked.steady:
            steadily()
        try:
            told = alone(*asked.args, typed=asked.typed)
        except BaseException:
            told = alone.note(asked.args, Run(1, "", traceback.format_exc()))
        random.setstate(random_)
        setattr(os, "urandom", system)  # noqa: B010
        alone.told.clear()
        if number % _SELDOM == 0:
            gc.collect()
        answer = {
            "run": asdict(told.run),
            "seconds": told.seconds,
            "spent": time.process_time(),
            "modules": sorted(sys.modules.keys() - known),
        }
        known.update(sys.modules)
        os.write(tells, json.dumps(answer).encode() + b"\n")


def _fork() -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        # The folders of the tests are not this process's to remove.
        atexit._clear()
    return child


def pass_through() -> None:
    """Let plain requests to this machine go through the proxy of the environment."""
    setattr(Session, "_proxies", lambda _, url: {"http": os.environ["HTTP_PROXY"]})  # noqa: B010


def steadily() -> None:
    """Make the random numbers of this process the same each time after this call."""
    numbers = (hashlib.sha256(b"%d" % number).digest() for number in itertools.count())
    random.seed(0)

    def urandom(count: int, /) -> bytes:
        found = b""
        while len(found) < count:
            found += next(numbers)
        return found[:count]

    setattr(os, "urandom", urandom)  # noqa: B010  # a built-in


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _import(names: Iterable[str]) -> None:
    for name in names:
        if name not in sys.modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)


class Kept:
    """The content of a home's files at this moment, which `put_back` restores.

    No file is replaced by another, because the program remembers which file it knows.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._files = dict(self._now())

    def _now(self) -> Iterator[tuple[str, bytes]]:
        for place, _, names in os.walk(self._home):
            for name in names:
                path = os.path.join(place, name)
                with open(path, "rb") as file:
                    yield path, file.read()

    def put_back(self) -> None:
        """Restore the content of all files, and delete new ones."""
        for path, content in self._files.items():
            with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "wb") as file:
                file.write(content)
                file.truncate()
        for place, _, names in os.walk(self._home):
            for name in names:
                if (path := os.path.join(place, name)) not in self._files:
                    os.unlink(path)

    def digest(self) -> bytes:
        """Return a digest of what the files contain now."""
        digest = hashlib.sha256()
        for path, content in sorted(self._now()):
            # This file is shared memory and keeps nothing.
            if not path.endswith("-shm"):
                digest.update(b"%s %d " % (path.encode(), len(content)) + content)
        return digest.digest()
