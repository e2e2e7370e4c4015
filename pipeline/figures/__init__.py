"""Figures: theme, registry, renderer, and one module per family of charts. In a notebook: `show("name")`."""

from pipeline.figures.notebook import show

__all__ = ["show"]
