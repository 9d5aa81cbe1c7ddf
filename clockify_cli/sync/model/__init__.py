"""The rules of sync as pure values: rows, their outcomes, and the interface to Clockify."""
