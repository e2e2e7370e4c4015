"""The population model: scores of strangers and of listed people, its fit, and rare events."""
