"""One call to the system keyring, in a separate process that can be killed.

``keyring_call.py get|set|delete SERVICE NAME``; the key is passed on the standard streams. It
imports none of our modules. Exit status: 3 no key, 4 an insecure keyring, 5 no library, 6 broken, 7
no keyring on this computer.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

NO_KEY, INSECURE, NOT_INSTALLED, BROKEN, NONE_HERE = 3, 4, 5, 6, 7
_STAND_INS = ("keyring.backends.fail", "keyring.backends.null")
_INSECURE_MODULES = ("keyrings.alt",)


def main(words: list[str]) -> int:
    """Do what *words* say and return the exit status."""
    what, service, name = words
    try:
        keyring = import_module("keyring")
        failure = import_module("keyring.errors").KeyringError
    except ImportError:
        return NOT_INSTALLED
    try:
        found = _backends(keyring.get_keyring())
        if not found:
            return NONE_HERE
        secure = next((each for each in found if _is_secure(type(each))), None)
        return INSECURE if secure is None else _call(secure, what, service, name)
    except (failure, OSError, RuntimeError, ValueError):
        return BROKEN


def _backends(backend: Any) -> list[Any]:
    """Return the backend, or the members of a chain, without placeholders for a missing one."""
    chain = getattr(backend, "backends", [backend])
    return [each for each in chain if not type(each).__module__.startswith(_STAND_INS)]


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
