"""Files of entries: their content, and which of their entries are new."""
