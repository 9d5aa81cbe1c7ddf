"""Values as rows of text for every format: the fields of each kind of row."""
