"""The timesheet as a whole: import and export, backups, checks."""
