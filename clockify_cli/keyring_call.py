"""One call of the system keyring: run as a program of its own, which may be killed.

``keyring_call.py get|set|delete SERVICE NAME``; the key goes in and out by the standard streams.
It imports nothing of ours. Exit status: 3 no key, 4 an insecure keyring, 5 no library, 6 broken.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

NO_KEY, INSECURE, NOT_INSTALLED, BROKEN = 3, 4, 5, 6
_INSECURE_MODULES = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")


def main(words: list[str]) -> int:
    """Do what *words* say and return the exit status."""
    what, service, name = words
    try:
        keyring = import_module("keyring")
        failure = import_module("keyring.errors").KeyringError
    except ImportError:
        return NOT_INSTALLED
    try:
        backend = _secure(keyring.get_keyring())
        return INSECURE if backend is None else _call(backend, what, service, name)
    except (failure, OSError, RuntimeError, ValueError):
        return BROKEN


def _secure(backend: Any) -> Any:
    """The backend, or the first of a chain of them, that protects what it keeps; else None."""
    chain = getattr(backend, "backends", None) or [backend]
    return next((each for each in chain if _is_secure(type(each))), None)


def _is_secure(kind: type) -> bool:
    return not kind.__module__.startswith(_INSECURE_MODULES) and "plaintext" not in (
        kind.__name__.lower()
    )


def _call(backend: Any, what: str, service: str, name: str) -> int:
    if what == "set":
        backend.set_password(service, name, sys.stdin.read())
        return 0
    key = backend.get_password(service, name)
    if not key:
        return NO_KEY
    if what == "delete":
        backend.delete_password(service, name)
    else:
        print(key)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
