"""The fake as an object to start, inspect and change by hand."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tests.fake_clockify.admin import Admin
from tests.fake_clockify.behaviour import Behaviour
from tests.fake_clockify.clock import Clock, Source
from tests.fake_clockify.elsewhere import Elsewhere
from tests.fake_clockify.exchange import Exchange
from tests.fake_clockify.fault_plan import Fault, FaultPlan
from tests.fake_clockify.faults import BY_REQUEST, READ_BACK
from tests.fake_clockify.limit import Limit
from tests.fake_clockify.listener import Listener
from tests.fake_clockify.records import kind
from tests.fake_clockify.request import Head, Request
from tests.fake_clockify.service import Service
from tests.fake_clockify.state import Commit, State
from tests.fake_clockify.switches import Switches
from tests.fake_clockify.tls_faults import BadHandshake, BrokenRecord
from tests.fake_clockify.web import Web
from tests.fake_clockify.wire import Connection

if TYPE_CHECKING:
    from tests.fake_clockify.certificates import Authority


@dataclass(frozen=True, slots=True)
class Seen:
    """The requests that a fake has seen, and its count of them."""

    requests: tuple[Request, ...]
    limit: Limit


class FakeClockify(Web):
    """A running Clockify on a loopback port, with one user in one workspace.

    `plan` is the plan of that workspace and `zone` the zone of that user. `clock` gives the present
    (an aware datetime, or seconds since 1970); without it time is real and steady. Every other
    keyword is a field of `Switches`.
    """

    def __init__(
        self,
        plan: str = "FREE",
        zone: str = "Europe/Berlin",
        *,
        clock: Source | None = None,
        port: int = 0,
        tls: bool = False,
        commit_log: Path | None = None,
        **switches: Any,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="fake-clockify-")
        folder = Path(self._folder.name)
        self.commit_log = commit_log or folder / "commits.jsonl"
        self._authority = _authority(folder) if tls else None
        self.clock = Clock(clock)
        super().__init__(State(self.clock, self.commit_log))
        self._service = Service(self.state, Switches(**switches))
        self._faults = FaultPlan()
        self._exchange = Exchange(self._service, self._faults, Admin(self))
        self._found(plan, zone)
        self._port = port
        self._listener: Listener | None = None
        self._elsewhere: Elsewhere | None = None

    def _found(self, plan: str, zone: str) -> None:
        """Create what exists from the beginning; it is not in the commit log."""
        self.state.by = "seed"
        first = self.add_workspace("Acme", plan=plan)
        user = self.add_user("Ada Lovelace", zone=zone, workspace=first.id, role="OWNER")
        self.user_id, self.workspace_id, self.key = user.id, first.id, user.key
        self.state.by = "web"

    def start(self) -> Self:
        if self._listener is None:
            self._listener = Listener(self._serve, self._port)
            self._exchange.origin = self.origin
        return self

    def _serve(self, connection: Connection) -> None:
        fault = self._faults.for_connection()
        behaviour = Behaviour() if fault is None else fault.behaviour
        if behaviour.on_accept(connection):
            return
        if self._authority is not None:
            context = behaviour.tls() or self._authority.context()
            connection.sock = context.wrap_socket(connection.sock, server_side=True)
        self.serve(connection)

    def serve(self, connection: Connection) -> None:
        """Answer what comes over *connection* in this thread; the fake need not be started."""
        self._exchange.serve(connection)

    def stop(self) -> None:
        self._faults.clear()
        for each in (self._listener, self._elsewhere):
            if each is not None:
                each.end()
        self.state.close()
        self._folder.cleanup()
        if self._exchange.crashes:
            raise AssertionError("the fake failed itself:\n" + "\n".join(self._exchange.crashes))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        if self._listener is None:
            raise RuntimeError("the fake has not been started")
        return self._listener.port

    @property
    def origin(self) -> str:
        """Scheme, host and port; with TLS the host is the `localhost` of the certificate."""
        if self._authority is not None:
            return f"https://localhost:{self.port}"
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The base of the API, such as `http://127.0.0.1:40123/api/v1`."""
        return f"{self.origin}/api/v1"

    @property
    def ca_file(self) -> Path | None:
        """The certificate that a client must trust; None without TLS."""
        return None if self._authority is None else self._authority.file

    @property
    def unresolvable_url(self) -> str:
        """S2: a base whose host no resolver knows."""
        return f"http://clockify.invalid:{self.port}/api/v1"

    @property
    def requests(self) -> list[Request]:
        """Every request so far, in order, except those of the admin endpoint."""
        return list(self._exchange.requests)

    @property
    def commits(self) -> list[Commit]:
        """Every change so far, in order; `by` distinguishes the API from the web user."""
        with self.state.lock:
            return list(self.state.commits)

    def committed(self, kind_: str = "entry") -> list[Commit]:
        """Return the changes of one kind that came through the API."""
        return [each for each in self.commits if each.by == "api" and kind(each.record) == kind_]

    @property
    def switches(self) -> Switches:
        return self._service.switches

    def switch(self, **changes: Any) -> None:
        """Read uncertain points another way from now on, such as `switch(window="instant")`."""
        self._service.switches = self._service.switches.changed(changes)

    def forget_requests(self) -> None:
        """Empty the request log and the count of the rate limit."""
        self._exchange.requests.clear()
        self._service.limit.clear()

    def seen(self) -> Seen:
        """Return what `recall` of another fake takes."""
        return Seen(tuple(map(replace, self.requests)), deepcopy(self._service.limit))

    def recall(self, seen: Seen) -> None:
        """Continue as if this fake had seen exactly what another one has."""
        self._exchange.recall(list(map(replace, seen.requests)))
        self._service.limit = deepcopy(seen.limit)
        if self._listener is not None:
            self._listener.count_from(1 + max((r.connection for r in seen.requests), default=0))

    def fault(
        self,
        name: str,
        match: Mapping[str, Any] | None = None,
        nth: int = 1,
        times: int | None = 1,
        after: Fault | None = None,
        **args: Any,
    ) -> Fault:
        """Arm a fault, S1 to S27: from the *nth* match on, *times* times (None: for ever).

        *match* may contain `method`, `path` (a regular expression to search) and `query` (name to
        value). *after*: another fault that has to strike before this one can. Further arguments
        belong to the fault's behaviour. S1 takes `seconds` and S2 is `unresolvable_url`; S21 needs
        TLS.
        """
        if name == "S1":
            self.refuse(**args)
            return Fault(name, Behaviour(), {})
        if name == "S20":
            self._open_elsewhere()
        if name == "S22":
            match = match or READ_BACK
            return self.fault(args.pop("of"), match, nth, times, after, **args)
        behaviour = self._handshake(**args) if name == "S21" else BY_REQUEST[name](**args)
        return self._faults.arm(Fault(name, behaviour, match or {}, nth, times, after=after))

    def _handshake(self, kind: str = "expired") -> Behaviour:
        if self._authority is None:
            raise ValueError("S21 needs a fake with tls=True")
        if kind == "broken_record":
            return BrokenRecord()
        return BadHandshake(authority=self._authority, kind=kind)

    def clear_faults(self) -> None:
        """Disarm everything, end every wait and accept connections again."""
        self._faults.clear()
        self.accept_again()

    def release(self) -> None:
        """Release every answer and commit that a fault holds back."""
        self._faults.release()

    def is_silent(self, port: int) -> bool:
        """Return whether a fault holds back all that the client at *port* waits for."""
        return self._faults.is_silent(port)

    def refuse(self, seconds: float | None = None) -> None:
        """Close the port, for *seconds* of real time or until `accept_again`."""
        if self._listener is not None:
            self._listener.close()
        if seconds is not None:
            timer = threading.Timer(seconds, self.accept_again)
            timer.daemon = True
            timer.start()

    def accept_again(self) -> None:
        if self._listener is not None:
            self._listener.listen()

    def _open_elsewhere(self) -> None:
        if self._elsewhere is None:
            host = "localhost" if self._authority is None else "127.0.0.1"
            self._elsewhere = Elsewhere(host)
            self._exchange.elsewhere = self._elsewhere.origin

    @property
    def elsewhere(self) -> list[Head]:
        """What reached the foreign server that S20 redirects to."""
        return [] if self._elsewhere is None else list(self._elsewhere.heads)


def _authority(folder: Path) -> Authority:
    # Only TLS needs a library beyond the standard one.
    from tests.fake_clockify.certificates import Authority

    return Authority(folder)
