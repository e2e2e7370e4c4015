"""From cells as printed to one harmonised, corrected record: pure functions, table in, table out."""
