"""Decode the bytes of a file."""

from __future__ import annotations

import re

from clockify_cli.domain.exchange.rows import MOST_BYTES
from clockify_cli.domain.exchange.vocabulary import HEADINGS, NOT_KEPT, variants
from clockify_cli.errors import UsageError

_MARKUP = re.compile(
    r"\s*(?:<(?:!doctype|html|table|\?xml)\b|(\|[^\n]*\n\s*\|[ |:-]*-{3}[ |:-]*\r?$))",
    re.IGNORECASE | re.MULTILINE,
)
_CODE_PAGES = ("cp1252", "cp1250")
_BEGINNING = 4096

_MAGIC = (
    (b"PK\x03\x04", "a ZIP archive or a spreadsheet", "Unpack it, or save the sheet as CSV."),
    (b"\x1f\x8b", "compressed by gzip", "Unpack it first."),
    (b"%PDF", "a PDF", "Export the report as CSV."),
    (b"BEGIN:VCALENDAR", "a calendar", "Import CSV or JSON; `clockify export` writes both."),
    (b"SQLite format 3\x00", "a database", "`clockify restore` puts a backup back."),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet", "Save the sheet as CSV."),
)


def decode(data: bytes) -> tuple[str, str, str]:
    """Return the text of *data*, its encoding, and a note if the encoding was guessed.

    UTF-8 and UTF-16 are read with or without a byte order mark. Anything else is read as
    Windows-1252, the superset of Latin-1 that spreadsheets write, or as Windows-1250 if more cells
    are then known headings, as in Polish files. UsageError for a file that is not text, is empty or
    is too large.
    """
    if len(data) > MOST_BYTES:
        raise UsageError(
            f"the file is larger than {MOST_BYTES // 1024 // 1024} MiB", "Import it in parts."
        )
    for magic, what, hint in _MAGIC:
        if data.startswith(magic):
            raise UsageError(f"the file is {what}, not text", hint)
    text, encoding, note = _text(data)
    if "\x00" in text:
        raise UsageError("the file is binary, not text", "CSV and JSON can be imported.")
    if match := _MARKUP.match(text):
        what = "a Markdown table" if match[1] else "a web page or XML"
        raise UsageError(
            f"the file is {what}", "Save it as CSV; `clockify export --format csv` writes that."
        )
    if not text.strip():
        raise UsageError("the file is empty", "CSV and JSON can be imported.")
    return text, encoding, note


def _text(data: bytes) -> tuple[str, str, str]:
    encoding = _marked(data)
    try:
        return data.decode(encoding), encoding, ""
    except UnicodeDecodeError as error:
        if encoding != "utf-8-sig":
            raise UsageError(
                f"the file is not valid {encoding.upper()} at byte {error.start}",
                "Save it as UTF-8.",
            ) from None
    encoding = max(_CODE_PAGES, key=lambda each: _known_words(data, each))
    note = f"The file is not UTF-8; it was read as Windows-{encoding[2:]}."
    try:
        return data.decode(encoding), encoding, note
    except UnicodeDecodeError:
        raise UsageError("the file is not text in UTF-8 or UTF-16", "Save it as UTF-8.") from None


def _known_words(data: bytes, encoding: str) -> int:
    """Return how many cells at the beginning of *data* are known headings, with their accents."""
    known = {
        word.casefold() for words in (*HEADINGS.values(), NOT_KEPT) for word in variants(words)
    }
    lines = data[:_BEGINNING].decode(encoding, "replace").splitlines()
    cells = (cell for line in lines for cell in re.split(r"[,;\t|]", line))
    return sum(cell.strip(' "').casefold() in known for cell in cells)


def _marked(data: bytes) -> str:
    """Return the encoding given by a byte order mark; UTF-8 without one."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if len(data) >= 2 and len(data) % 2 == 0:
        if data[0] and not data[1]:
            return "utf-16-le"
        if data[1] and not data[0]:
            return "utf-16-be"
    return "utf-8-sig"
