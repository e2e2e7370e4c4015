"""Rates, intervals, breaks and running totals: pure functions, table in, table out."""
