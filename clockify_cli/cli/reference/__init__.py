"""Made from the tree of commands: help pages, man pages, completion."""
