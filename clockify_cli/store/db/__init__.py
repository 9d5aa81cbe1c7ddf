"""The SQLite file: opening, creating, checking and copying it, and changes in one transaction."""
