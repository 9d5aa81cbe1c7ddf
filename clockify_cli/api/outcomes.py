"""The verdict on a request: an Outcome for a write, an error of ours for a read.

A write counts as done only when the answer proves it, as refused only when Clockify itself says
so, and as not sent only when no byte of it left. All else is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from clockify_cli.api.replies import Lost, Reply
from clockify_cli.api.wire import Malformed
from clockify_cli.errors import (
    ClockifyError,
    KeyRefused,
    LimitReached,
    NotFound,
    Refused,
    Unreachable,
)
from clockify_cli.sync.remote import (
    Applied,
    Limited,
    NotSent,
    Outcome,
    Paused,
    Rejected,
    ReplyTooLarge,
    Unknown,
)

GONE = 501
"""Clockify's code, with status 400, for what does not belong to the workspace or is deleted."""

_REJECTING = (400, 404, 409, 413, 415, 422)
_SEVERAL_CREDENTIALS = 1000
_REVOKED = 4017
_ROW_WORDS = re.compile(
    r"lock|approv|invoic|period|permission|not allowed|archiv|time ?entr|project|task|\btag|client"
    r"|billable|description|custom field|manual",
    re.IGNORECASE,
)
_ACCOUNT_WORDS = re.compile(
    r"access denied|not a member|member of|subscription|(access|belong)\w* (to )?(this |the )?"
    r"workspace|deactivated|suspended|banned",
    re.IGNORECASE,
)


def written(answer: Reply | Lost, prove: Callable[[Reply], Applied]) -> Outcome:
    """What became of a write. *prove* makes Applied of a reply or raises Malformed."""
    if isinstance(answer, Lost):
        return Unknown(answer.reason) if answer.sent else NotSent(answer.reason)
    if answer.ok:
        try:
            return prove(answer)
        except Malformed as error:
            return Unknown(f"the answer does not show what was done: {error}")
    return _refused(answer) or Unknown(_strange(answer))


def _refused(reply: Reply) -> Outcome | None:
    reason = reply.error.message if reply.error else f"HTTP {reply.status}"
    code = reply.error.code if reply.error else None
    if reply.status == 429:
        return Limited(reply.retry_after)
    if reply.status == 401 or (reply.status == 403 and not of_this_row(reply)):
        return Paused(reply.status, reason)
    if reply.status == 403 or (reply.status in _REJECTING and reply.error):
        return Rejected(reply.status, code, reason)
    return None


def of_this_row(reply: Reply) -> bool:
    """Whether a 403 speaks of what was sent and not of the account as a whole.

    Clockify has no code for it, so its words decide: a lock, an approval, a permission or a
    thing named. Words of membership and access, no words at all, or none of Clockify's mean the
    account: then every row waits, and none is given up by mistake.
    """
    words = reply.error.message if reply.error else ""
    return bool(_ROW_WORDS.search(words)) and not _ACCOUNT_WORDS.search(words)


def unwanted(
    answer: Reply | Lost, host: str, what: str, where: str, now: datetime
) -> ClockifyError:
    """The error for an *answer* to a read that is not a success.

    *what* names the thing asked for, *where* is the command that lists what there is; *now* is
    aware UTC.
    """
    if isinstance(answer, Lost):
        return Unreachable(
            f"Clockify cannot be reached: {answer.reason}", "`clockify doctor` checks the set-up."
        )
    if answer.too_large:
        return ReplyTooLarge(f"the answer of {host} is too large")
    if answer.status == 401:
        return _key_refused(answer, host)
    if answer.status == 429:
        return _limit_reached(answer, now)
    return _of_client_error(answer, what, where) or Unreachable(
        f"{host} did not answer as Clockify does: {_strange(answer)}",
        "The network may want you to sign in, or Clockify may be down; try again later.",
    )


def _of_client_error(reply: Reply, what: str, where: str) -> ClockifyError | None:
    if reply.error is None:
        return None
    words = f" ({reply.error.message})" if reply.error.message else ""
    if reply.status == 403:
        return Refused(
            f"you do not have access to {what}{words} in Clockify",
            "`clockify workspaces` lists the workspaces that the key can use.",
            code="forbidden",
        )
    if reply.status == 404 or (reply.status == 400 and reply.error.code == GONE):
        return NotFound(f"Clockify does not have {what}{words}", f"Look it up: {where}")
    if reply.status in _REJECTING:
        return Refused(f"Clockify refused to show {what}{words}")
    return None


def _key_refused(reply: Reply, host: str) -> KeyRefused:
    code = reply.error.code if reply.error else None
    if code == _SEVERAL_CREDENTIALS:
        return KeyRefused(
            "Clockify received no API key, or several credentials",
            "A proxy may have changed the request. Then: `clockify login`",
        )
    make = "Make a new one in Clockify under Profile settings → API, then: `clockify login`"
    if code == _REVOKED:
        return KeyRefused("the API key has expired or was revoked", make)
    return KeyRefused(
        f"the API key is not known to Clockify at {host}",
        "Where your account is in a region of its own: `clockify login --region eu|us|uk|au`\n"
        f"{make}",
    )


def _limit_reached(reply: Reply, now: datetime) -> LimitReached:
    until = reply.closed_until
    if until is None and reply.retry_after is None:
        return LimitReached(
            "the request limit of Clockify is reached",
            "Try again within the hour; `--offline` shows your local copy.",
        )
    if until is None:
        until = (reply.server_time or now) + timedelta(seconds=reply.retry_after or 0)
    return LimitReached(
        "the request limit of Clockify is reached",
        "Until then your local copy is used, and your changes are sent later.",
        until=until.astimezone(UTC),
    )


def _strange(reply: Reply) -> str:
    """HTTP status and what is wrong with the reply, in a phrase."""
    redirect = ", a redirect, which is never followed" if 300 <= reply.status < 400 else ""
    words = f" ({reply.error.message})" if reply.error else ""
    fault = f" with {reply.fault}" if reply.fault else ""
    return f"HTTP {reply.status}{redirect}{fault}{words}"
