"""Chapters: execute notebooks, keep their bytes stable, check their prose and form."""
