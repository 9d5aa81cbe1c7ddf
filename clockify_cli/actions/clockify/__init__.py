"""Whatever needs Clockify: the account, sending, copies that are out of date."""
