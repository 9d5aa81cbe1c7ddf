"""A local-first command-line timesheet for Clockify."""

__version__ = "0.1.0"
NAME = "clockify"
"""The command as it is typed."""
