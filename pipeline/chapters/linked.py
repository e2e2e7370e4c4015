"""Tables whose cells lead somewhere: published text beside the page it was read on."""

from dataclasses import dataclass
from html import escape

import pandas as pd
from IPython.display import display

from pipeline.chapters.tables import kept

LONG = 20  # rows; a longer table is folded


@dataclass(frozen=True)
class Link:
    """Text that leads to a page of this book (`/essex`) or to one on the web, never to a script.

    Example:
        >>> Link("Essex", "/essex").html, Link("<b>", "javascript:alert(1)").html
        ('<a href="/essex">Essex</a>', '&lt;b&gt;')
    """

    label: str
    address: str

    def __str__(self) -> str:
        return self.label

    @property
    def html(self) -> str:
        safe = self.address.startswith(("https://", "http://")) or (
            self.address.startswith("/") and not self.address.startswith("//")
        )
        label = escape(self.label)
        return f'<a href="{escape(self.address, quote=True)}">{label}</a>' if safe else label


def show_linked(table: pd.DataFrame, caption: str, fold: bool = True) -> None:
    """Display a table whose cells may be links; text is escaped, a long table is folded under its caption."""
    head = "".join(f'<th scope="col">{escape(str(name).strip())}</th>' for name in table.columns)
    body = "".join(
        "<tr>" + "".join(f"<td{kept(_plain(cell))}>{_html(cell)}</td>" for cell in row) + "</tr>"
        for row in table.itertuples(index=False)
    )
    inside = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    html = f'<table class="data"><caption>{escape(caption)}</caption>{inside}'
    if fold and len(table) > LONG:
        title = f"{caption} ({len(table):,} rows)"
        html = (
            f'<details class="box"><summary>{escape(title)}</summary><table class="data">{inside}</details>'
        )
    display({"text/html": html, "text/plain": f"{caption}: {len(table):,} rows"}, raw=True)


def _plain(cell: object) -> str:
    return max((str(part) for part in cell), key=len) if isinstance(cell, tuple) else str(cell)


def _html(cell: object) -> str:
    if isinstance(cell, tuple):
        return "; ".join(_html(part) for part in cell)
    return cell.html if isinstance(cell, Link) else escape(str(cell))
