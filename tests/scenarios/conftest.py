"""Whole sessions of the program, run in this process as in the tests of the command line."""

from __future__ import annotations

from tests.cli.conftest import clockify, config_file, home
from tests.scenarios.signed_in.conftest import preparations

__all__ = ["clockify", "config_file", "home", "preparations"]
