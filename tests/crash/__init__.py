"""What a kill, a full disk or many processes at once leave of the timesheet."""
