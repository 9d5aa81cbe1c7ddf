"""Reading: logs, reports, lists, history. Nothing here changes an entry, except undo and redo."""
