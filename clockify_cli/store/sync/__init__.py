"""What sync keeps: the journal, the local copy, accounts, requests made."""
