"""Which table of the configuration file holds in this run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from clockify_cli.config.files import TomlFile, read_toml
from clockify_cli.config.text import shown
from clockify_cli.errors import UsageError

DEFAULT_PROFILE = "default"
PROFILE_VARIABLE = "CLOCKIFY_PROFILE"
LISTED = 10


def chosen_profile(named: str | None, environ: Mapping[str, str]) -> str:
    """The profile that ``--profile`` has *named*, else the environment, else the usual one.

    UsageError for what no profile can be called.
    """
    name = environ.get(PROFILE_VARIABLE) or DEFAULT_PROFILE if named is None else named
    if len(name) <= 64 and name.replace("-", "").replace("_", "").isalnum():
        return name
    said_by = f"{PROFILE_VARIABLE}: " if named is None else ""
    raise UsageError(
        f"{said_by}a profile cannot be called {shown(name)}", "Letters, digits, - and _ will do."
    )


def refuse_unknown(profile: str, file: TomlFile, named: str | None) -> None:
    """UsageError where *file* has no such profile; *named* as in `chosen_profile`."""
    tables = file.tables or {}
    if profile == DEFAULT_PROFILE or profile in tables:
        return
    found = sorted(name for name, table in tables.items() if isinstance(table, dict))
    there = list(dict.fromkeys((DEFAULT_PROFILE, *found)))
    more = f" and {len(there) - LISTED} more" if len(there) > LISTED else ""
    where = f"{PROFILE_VARIABLE}: " if named is None else ""
    raise UsageError(
        f"{where}there is no profile {shown(profile)}",
        f"There is: {', '.join(there[:LISTED])}{more}.\n"
        f"`clockify login --profile {profile}` makes one, and so does"
        f" `clockify config set KEY VALUE --profile {profile}`.",
    )


def configured_workspace(path: Path, profile: str) -> str | None:
    """The workspace that *profile* names in the configuration at *path*; ConfigError as usual."""
    table = (read_toml(path).tables or {}).get(profile)
    named = table.get("workspace") if isinstance(table, dict) else None
    return named if isinstance(named, str) and named.strip() else None
