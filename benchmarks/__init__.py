"""Measures processor time and memory of each command, with its limit."""
