"""What SQLite says when a database cannot be used, as one sentence and the next step."""

from __future__ import annotations

import sqlite3

from clockify_cli.errors import StoreError

DAMAGED_HINT = (
    "Nothing was changed. `clockify doctor` says what is wrong; "
    "`clockify restore FILE` puts a backup back."
)

_REASONS = {
    sqlite3.SQLITE_BUSY: (
        "is in use by another process for too long",
        "Try again; nothing was changed.",
    ),
    sqlite3.SQLITE_FULL: (
        "cannot be written: the disk is full",
        "Free some space; nothing was changed.",
    ),
    sqlite3.SQLITE_IOERR: (
        "cannot be read or written: the disk answered with an error",
        "Is it full, or a quota reached? Nothing was changed; `clockify doctor` checks the file.",
    ),
    sqlite3.SQLITE_READONLY: (
        "cannot be written: it or its folder is read-only",
        "Make both writable, or choose another folder with CLOCKIFY_HOME=DIR.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened",
        "Its folder must be readable and writable; CLOCKIFY_HOME=DIR chooses another.",
    ),
    sqlite3.SQLITE_PERM: ("cannot be opened: permission denied", "Look at its mode and owner."),
    sqlite3.SQLITE_NOMEM: ("needs more memory than there is", "Try again."),
    sqlite3.SQLITE_NOTADB: ("is not a database, or it is damaged", DAMAGED_HINT),
}


UNUSABLE = (sqlite3.Error, UnicodeDecodeError)
"""What reading a damaged database raises: SQLite quotes its bytes, which may be no text."""

NONSENSE = (TypeError, ValueError, OverflowError, OSError, KeyError, AttributeError, IndexError)
"""What values of a file that SQLite can still read raise where a bit in them was flipped."""


def store_error(path: object, error: Exception) -> StoreError:
    """*error*, one of `UNUSABLE`, of the database at *path*: one line and what to do next."""
    # The low byte is the primary code; errors about undecodable text have none.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    reason, hint = _REASONS.get(code, ("is damaged", DAMAGED_HINT))
    return StoreError(f"the timesheet {path} {reason}", hint)


def damaged(path: object, what: str) -> StoreError:
    """The database at *path* is not as it must be: *what* ends the sentence."""
    return StoreError(f"the timesheet {path} is damaged: {what}", DAMAGED_HINT)
