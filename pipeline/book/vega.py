"""The script that draws live figures: Vega, Vega-Lite and vega-embed in one file, made by vl-convert.

It is also a program, which writes the script to standard output: `build_book` runs it while the engine works.
"""

import sys

VEGA_LITE = "6.4"  # as in the figures' specifications


def vega_bundle() -> str:
    """Return a classic script that defines `window.vegaEmbed` (about 0.9 MB; takes about 3 s).

    vl-convert makes an ES module, which a browser does not load from `file://`; wrapped in a function it is
    an ordinary script whose names do not leak.
    """
    import vl_convert  # large, and not needed where the program is merely started

    module = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGA_LITE)
    return f"(function(){{{module}\n}})();\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(vega_bundle().encode("utf-8"))
