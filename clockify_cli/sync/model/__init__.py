"""The rules of sync as pure values: what a row is, what becomes of it, what Clockify offers."""
