"""Ask a person on a terminal: lists to pick from, texts in an editor."""
