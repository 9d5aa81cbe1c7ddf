"""Drawing with rich on a terminal: tables, charts, logs, progress."""
