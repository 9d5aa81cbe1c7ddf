"""What a person tracks: entries, names, favorites, bills, and how to take a change back."""
