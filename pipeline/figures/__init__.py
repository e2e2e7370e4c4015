"""Figures: theme, registry, renderer, and one module per family of charts. In a notebook: `show("name")`."""

from pipeline.figures.show import show

__all__ = ["show"]
