"""Everything that needs Clockify: the account, sending, updating old copies."""
