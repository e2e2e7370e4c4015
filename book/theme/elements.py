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
    # put together as plain text, each part escaped: adding to Markup would look at all of it again
    written = ""
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        written += f" {escape(key.rstrip('_').replace('_', '-'))}"
        if value is not True:
            written += f'="{escape(value)}"'
    start = f"<{escape(name)}{written}>"
    return Markup(start if name in VOID else f"{start}{join(content)}</{name}>")  # noqa: S704


def join(parts: Iterable[str]) -> Markup:
    """Join pieces of text and Markup, escaping the text."""
    return Markup("").join(parts)
