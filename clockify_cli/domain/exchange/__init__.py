"""Files of entries: their content, and what in it is new."""
