"""Standard output and error as the program sees them; a reader that goes away is not an error."""

from __future__ import annotations

import io
import os
from typing import TextIO, cast


class OutputFailed(Exception):
    """What was to be shown cannot be written; *reason* is the system's word for it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Outlet(io.TextIOBase):
    """A stream that drops everything once its reader has closed the pipe.

    So the exit code is that of the command. Any other failure is an OutputFailed, or dropped too
    where nothing is *vital* about the stream.
    """

    def __init__(self, stream: TextIO | None, *, vital: bool) -> None:
        self._stream = stream
        self._vital = vital

    @property
    def encoding(self) -> str:  # type: ignore[override]  # typeshed has a plain attribute there
        """The encoding of the stream below."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def writable(self) -> bool:
        """Always: what cannot be written is dropped or told."""
        return True

    def isatty(self) -> bool:
        """Whether a person reads this."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """The number of the file below; OSError where there is none."""
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write *text*; OutputFailed as the class says."""
        if self._stream is None:
            self._fail("it is closed")
            return len(text)
        try:
            return self._stream.write(text)
        except OSError as error:
            self._drop(error)
            return len(text)

    def flush(self) -> None:
        """Pass on what was written; OutputFailed as the class says."""
        if self._stream is None:
            return
        try:
            self._stream.flush()
        except OSError as error:
            self._drop(error)

    def _drop(self, error: OSError) -> None:
        # What is still buffered would fail once more when the interpreter ends, and be told then.
        silence(self._stream)
        if not isinstance(error, BrokenPipeError):
            self._fail(error.strerror or str(error))

    def _fail(self, reason: str) -> None:
        if self._vital:
            raise OutputFailed(reason)


def silence(stream: TextIO | None) -> None:
    """Let all that is yet written to *stream* vanish."""
    if stream is None:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)


def outlet(stream: TextIO | None, *, vital: bool) -> TextIO:
    """*stream* as an `Outlet`, for those who want a text stream."""
    return cast("TextIO", Outlet(stream, vital=vital))


def inlet(stream: TextIO | None) -> TextIO:
    """*stream*, or an empty one where standard input is closed."""
    return io.StringIO("") if stream is None else stream
