"""Values as rows of text for every format: which fields there are and what they say."""
