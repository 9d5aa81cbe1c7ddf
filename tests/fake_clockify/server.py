"""The fake as a thing to start, look into and change by hand."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.fake_clockify.clock import Clock, Source
from tests.fake_clockify.exchange import Exchange
from tests.fake_clockify.listener import Listener
from tests.fake_clockify.request import Request
from tests.fake_clockify.service import Service
from tests.fake_clockify.state import Commit, State
from tests.fake_clockify.switches import Switches
from tests.fake_clockify.web import Web


class FakeClockify(Web):
    """A running Clockify on a loopback port, with one user in one workspace.

    `plan` is the plan of that workspace and `zone` the zone of that user. `clock` gives
    the present (an aware datetime, or seconds since 1970); without it time is real and
    steady. Every other keyword is a field of `Switches`.
    """

    def __init__(
        self,
        plan: str = "FREE",
        zone: str = "Europe/Berlin",
        *,
        clock: Source | None = None,
        port: int = 0,
        commit_log: Path | None = None,
        **switches: Any,
    ) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if commit_log is None:
            self._folder = tempfile.TemporaryDirectory(prefix="fake-clockify-")
            commit_log = Path(self._folder.name, "commits.jsonl")
        self.commit_log = commit_log
        self.clock = Clock(clock)
        super().__init__(State(self.clock, commit_log))
        self._service = Service(self.state, Switches(**switches))
        self._exchange = Exchange(self._service)
        self._found(plan, zone)
        self._port = port
        self._listener: Listener | None = None

    def _found(self, plan: str, zone: str) -> None:
        """Make what is there before anything happens; the commit log does not tell of it."""
        self.state.by = "seed"
        first = self.add_workspace("Acme", plan=plan)
        user = self.add_user("Ada Lovelace", zone=zone, workspace=first.id, role="OWNER")
        self.user_id, self.workspace_id, self.key = user.id, first.id, user.key
        self.state.by = "web"

    def start(self) -> Self:
        if self._listener is None:
            self._listener = Listener(self._exchange.serve, self._port)
        return self

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self.state.close()
        if self._folder is not None:
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
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The base of the API, such as `http://127.0.0.1:40123/api/v1`."""
        return f"{self.origin}/api/v1"

    @property
    def requests(self) -> list[Request]:
        """Every request so far, in order; those of the admin endpoint are not in it."""
        return list(self._exchange.requests)

    @property
    def commits(self) -> list[Commit]:
        """Every change so far, in order; `by` tells the API from the web user."""
        with self.state.lock:
            return list(self.state.commits)

    @property
    def switches(self) -> Switches:
        return self._service.switches

    def switch(self, **changes: Any) -> None:
        """Read the uncertain another way from now on, such as `switch(window="instant")`."""
        self._service.switches = self._service.switches.changed(changes)

    def forget_requests(self) -> None:
        """Empty the request log and the count of the rate limit."""
        self._exchange.requests.clear()
        self._service.limit.clear()
