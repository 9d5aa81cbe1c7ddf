"""Clients, projects, tasks and tags, and what a workspace requires of an entry."""
