"""What rich draws on a terminal: tables, charts, logs, progress."""
