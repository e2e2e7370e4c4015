"""The data package: every clean table for others to use."""
