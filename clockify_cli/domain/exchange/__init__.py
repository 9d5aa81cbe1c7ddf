"""Files of entries: what they say, and which of it is new."""

from clockify_cli.domain.exchange.reading import read_import
from clockify_cli.domain.exchange.rows import DateOrder, ImportedEntry, ImportFile, refuse_lines

__all__ = ["DateOrder", "ImportFile", "ImportedEntry", "read_import", "refuse_lines"]
