"""One raw request to Clockify, counted in the limit and sent only to the configured host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from clockify_cli.actions.context import AppContext
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import KeyRefused, LimitReached, NotFound, Refused, Unreachable, UsageError
from clockify_cli.store.sync import replica
from clockify_cli.values import dataclass

if TYPE_CHECKING:
    from clockify_cli.api.outcomes import Reply

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PAGE_SIZE = 1000
MOST_PAGES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRequest:
    """*path* is below the API's base and may contain ``{workspace}``, ``{user}`` and a query.

    *fields* become the query of a GET, otherwise the JSON object; *body* replaces them with a whole
    document. *paginate*: fetch every page of a list, as one.
    """

    method: str
    path: str
    fields: Mapping[str, object]
    body: object = None
    paginate: bool = False


def send(ctx: AppContext, request: RawRequest) -> Any:
    """Return the JSON that Clockify answers; None for an empty answer.

    Raises NotSignedIn, UsageError for a path that leads elsewhere, and by the answer's status
    KeyRefused (401), NotFound (404), LimitReached (429), Refused (other 4xx) and Unreachable.
    """
    from clockify_cli.actions.clockify.identity import connect

    if ctx.offline:
        raise Unreachable("--offline sends no requests", "Leave out --offline.")
    path, query, body = _filled(ctx, request)
    connection = connect(ctx)
    if request.method != "GET":
        # The local copy does not learn of what this changes.
        with ctx.db.transaction():
            replica.doubt_workspace(ctx.db, ctx.workspace)
    if not request.paginate:
        return _answer(ctx, request.method, path, query, body).document
    if request.method != "GET":
        raise UsageError("--paginate works only with GET", "Leave out --paginate, or use GET.")
    found: list[object] = []
    connection.wait(MOST_PAGES)
    for page in range(1, MOST_PAGES + 1):
        given = {"page-size": str(PAGE_SIZE), **query, "page": str(page)}
        reply = _answer(ctx, "GET", path, given, None)
        if not isinstance(reply.document, list):
            raise UsageError("the answer is not a list of pages", "Leave out --paginate.")
        found += reply.document
        if reply.last_page or not reply.document:
            break
    return found


def _filled(ctx: AppContext, request: RawRequest) -> tuple[str, dict[str, str], object]:
    """Return the path with its slash and placeholders filled, the query, and the body."""
    from urllib.parse import parse_qsl

    path, _, query_text = request.path.partition("?")
    if "://" in path or path.startswith("//"):
        raise UsageError(
            "`clockify api` sends only to the configured Clockify",
            "Give a path, for example: workspaces/{workspace}/projects",
        )
    if not path.strip("/ "):
        raise UsageError("no path given", "For example: clockify api user")
    for name, value in (("workspace", ctx.workspace), ("user", ctx.user or "")):
        path = path.replace(f"{{{name}}}", value)
    if "{" in path or "}" in path:
        raise UsageError(
            f'"{quoted(path)}" has braces', "Only {workspace} and {user} are filled in."
        )
    query = dict(parse_qsl(query_text, keep_blank_values=True))
    if request.body is not None and request.fields:
        raise UsageError(
            "--input cannot be combined with -f or -F", "Give the body in one of the two ways."
        )
    if request.method == "GET":
        if request.body is not None:
            raise UsageError(
                "a GET sends no body", "Leave out --input, or name the method, such as POST."
            )
        query |= {key: _query_text(value) for key, value in request.fields.items()}
        return f"/{path.lstrip('/')}", query, None
    body = request.body if request.body is not None else dict(request.fields) or None
    return f"/{path.lstrip('/')}", query, body


def _query_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _answer(ctx: AppContext, method: str, path: str, query: dict[str, str], body: object) -> Reply:
    from clockify_cli.actions.clockify.identity import connect
    from clockify_cli.api.outcomes import Lost

    session = connect(ctx).session
    answer = session.exchange(method, path, query=query, body=body, workspace=ctx.workspace)
    if isinstance(answer, Lost):
        sent = " It may have arrived." if answer.sent and method != "GET" else ""
        message = f"Clockify can't be reached: {answer.reason.rstrip('.')}.{sent}"
        raise Unreachable(message.rstrip("."), "`clockify doctor` checks the setup.")
    if answer.ok:
        return answer
    raise _error_of(answer)


def _error_of(reply: Reply) -> KeyRefused | NotFound | LimitReached | Refused | Unreachable:
    said = f": {reply.error.message} (code {reply.error.code})" if reply.error else ""
    message = f"Clockify answered {reply.status}{said}"
    if reply.status == 401:
        return KeyRefused(message, "`clockify login` signs in again.")
    if reply.status == 404:
        return NotFound(message, "`clockify help api` has examples.")
    if reply.status == 429:
        return LimitReached(message, "`clockify whoami` shows what is left of the hour.")
    if 400 <= reply.status < 500:
        return Refused(message, "`clockify help api` has examples.")
    return Unreachable((reply.fault and f"{message}: {reply.fault}") or message, "")
