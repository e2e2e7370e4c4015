"""Building the site: run the book engine, add what the site needs, check what came out."""
