"""Storage for sync: the journal, the local copy, accounts, the ledger of requests."""
