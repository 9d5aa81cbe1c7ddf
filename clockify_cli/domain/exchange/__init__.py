"""Files of entries: what they say, and which of it is new."""
