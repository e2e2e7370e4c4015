"""A standard for the record of one deployment, and a check of files against it."""
