"""Paths, parameters, atomic writes, errors and logging: what every layer may use."""
