"""Rounding of worked time: `15m`, `6m:up`, `15m:down`; by entry, by day or by group.

Stored times do not change. A whole unit is rounded (an entry, a day of a group, or a group). If it
has to be divided afterwards, it is divided in whole steps, so that the parts still add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeVar

from clockify_cli.domain.time.durations import format_duration, parse_duration
from clockify_cli.domain.time.zones import quoted
from clockify_cli.errors import TimeError, UsageError
from clockify_cli.values import dataclass, field, replace

Mode = Literal["nearest", "up", "down"]
Level = Literal["entry", "day", "group"]
MODES: tuple[Mode, ...] = ("nearest", "up", "down")
LEVELS: tuple[Level, ...] = ("entry", "day", "group")

NONE = "none"
Word = TypeVar("Word", bound=str)
LONGEST = 86_400
EXAMPLES = "Rounding looks like 15m, 6m:up, 15m:down or none."


@dataclass(frozen=True, slots=True)
class Rounding:
    """Round each entry, day of a group or group (*by*) to whole multiples of *step* seconds."""

    step: int
    mode: Mode = "nearest"
    by: Level = "entry"

    @property
    def added(self) -> int:
        """The seconds to add to a length before cutting it to whole steps."""
        return {"nearest": self.step // 2, "up": self.step - 1, "down": 0}[self.mode]

    def rounded(self, seconds: int) -> int:
        """Return *seconds* (not negative) in whole steps; exactly half a step is rounded up."""
        return (seconds + self.added) // self.step * self.step

    @property
    def name(self) -> str:
        """The text shown at the top of a report: ``15m up by entry``."""
        step = step_text(self.step)
        mode = "to the nearest " + step if self.mode == "nearest" else f"{self.mode} to {step}"
        return f"{mode} by {self.by}"


@dataclass(frozen=True, slots=True)
class Roundings:
    """The rounding of each client's time: *clients* (by local id), else *usual*."""

    usual: Rounding | None = None
    clients: Mapping[str | None, Rounding | None] = field(default_factory=dict)

    def of(self, client: str | None) -> Rounding | None:
        """Return the rounding for *client* (a local id); None if its time is not rounded."""
        return self.clients.get(client, self.usual)

    @property
    def any(self) -> bool:
        """Whether any time is rounded."""
        return self.usual is not None or any(self.clients.values())


def parse_rounding(text: str) -> Rounding | None:
    """Parse `STEP[:nearest|up|down][:entry|day|group]`, or `none` (None); else TimeError."""
    words = text.strip().lower()
    if words == NONE:
        return None
    step, by = _ending(words, LEVELS)
    step, mode = _ending(step, MODES)
    return Rounding(_step(step, text), mode or "nearest", by or "entry")


def parse_level(text: str) -> Level:
    """Parse `entry`, `day` or `group`; else UsageError."""
    for level in LEVELS:
        if level == text.strip().lower():
            return level
    raise UsageError(f"cannot round by {quoted(text)}", f"Give --round-by {' or '.join(LEVELS)}.")


def at_level(rounding: Rounding | None, by: Level | None) -> Rounding | None:
    """Return *rounding* with the level *by*, if one was requested."""
    return replace(rounding, by=by) if rounding and by else rounding


def _ending(text: str, words: tuple[Word, ...]) -> tuple[str, Word | None]:
    """Split off the one of *words* with which *text* ends after a colon."""
    before, colon, last = text.rpartition(":")
    found = next((word for word in words if word == last.strip()), None)
    return (before, found) if colon and found else (text, None)


def _step(step: str, text: str) -> int:
    try:
        seconds = int(parse_duration(step).total_seconds())
    except TimeError as error:
        raise TimeError(f"cannot round to {quoted(text)}: {error.message}", EXAMPLES) from None
    if seconds > LONGEST:
        raise TimeError(f"cannot round to {quoted(text)}: a step has at most 24 hours", EXAMPLES)
    return seconds


def step_text(step: int) -> str:
    """Return *step* seconds in the shortest usual form: ``15m``, ``1h 30m``, ``90s``."""
    return f"{step}s" if step % 60 else format_duration(step, "hm").removesuffix(" 00m")


def divided(whole: int, weights: Sequence[int], step: int = 1) -> tuple[int, ...]:
    """Divide *whole* (a multiple of *step*) in proportion to *weights*.

    Each part is a multiple of *step*, and the parts sum to *whole*. The rest goes to the largest
    remainders, the first of equal ones. If all weights are 0, the first part gets everything.
    """
    total = sum(weights)
    if not total:
        return (whole, *(0 for _ in weights[1:])) if weights else ()
    units = whole // step
    shares = [divmod(units * weight, total) for weight in weights]
    parts = [share for share, _ in shares]
    by_remainder = sorted(range(len(shares)), key=lambda n: -shares[n][1])
    for n in by_remainder[: units - sum(parts)]:
        parts[n] += 1
    return tuple(part * step for part in parts)
