"""Read environment variables, in the same way everywhere."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

API_KEY = "CLOCKIFY_API_KEY"


def said(environ: Mapping[str, str], name: str) -> str:
    """The text of variable *name* unchanged; empty if it is unset or white space alone."""
    text = environ.get(name, "")
    return text if text.strip() else ""


def api_key(environ: Mapping[str, str]) -> str:
    """The API key in the environment, which may still be none; empty if there is none."""
    return said(environ, API_KEY)
