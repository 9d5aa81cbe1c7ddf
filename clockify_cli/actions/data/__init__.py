"""The timesheet as a whole: files in and out, backups, what is sound."""
