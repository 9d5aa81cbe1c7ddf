"""Runs one command and prints what it took: ``measure.py pipe|terminal COMMAND…``.

It is a separate process with next to nothing loaded, because a child's peak of memory is never
below the size of the process that it was forked from.

Prints the seconds of processor time, the peak of memory in KiB, and the exit code; the output of
the command goes to standard error.
"""

import os
import sys

ROWS, COLUMNS = 1_000, 120
"""A screen large enough for every table, so that no pager is called."""


def main() -> None:
    """Measure the command in the arguments."""
    kind, *command = sys.argv[1:]
    source, target = os.openpty() if kind == "terminal" else os.pipe()
    child = os.fork()
    if child == 0:
        _become(command, target, kind == "terminal")
    os.close(target)
    _drain(source)
    _, status, usage = os.wait4(child, 0)
    # macOS counts bytes, others count KiB.
    peak = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
    print(usage.ru_utime + usage.ru_stime, peak, os.waitstatus_to_exitcode(status))


def _become(command: list[str], target: int, terminal: bool) -> None:
    """Turn this process into *command*, writing to *target*; never returns."""
    try:
        if terminal:
            _sit_down(target)
        else:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(target, 1)
        os.dup2(target, 2)
        os.execvp(command[0], command)
    finally:
        os._exit(127)


def _sit_down(target: int) -> None:
    """Make *target* the controlling terminal of this process."""
    import fcntl
    import struct
    import termios

    os.setsid()
    fcntl.ioctl(target, termios.TIOCSCTTY, 0)
    fcntl.ioctl(target, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    os.dup2(target, 0)


def _drain(source: int) -> None:
    while True:
        try:
            block = os.read(source, 1 << 16)
        except OSError:
            # A terminal reports this when the last process on it has gone.
            return
        if not block:
            return
        os.write(2, block)


main()
