"""The addresses of Clockify's own pages."""

from __future__ import annotations

from clockify_cli.actions.context import AppContext
from clockify_cli.actions.tracking.entries import find
from clockify_cli.errors import NotSignedIn

_PAGES = {"timesheet": "timesheet", "report": "reports/summary"}


def page_of(ctx: AppContext, what: str | None) -> str:
    """Return the address for *what*: ``timesheet``, ``report``, an ENTRY, or the tracker.

    Clockify has no page for one entry: its address is the detailed report of the day on which it
    began. Raises NotSignedIn without an account, and as `find`.
    """
    if ctx.account is None:
        raise NotSignedIn(
            "only entries in Clockify have a page, and you are not signed in",
            "`clockify login` signs in.",
        )
    from clockify_cli.api.session import web_origin

    origin = web_origin(ctx.account.base_url)
    if what is None or what in _PAGES:
        return f"{origin}/{_PAGES[what] if what else 'tracker'}"
    day = find(ctx, what).start.astimezone(ctx.zone).date().isoformat()
    # The report reads them as times in the user's own zone.
    bounds = f"start={day}T00:00:00.000Z&end={day}T23:59:59.999Z"
    return f"{origin}/reports/detailed?{bounds}"
