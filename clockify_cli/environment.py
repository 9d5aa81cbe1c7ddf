"""Read environment variables in the same way everywhere, and find the program's four folders.

The paths are plain strings, cheap enough for a shell prompt. On Linux the rules of the XDG base
directories are applied here, because importing platformdirs takes longer than the whole answer; a
test checks that both agree. Elsewhere platformdirs decides.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

API_KEY = "CLOCKIFY_API_KEY"


def said(environ: Mapping[str, str], name: str) -> str:
    """Return variable *name* unchanged; empty if it is unset or only white space."""
    text = environ.get(name, "")
    return text if text.strip() else ""


def api_key(environ: Mapping[str, str]) -> str:
    """Return the API key in the environment, unchecked; empty if there is none."""
    return said(environ, API_KEY)


APP = "clockify_cli"
FOLDERS = ("config", "data", "cache", "state")
_XDG = {
    "config": ("XDG_CONFIG_HOME", ".config"),
    "data": ("XDG_DATA_HOME", ".local/share"),
    "cache": ("XDG_CACHE_HOME", ".cache"),
    "state": ("XDG_STATE_HOME", ".local/state"),
}


def folder(which: str, environ: Mapping[str, str]) -> str:
    """Return the absolute path of the folder *which* (one of FOLDERS); nothing is created."""
    moved = environ.get("CLOCKIFY_HOME", "")
    if moved:
        return os.path.join(os.path.abspath(_in_home(moved, environ)), which)
    if sys.platform == "linux" and "ANDROID_DATA" not in environ:
        return _xdg_folder(which, environ)
    return _platform_folder(which)


def database(environ: Mapping[str, str]) -> str:
    """Return the path of the database."""
    return os.path.join(folder("data", environ), "timesheet.db")


def home(environ: Mapping[str, str]) -> str:
    """Return this user's home; an empty HOME counts as unset."""
    if named := environ.get("HOME", os.environ.get("HOME")):
        return named
    if os.name == "nt":
        return os.path.expanduser("~")
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return os.path.expanduser("~")


def _in_home(path: str, environ: Mapping[str, str]) -> str:
    """Return *path* with a leading tilde replaced by the home."""
    if path == "~" or path.startswith("~/"):
        return home(environ) + path[1:]
    return os.path.expanduser(path)


def _xdg_folder(which: str, environ: Mapping[str, str]) -> str:
    variable, below_home = _XDG[which]
    base = environ.get(variable, "").strip()
    if not os.path.isabs(base):
        base = os.path.join(home(environ), below_home)
    return os.path.join(base, APP)


def _platform_folder(which: str) -> str:
    import platformdirs

    # platformdirs reads HOME itself, and takes an empty one for the root.
    if not os.environ.get("HOME", "-"):
        del os.environ["HOME"]
    find = {
        "config": platformdirs.user_config_dir,
        "data": platformdirs.user_data_dir,
        "cache": platformdirs.user_cache_dir,
        "state": platformdirs.user_state_dir,
    }[which]
    return os.path.join(find(APP, appauthor=False), *_apart(which))


def _apart(which: str) -> tuple[str, ...]:
    # macOS and Windows use one folder for config, data and state; ours are separate.
    return () if which == "cache" else (which,)
