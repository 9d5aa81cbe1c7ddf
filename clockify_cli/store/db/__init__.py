"""The SQLite file: how it is opened, made, checked, copied, and changed in one transaction."""
