"""What a person is asked on a terminal: lists to pick from, texts in an editor."""
