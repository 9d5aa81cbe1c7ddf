"""What is made from the tree of commands: help pages, man pages, completion."""
