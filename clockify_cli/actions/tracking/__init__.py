"""Changes of time: timers, entries and edits; each change is one transaction."""
