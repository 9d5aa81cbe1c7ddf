"""All errors of the program, each with its exit code and stable code word.

    ClockifyError                  1  unexpected
    ├── UsageError                 2  usage             wrong input; nothing was changed
    │   ├── TimeError              2  bad-time          a time, span, duration, range or zone
    │   └── ConfigError            2  bad-config        a configuration value or file
    ├── NotFound                   3  not-found         no such entry, name or change
    │   └── NothingRuns            3  nothing-runs      no timer is running
    ├── NotSignedIn                4  not-signed-in
    │   └── KeyRefused             4  key-refused
    ├── Ambiguous                  5  ambiguous
    ├── Refused                    6  refused           a workspace rule, a lock, a permission
    ├── Unreachable                7  unreachable
    ├── LimitReached               8  limit-reached
    ├── Waiting                    9  waiting           a decision is due, or something was found
    ├── Interrupted              130  interrupted       SIGINT came after the change was recorded
    └── StoreError                 1  store             the database or a file cannot be used

The command line turns an error into output in one place; nothing else prints or exits.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime


class ClockifyError(Exception):
    """What went wrong (*message*, one line), and what to do next (*hint*, lines).

    *details* are further lines between the two, such as the candidates of an ambiguous name. None
    of the three may contain the API key; the text may contain what a person or server wrote and is
    cleaned when it is shown.
    """

    exit_code = 1
    code = "unexpected"

    def __init__(
        self, message: str, hint: str = "", *, details: tuple[str, ...] = (), code: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details
        if code:
            self.code = code


class UsageError(ClockifyError):
    """The input is wrong; nothing was changed."""

    exit_code = 2
    code = "usage"


class TimeError(UsageError):
    """A point, span, duration, range or zone that cannot be understood or accepted.

    *meant* is what the text *typed* probably meant; both are empty if there is no guess.
    """

    code = "bad-time"

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        details: tuple[str, ...] = (),
        typed: str = "",
        meant: str = "",
    ) -> None:
        super().__init__(message, hint, details=details)
        self.typed = typed
        self.meant = meant


class ConfigError(UsageError):
    """A configuration value or file that cannot be used."""

    code = "bad-config"


class NotFound(ClockifyError):
    """There is no such entry, name or change."""

    exit_code = 3
    code = "not-found"


class NothingRuns(NotFound):
    """No timer is running."""

    code = "nothing-runs"


class NotSignedIn(ClockifyError):
    """The command needs an account, but there is none, or no usable key."""

    exit_code = 4
    code = "not-signed-in"


class KeyRefused(NotSignedIn):
    """Clockify refused the key."""

    code = "key-refused"


class Ambiguous(ClockifyError):
    """A name or an entry id that several things match."""

    exit_code = 5
    code = "ambiguous"


class Refused(ClockifyError):
    """Clockify, or a known rule of the workspace, refuses the change."""

    exit_code = 6
    code = "refused"


class Unreachable(ClockifyError):
    """Clockify cannot be reached, and the local copy cannot answer."""

    exit_code = 7
    code = "unreachable"


class LimitReached(ClockifyError):
    """The request limit is reached, and the local copy cannot answer.

    *until* (aware UTC) is when the next request is possible, if known. The *message* leaves it out:
    whoever shows the error knows the person's zone.
    """

    exit_code = 8
    code = "limit-reached"

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        details: tuple[str, ...] = (),
        code: str = "",
        until: datetime | None = None,
    ) -> None:
        super().__init__(message, hint, details=details, code=code)
        self.until = until


class Waiting(ClockifyError):
    """Something needs a decision, or was found."""

    exit_code = 9
    code = "waiting"


class Interrupted(ClockifyError):
    """The person interrupted the command after its change was saved."""

    exit_code = 130
    code = "interrupted"


class StoreError(ClockifyError):
    """The database or a file of the program cannot be used in its current state."""

    code = "store"


def install_command(package: str) -> str:
    """Return the command line that adds *package* to this program's environment."""
    import shlex
    import sys
    from pathlib import Path

    environment = Path(sys.prefix)
    if (environment / "pipx_metadata.json").exists():
        return f"pipx inject {shlex.quote(environment.name)} {package}"
    python = shlex.quote(sys.executable)
    if (environment / "uv-receipt.toml").exists():
        return f"uv pip install --python {python} {package}"
    return f"{python} -m pip install {package}"
