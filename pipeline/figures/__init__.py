"""Figures: theme, registry, renderer, and one module per family of charts. In a notebook: `show("name")`."""

from typing import Any

__all__ = ["show"]


def __getattr__(name: str) -> Any:
    """`show`, imported when it is asked for: tables of figures are made without Altair."""
    if name == "show":
        from pipeline.figures.notebook import show

        return show
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
