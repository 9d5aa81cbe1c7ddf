"""Show output on the screen, or write it to a file as a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from clockify_cli.cli.context import show_choice
from clockify_cli.cli.options import DocumentChoice, DurationChoice, FileChoice
from clockify_cli.cli.program import Program
from clockify_cli.errors import UsageError
from clockify_cli.values import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clockify_cli.actions.context import AppContext
    from clockify_cli.show.formats.rows import OutputChoice as Chosen
    from clockify_cli.show.formats.rows import OutputFormat
    from clockify_cli.show.screen import Screen
    from clockify_cli.show.views import Cover

PAGES: tuple[OutputFormat, ...] = ("html", "xlsx")
DOCUMENTS: tuple[OutputFormat, ...] = (*PAGES, "ics")
"""Formats that are written as a whole, not row by row."""


def document_choice(
    program: Program,
    output: DocumentChoice,
    file: FileChoice,
    *,
    what: str,
    formats: tuple[OutputFormat, ...] = PAGES,
) -> Chosen:
    """Return the requested format, by name or by the extension of *file*.

    *formats* are those of *what* is written besides the usual ones. Raises as `format_of`, and
    UsageError if fields are chosen for a document.
    """
    from clockify_cli.show.formats.rows import FORMATS
    from clockify_cli.show.formats.rows import OutputChoice as Chosen

    if output.is_template:
        return replace(show_choice(output), to_file=file.to_file)
    if file.output is None and output.format not in DOCUMENTS:
        return show_choice(output)
    from clockify_cli.cli.file_formats import format_of

    taken = (*FORMATS, *formats)
    found = format_of(program, output.named, file, taken, what=what)
    if found in DOCUMENTS and output.fields is not None:
        raise UsageError(
            f"--fields cannot be combined with --format {found}",
            "Choose fields of table, json, csv, tsv or markdown.",
        )
    return Chosen(found or ("csv" if file.to_file else None), output.fields, to_file=file.to_file)


@contextmanager
def output_to(program: Program, file: FileChoice) -> Iterator[None]:
    """Redirect output to *file*, which appears when it is complete; then report it."""
    with _filled(program, file):
        yield
    note_written(program, file)


@contextmanager
def _filled(program: Program, file: FileChoice) -> Iterator[None]:
    if not file.to_file:
        yield
        return
    from clockify_cli.cli.output_file import destination

    with destination(program, file) as screen, program.writing_to(screen):
        yield


def note_written(program: Program, file: FileChoice) -> None:
    """Report that *file* was written, if there is one."""
    if file.to_file:
        program.note(f"Wrote {file.output}.")


def write_document(
    program: Program,
    file: FileChoice,
    format_: OutputFormat | None,
    writers: Mapping[OutputFormat, Callable[[], str | bytes]],
) -> None:
    """Write a document in *format_*, made by one of *writers*."""
    assert format_ is not None  # noqa: S101 (a document was chosen)
    from clockify_cli.cli.output_file import put_aside, telling

    with telling(file.output or "-"):
        content = writers[format_]()
    if isinstance(content, bytes):
        with put_aside(program, file, content) as put:
            put()
        return
    with _filled(program, file):
        program.out.write(readable(program.out, content) if format_ == "html" else content)


def readable(screen: Screen, page: str) -> str:
    """Return the HTML *page* with references for characters that *screen* cannot encode."""
    encoding = getattr(screen.stream, "encoding", None) or "utf-8"
    if encoding.lower().replace("-", "") == "utf8":
        return page
    # A page declares UTF-8: in any other encoding only ASCII stays the same.
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def cover(ctx: AppContext, title: str, period: str, *details: tuple[str, str]) -> Cover:
    """Return the header of a document: whose time it is, the zone, and other facts."""
    from clockify_cli.show.views import Cover

    person = ctx.account.name or ctx.account.email if ctx.account else ""
    made = f"{ctx.now.astimezone(ctx.zone):%Y-%m-%d %H:%M}"
    every = (("Person", person), *details, ("Time zone", ctx.zone.key), ("Made", made))
    return Cover(title, period, tuple(each for each in every if each[1]))


def project_colors(ctx: AppContext, screen: Screen | None = None) -> Mapping[str, str]:
    """Return the colours of projects for a page, or for *screen*: none if it cannot show them."""
    if screen is not None and not screen.shows_true_color:
        return {}
    from clockify_cli.actions.viewing.reports import colors

    return colors(ctx)


def drawn(choice: Chosen) -> Chosen:
    """Return *choice* for a chart, which is always for a person; UsageError for other formats."""
    if choice.format not in (None, "table") or choice.fields is not None:
        named = choice.format if choice.format != "template" else None
        other = f"--format {named}" if named else "--template" if choice.format else "--fields"
        raise UsageError(f"--chart cannot be combined with {other}", "Leave out one of the two.")
    return replace(choice, format="table")


def note_durations(program: Program, durations: DurationChoice, choice: Chosen) -> None:
    """Note that ``--durations`` has no effect on this output, if it was given."""
    if durations.durations is not None and choice.format_on(program.out) in ("tsv", "json"):
        program.note(
            "TSV (a pipe) and JSON have whole seconds; --durations shapes --format table, csv and"
            " markdown."
        )
