"""The entry point: quick answers for shells, otherwise the whole program.

Only what those answers need is imported here; every import would slow each prompt.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from clockify_cli.clock import Clock

INTERRUPTED = 130
SELDOM = 100_000
"""The garbage collector runs after this many new objects; a short command makes fewer."""


def main(argv: Sequence[str] | None = None, *, clock: Clock | None = None) -> int:
    """Run the command line *argv* (default: that of the process); return its exit code."""
    args = list(sys.argv[1:] if argv is None else argv)
    try:
        if args in (["-V"], ["--version"]) and _printed_version():
            return 0
        if "--short" in args or "--check" in args or args[:1] == ["__complete"]:
            from clockify_cli import fast_lane

            code = fast_lane.answer(args, clock)
            if code is not None:
                return code
        from clockify_cli.cli.quick import run

        return run(args, clock)
    except KeyboardInterrupt:
        return INTERRUPTED


def _printed_version() -> bool:
    """Print the version; return False if that failed, so that the full program reports why."""
    from clockify_cli import __version__

    try:
        sys.stdout.write(f"clockify {__version__}\n")
        sys.stdout.flush()
    except (OSError, AttributeError):
        return False
    return True


def process() -> NoReturn:
    """Run as the main program: the process ends here.

    Otherwise a short command would spend a tenth of its time looking for cycles among its imports,
    and another tenth tearing them down.
    """
    gc.set_threshold(SELDOM)
    code = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            # Already reported, or there is no such stream.
            continue
    if "threading" in sys.modules and sys.modules["threading"].active_count() > 1:
        sys.exit(code)
    atexit._run_exitfuncs()
    os._exit(code)


if __name__ == "__main__":
    process()
