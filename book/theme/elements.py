"""HTML by construction: text is escaped unless it is already `Markup`."""

from collections.abc import Iterable

from markupsafe import Markup, escape

VOID = {"br", "hr", "img"}
BREAK = Markup("\n")


def element(name: str, *content: str, **attributes: object) -> Markup:
    """Return one HTML element.

    Args:
        name: Tag name.
        content: Text (escaped) or Markup (inserted as it is).
        attributes: `None` and `False` leave an attribute out, `True` writes it bare. A trailing underscore is
            dropped (`class_`), inner ones become hyphens (`aria_label`).

    Example:
        >>> element("a", "R & D", href="x.html", class_="out")
        Markup('<a href="x.html" class="out">R &amp; D</a>')
    """
    written = Markup("")
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = key.rstrip("_").replace("_", "-")
        written += Markup(" ") + label + (Markup("") if value is True else Markup('="{}"').format(value))
    start = Markup("<") + name + written + Markup(">")
    return start if name in VOID else start + join(content) + Markup("</") + name + Markup(">")


def join(parts: Iterable[str]) -> Markup:
    """Join pieces of text and Markup, escaping the text."""
    return Markup("").join(escape(part) for part in parts)
