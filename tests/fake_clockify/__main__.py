"""Runs the fake by hand: prints its address and how to sign in, until it is interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.fake_clockify.plans import PLANS
from tests.fake_clockify.server import FakeClockify
from tests.fake_clockify.switches import CHOICES
from tests.fake_clockify.worlds import SIZES, fill


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m tests.fake_clockify", description=__doc__)
    made.add_argument("--plan", choices=PLANS, default="FREE")
    made.add_argument("--zone", default="Europe/Berlin", help="the user's time zone")
    made.add_argument("--port", type=int, default=0, help="0 lets the system pick one")
    made.add_argument("--tls", action="store_true", help="https, with a throw-away CA")
    made.add_argument("--world", type=int, choices=SIZES, help="entries to begin with")
    made.add_argument("--commit-log", type=Path, help="where changes are written, one a line")
    for name, choices in CHOICES.items():
        made.add_argument(
            f"--{name.replace('_', '-')}",
            type=_word(choices),
            metavar="|".join(str(each).lower() for each in choices),
            default=choices[0],
        )
    return made


def _word(choices: tuple[Any, ...]) -> Callable[[str], Any]:
    """Return a reader of one of *choices* by name; ValueError for another."""

    def read(text: str) -> Any:
        words = {str(each).lower(): each for each in choices}
        if text.lower() not in words:
            raise ValueError(text)
        return words[text.lower()]

    return read


def main(argv: list[str]) -> int:
    options = vars(parser().parse_args(argv))
    world = options.pop("world")
    # Set up before printing: whoever has read the URL may already send a signal.
    told = _signalled()
    with FakeClockify(**options) as fake:
        if world:
            fill(fake, world)
        print(f"URL {fake.url}")
        print(f"key {fake.key}")
        print("sign in with:")
        print(f"  echo {fake.key} | clockify login --api-url {fake.url} --with-key")
        if fake.ca_file is not None:
            print(f"  (trust its CA first: export REQUESTS_CA_BUNDLE={fake.ca_file})")
        sys.stdout.flush()
        told.wait()
    return 0


def _signalled() -> threading.Event:
    """Return an event that is set by SIGINT or SIGTERM."""
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    return told


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
