"""What was billed and what is not yet."""
