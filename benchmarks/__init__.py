"""Measures the program: processor time and memory of each command, beside its bar."""
