"""Accuracy and thresholds: operating points, DET, calibration, agreement with the oracle."""
