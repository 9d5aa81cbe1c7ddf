"""Sessions for the tests of the API layer, closed afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from clockify_cli.api.endpoints import Clockify
from clockify_cli.api.session import Session, custom_address
from clockify_cli.errors import LimitReached
from tests.api.wire_samples import KEY

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass
class CountingGate:
    """A gate that records what passes, and blocks everything once *shut*, or until *closes*."""

    shut: bool = False
    closes: datetime | None = None
    before_calls: list[tuple[str, str, str | None]] = field(default_factory=list)
    after_calls: list[tuple[str, str, int | None, int | None, datetime | None]] = field(
        default_factory=list
    )

    def before(self, method: str, path: str, workspace: str | None) -> None:
        if self.shut:
            raise LimitReached("no more requests")
        self.before_calls.append((method, path, workspace))

    def after(
        self,
        method: str,
        path: str,
        status: int | None,
        retry_after: int | None,
        server_time: datetime | None,
    ) -> datetime | None:
        self.after_calls.append((method, path, status, retry_after, server_time))
        return self.closes


@pytest.fixture
def gate() -> CountingGate:
    return CountingGate()


SessionTo = Callable[..., Session]


@pytest.fixture
def session_to(gate: CountingGate, monkeypatch: pytest.MonkeyPatch) -> Iterator[SessionTo]:
    """Return a maker of sessions: ``session_to(base_url_or_port, deadline=…, environ=…)``."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    made: list[Session] = []

    def make(
        to: str | int,
        deadline: float = 20.0,
        environ: Mapping[str, str] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> Session:
        base = to if isinstance(to, str) else f"http://127.0.0.1:{to}/api/v1"
        session = Session(
            custom_address(base),
            KEY,
            gate,
            deadline=deadline,
            environ=environ or {},
            now=lambda: NOW,
            monotonic=monotonic,
        )
        made.append(session)
        return session

    yield make
    for session in made:
        session.close()


@pytest.fixture
def clockify_at(session_to: SessionTo) -> Callable[..., Clockify]:
    """Return a maker of endpoints, with the arguments of ``session_to``."""

    def make(
        to: str | int, deadline: float = 20.0, monotonic: Callable[[], float] = time.monotonic
    ) -> Clockify:
        return Clockify(session_to(to, deadline, monotonic=monotonic), now=lambda: NOW)

    return make
