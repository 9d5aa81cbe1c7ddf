"""A local-first command-line timesheet for Clockify."""

__version__ = "0.1.0"
