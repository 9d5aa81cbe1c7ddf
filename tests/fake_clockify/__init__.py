"""A strict stand-in for the Clockify service: real HTTP over a real socket, state in memory."""

from tests.fake_clockify.server import FakeClockify
from tests.fake_clockify.switches import Switches

__all__ = ["FakeClockify", "Switches"]
