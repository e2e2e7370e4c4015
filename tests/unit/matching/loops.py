"""A third opinion on every search: plain loops over exact fractions, without the engine's arithmetic."""

from fractions import Fraction

import numpy as np

from pipeline.matching.templates import unit_templates


def exact(one, other):
    """The dot product of two float32 vectors, rounded once: fractions lose nothing on the way."""
    return float(sum(Fraction(float(a)) * Fraction(float(b)) for a, b in zip(one, other, strict=True)))


def loop_search(gallery, probes, threshold):
    """Rows (probe, identifier, score) of the alerts among ready templates."""
    found = []
    for number, probe in enumerate(probes):
        best = None
        for template, identifier in zip(gallery.templates, gallery.identifiers.tolist(), strict=True):
            score = exact(template, probe)
            if score >= threshold and (best is None or (-score, identifier) < best):
                best = (-score, identifier)
        if best:
            found.append((number, best[1], -best[0]))
    return found


def rows(alerts):
    """The alerts of a search in the form of `loop_search`."""
    return list(zip(alerts.probe.tolist(), alerts.identifier.tolist(), alerts.score.tolist(), strict=True))


def planted(rng, scores, width=512):
    """Mates and probes of unit length, as many as there are scores, whose products are those scores."""
    mates, others = rng.standard_normal((2, len(scores), width))
    mates /= np.linalg.norm(mates, axis=1, keepdims=True)
    others -= (others * mates).sum(axis=1, keepdims=True) * mates
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    scores = np.asarray(scores)[:, None]
    return mates, unit_templates(scores * mates + np.sqrt(1 - scores**2) * others)


def around(threshold):
    """The threshold and its two neighbours among float64 numbers."""
    return np.nextafter(threshold, 0), threshold, np.nextafter(threshold, 9)
