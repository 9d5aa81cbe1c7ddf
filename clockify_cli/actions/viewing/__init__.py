"""What is read: logs, reports, lists, history. Nothing here changes an entry."""
