"""Throughput beside other libraries and the machine's own limits; the run of a decade."""
