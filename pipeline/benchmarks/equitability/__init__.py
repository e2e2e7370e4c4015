"""Differentials between groups in labelled scenarios, and what a test of a given size could find."""
