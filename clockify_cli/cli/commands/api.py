"""`clockify api`."""

from __future__ import annotations

import json

from clockify_cli.actions.clockify import raw_api
from clockify_cli.cli.context import open_context
from clockify_cli.cli.options import JsonChoice, ReadChoice, command
from clockify_cli.cli.program import Program
from clockify_cli.domain.terminal_text import quoted
from clockify_cli.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Annotated

    import typer

    from clockify_cli.cli.reference import complete

LARGEST = 8 * 2**20
"""The largest accepted body, in bytes."""


@command(
    "api user",
    "api workspaces/{workspace}/projects --paginate",
    "api workspaces/{workspace}/tags -f name=deep",
    "api PUT workspaces/{workspace}/tags/ID --input tag.json",
    notes="""
    {workspace} and {user} are filled in. The default METHOD is GET, or POST if there are fields or
    a body. Each request counts towards the request limit. The answer is JSON.
    """,
)
def api(
    program: Program,
    *,
    words: Annotated[
        list[str],
        typer.Argument(metavar="[METHOD] PATH", help="For example GET user; relative to /api/v1."),
    ],
    text_fields: Annotated[
        list[str] | None,
        typer.Option("-f", "--text-field", metavar="KEY=TEXT", help="A field that is text."),
    ] = None,
    json_fields: Annotated[
        list[str] | None,
        typer.Option("-F", "--json-field", metavar="KEY=JSON", help="A field that is JSON."),
    ] = None,
    body: Annotated[
        str | None,
        typer.Option(
            "--input",
            metavar="FILE",
            autocompletion=complete.file,
            help="Send this JSON; - reads standard input.",
        ),
    ] = None,
    paginate: Annotated[
        bool, typer.Option("--paginate", help="Read every page of a list.")
    ] = False,
    read: ReadChoice,
    output: JsonChoice,
) -> None:
    """Make one raw request to Clockify's API and print the answer."""
    # The answer is always JSON; so is an error, if JSON was requested.
    program.json = program.json or output.json
    fields = dict(map(_text_field, text_fields or ())) | dict(map(_json_field, json_fields or ()))
    document = None if body is None else _document(program, body)
    method, path = _target(words or [], changes=bool(fields) or document is not None)
    ctx = open_context(program, read)
    request = raw_api.RawRequest(
        method=method, path=path, fields=fields, body=document, paginate=paginate
    )
    answer = raw_api.send(ctx, request)
    program.recorded = method != "GET"
    if answer is not None:
        program.out.write_json(answer, indent=2)


def _target(words: list[str], *, changes: bool) -> tuple[str, str]:
    if len(words) == 1 and words[0].upper() not in raw_api.METHODS:
        return ("POST" if changes else "GET"), words[0]
    if len(words) == 2 and words[0].upper() in raw_api.METHODS:
        return words[0].upper(), words[1]
    raise UsageError(
        "api takes a method and a path",
        f"For example: clockify api GET user\nMethods: {', '.join(raw_api.METHODS)}.",
    )


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f'"{text[:80]}" is not KEY=VALUE', "For example: -f name=deep")
    return key, value


def _text_field(text: str) -> tuple[str, object]:
    key, value = _pair(text)
    _refuse_no_text(value, f"the value of {key}")
    return key, value


def _json_field(text: str) -> tuple[str, object]:
    key, value = _pair(text)
    hint = "Text in JSON is quoted: -F name='\"deep\"'."
    return key, _parsed(value, f"the value of {key}", hint)


def _parsed(text: str, what: str, hint: str) -> object:
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise UsageError(f"{what} is not JSON", hint) from None
    _refuse_no_text(json.dumps(found, ensure_ascii=False), what)
    return found


def _no_constant(word: str) -> object:
    """Refuse NaN and Infinity: they are not JSON, though Python reads them."""
    raise ValueError(word)


def _refuse_no_text(text: str, what: str) -> None:
    """Raise UsageError for *text* with half of a surrogate pair, which no request can carry."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError(f"{what} is not text in UTF-8", "Correct it, or leave it out.") from None


def _document(program: Program, name: str) -> object:
    try:
        if name == "-":
            text = program.stdin.read(LARGEST + 1)
        else:
            with open(name, encoding="utf-8") as file:
                text = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise UsageError(f'"{quoted(name)}" cannot be read', "Give a file with JSON.") from error
    if len(text) > LARGEST:
        raise UsageError(f'"{quoted(name)}" is too large', "At most 8 MiB.")
    what = "standard input" if name == "-" else f'"{quoted(name)}"'
    return _parsed(text, what, "Give one JSON document, as in RFC 8259.")
