"""What changes time: timers, entries, their edits; a change is one transaction here."""
