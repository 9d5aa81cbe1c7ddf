"""What a person tracks: entries, names, favorites and bills, and how to undo a change."""
