"""Runs the program with the clock set: ``-m tests.run_at --now 2026-11-24T09:02:00Z -- ARGS``.

``--tick SECONDS`` moves the clock by that much at each reading.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from clockify_cli.__main__ import main


class SetClock:
    """A clock that stands still, or moves by a step each time it is read."""

    def __init__(self, now: datetime, tick: float = 0.0) -> None:
        self._now = now
        self._tick = timedelta(seconds=tick)

    def now(self) -> datetime:
        return datetime.fromtimestamp(int(self.wall()), UTC)

    def wall(self) -> float:
        now = self._now
        self._now += self._tick
        return now.timestamp()

    def boottime(self) -> float:
        return self._now.timestamp()

    def boot_id(self) -> str:
        return "a boot of the tests"

    def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


def run(words: list[str]) -> int:
    own, _, args = words[: words.index("--")], "--", words[words.index("--") + 1 :]
    options = dict(zip(own[::2], own[1::2], strict=True))
    now = datetime.fromisoformat(options["--now"]).astimezone(UTC)
    return main(args, clock=SetClock(now, float(options.get("--tick", "0"))))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
