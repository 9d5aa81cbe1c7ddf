"""The same person as for the faults: signed in, with a program in separate processes."""

from tests.faults.conftest import bytecode, signed

__all__ = ["bytecode", "signed"]
