"""A reference engine for open-set one-to-many face matching, small enough to read in an hour.

Conventions, stated once and kept everywhere:

- A *template* is a vector of unit length, float32. A *score* is the cosine of two templates; higher means
  more alike.
- An *alert* is raised when the best score is at or above the threshold (`score >= threshold`).
- A person may have several images in a gallery: the score is the best of them, and N counts people.
- Equal scores are ordered by gallery identifier, ascending.
- A search returns alerts and nothing else: it keeps no probe, and no score of a probe that did not alert.
- What cannot be compared (NaN, infinity, zero length, another width) raises `ValueError`; only `admit` passes
  over such vectors of a batch, and counts them.
- Reduced precision may screen but never decides: the score of an alert is the correctly rounded cosine, so
  every search gives the same alerts on every machine.
- Measures carry their arguments: FPIR(N, T) and FNIR(N, R, T); see `evaluation`.

The package needs numpy and the standard library. `screen` alone can also use onnxruntime.
"""
