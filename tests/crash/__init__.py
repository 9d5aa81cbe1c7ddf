"""What a kill, a full disk or many processes at once do to the timesheet."""
