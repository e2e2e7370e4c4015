"""The population model: who is enrolled, who passes, and how alike their templates are.

A capture of person i, of unit length: sqrt(rho) m + sqrt(1 - rho) [f u_i + sqrt(1 - f^2) e]. `m` is a
direction that all templates share, `u_i` the identity (uniform on the unit sphere in k dimensions orthogonal
to m), `e` the nuisance of the capture (uniform, orthogonal to u_i) and f its fidelity. That of an enrolled
image is fixed; that of a passage is logistic(mu_q + sigma_q t), t being Student's t on 4 degrees of freedom.

Two templates score rho + (1 - rho) cos, where cos is the cosine of their bracketed parts; a threshold T thus
asks for a cosine of c = (T - rho) / (1 - rho). Between strangers cos is that of two random directions. Of two
captures of one person it is fa fb + sqrt((1 - fa^2) (1 - fb^2)) r, with r the cosine of two random directions
in k - 1 dimensions. Everything below follows from these two lines.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, expit, roots_legendre, stdtrit

Numbers = NDArray[np.float64]
NODES = 128  # of the average over fidelity, which misses TPIR by less than 3e-6 for sigma_q of 0.15 to 1.5
SHARP, SLICES = 0.98, 1000  # from this fidelity of images a step is averaged, and equal slices do better


@dataclass(frozen=True)
class Population:
    """Parameters of the model; the defaults are fitted to the published operating points of 2023.

    Args:
        k: Dimensions of identity, 2 or more and fewer than `width`.
        rho: Squared share of the common direction, 0 to below 1.
        mu_q: Centre of a passage's fidelity, in logits; fitted by simulation, where `tpir` would give 0.707.
        sigma_q: Spread of it, in logits; 0 or more.
        watchlist_fidelity: Fidelity of an enrolled image, above 0 to 1.
        width: Width of a template, more than k. It changes no score: 1 + k directions hold them all, and
            more columns only cost multiplications. Groups apart need a column more for each of them; timings
            of the engine use 512, as encoders of faces do.
        seed: Seed of the rotation that hides the model's axes.

    Raises:
        ValueError: if a parameter is out of range.
    """

    k: int = 125
    rho: float = 0.2484089
    mu_q: float = 0.704
    sigma_q: float = 0.5
    watchlist_fidelity: float = 0.95
    width: int = 128
    seed: int = 20230405

    def __post_init__(self) -> None:
        in_range = {
            "k": isinstance(self.k, int | np.integer) and 2 <= self.k < self.width,
            "rho": 0 <= self.rho < 1,
            "mu_q": np.isfinite(self.mu_q),
            "sigma_q": 0 <= self.sigma_q < np.inf,
            "watchlist_fidelity": 0 < self.watchlist_fidelity <= 1,
        }
        for name, fits in in_range.items():
            if not fits:
                raise ValueError(f"{name} is out of range: {getattr(self, name)}")

    def false_match_rate(self, threshold: ArrayLike) -> Numbers:
        """FMR(T): chance that the templates of two strangers score at or above the threshold.

        Example:
            >>> round(Population(k=3, rho=0.0).false_match_rate(0.5).item(), 6)  # a cap: (1 - 0.5) / 2
            0.25
        """
        return tail(needed_cosine(threshold, self.rho), self.k)

    def fpir(self, threshold: ArrayLike, people: ArrayLike) -> Numbers:
        """FPIR(N, T) of `people` = N independent comparisons: 1 - (1 - FMR)^N, 0 to 1.

        Example:
            >>> round(1 / Population().fpir(0.60, 10_000).item(), -1)  # published: 1 in 6,000
            6000.0
        """
        return -np.expm1(np.asarray(people) * np.log1p(-self.false_match_rate(threshold)))

    def tpir(self, threshold: ArrayLike) -> Numbers:
        """TPIR(T): chance that a listed person who passes reaches the threshold against their own image.

        It has no N. At rank 1 a non-mate may still score higher than the mate; that happens to fewer than
        FPIR(N, T) of the passages, so the two agree as long as FPIR is small.

        Example:
            >>> round(Population().tpir(0.60).item(), 2)  # published: 0.89
            0.89
        """
        return true_match_rate(threshold, self.k, self.rho, self.mu_q, self.sigma_q, self.watchlist_fidelity)

    def identities(self, rng: np.random.Generator, count: int) -> Numbers:
        """Draw people: (count, k), rows of unit length."""
        return unit(rng.standard_normal((count, self.k)))

    def enrol(self, rng: np.random.Generator, identities: Numbers) -> NDArray[np.float32]:
        """One watchlist image of each person: (n, width) templates."""
        return self.templates(self.enrolled(rng, identities))

    def enrolled(self, rng: np.random.Generator, identities: Numbers) -> Numbers:
        """The watchlist images before they are embedded in the full width: (n, k)."""
        return _capture(rng, identities, np.full(len(identities), self.watchlist_fidelity))

    def captures(self, rng: np.random.Generator, identities: Numbers) -> NDArray[np.float32]:
        """One passage of each person before the camera: (n, width) templates."""
        return self.templates(self.captured(rng, identities))

    def captured(self, rng: np.random.Generator, identities: Numbers) -> Numbers:
        """The passages before they are embedded in the full width: (n, k)."""
        return _capture(rng, identities, self.fidelities(rng, len(identities)))

    def fidelities(self, rng: np.random.Generator, count: int) -> Numbers:
        """Draw the fidelity of passages: (count,), each 0 to 1."""
        return expit(self.mu_q + self.sigma_q * rng.standard_t(4, count))

    def strangers(self, rng: np.random.Generator, count: int) -> NDArray[np.float32]:
        """Passages of people who are on no list: (count, width) templates.

        Whatever its fidelity, the capture of a random stranger is uniform on the sphere of identities.
        """
        return self.templates(self.directions(rng, count))

    def directions(self, rng: np.random.Generator, count: int) -> NDArray[np.float32]:
        """Draw random directions of identity in float32: (count, k), rows of unit length.

        Such is the identity of a random person, and any one capture of them too.
        """
        return _scaled(rng.standard_normal((count, self.k), dtype=np.float32))

    def templates(self, directions: NDArray) -> NDArray[np.float32]:
        """Embed unit vectors of k dimensions in the full width: (n, k) to (n, width)."""
        axes = self.axes()
        out = directions.astype(np.float32, copy=False) @ (np.sqrt(1 - self.rho) * axes[1:]).astype(
            np.float32
        )
        out += (np.sqrt(self.rho) * axes[0]).astype(np.float32)
        return out

    def axes(self) -> Numbers:
        """The common direction and the k axes of identity after one seeded rotation: (1 + k, width)."""
        return _axes(self.k, self.width, self.seed)


def needed_cosine(threshold: ArrayLike, rho: ArrayLike) -> Numbers:
    """The cosine of the bracketed parts at which two templates score `threshold`; negative below rho."""
    return (np.asarray(threshold, dtype=np.float64) - rho) / (1 - np.asarray(rho, dtype=np.float64))


def tail(cosine: ArrayLike, dimensions: float) -> Numbers:
    """Chance that two random directions have at least this cosine: the share of a sphere that a cap covers.

    Args:
        cosine: Any number; at or below -1 the chance is 1, above 1 it is 0.
        dimensions: Above 1; need not be whole.

    Example:
        >>> round(tail(-0.5, 3).item(), 6)  # in three dimensions a cap's share is (1 - cosine) / 2
        0.75

    Source: Li (2011), Concise formulas for the area and volume of a hyperspherical cap,
    https://doi.org/10.3923/ajms.2011.66.70.
    """
    cosine = np.asarray(cosine, dtype=np.float64)
    half = 0.5 * betainc((dimensions - 1) / 2, 0.5, 1 - np.clip(cosine, -1, 1) ** 2)
    return np.where(cosine >= 0, half, 1 - half)


def true_match_rate(
    threshold: ArrayLike, k: float, rho: float, mu_q: float, sigma_q: float, watchlist_fidelity: float
) -> Numbers:
    """Chance that a person's passage scores at least `threshold` against their image, averaged over fidelity.

    The average runs over the quantiles of Student's t, at nodes that never move. Arguments as for
    `Population`, except that `k` need not be whole.
    """
    quantiles, weights = _gauss_nodes() if watchlist_fidelity < SHARP else _equal_slices()
    f = expit(mu_q + sigma_q * quantiles)
    missing = needed_cosine(threshold, rho)[..., None] - watchlist_fidelity * f
    spread = np.sqrt((1 - watchlist_fidelity**2) * (1 - f**2))
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.where(
            spread > 0, missing / spread, np.sign(missing) * np.inf
        )  # perfect images leave no chance
    return tail(np.where(np.isnan(r), -1.0, np.clip(r, -1.0, 1.0)), k - 1) @ weights


def unit(vectors: NDArray) -> Numbers:
    """Scale rows to unit length."""
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def orthogonal(rng: np.random.Generator, directions: NDArray) -> NDArray:
    """Draw, for each row, a random unit vector orthogonal to it: (n, k), of the precision of the rows."""
    noise = rng.standard_normal(directions.shape, dtype=directions.dtype)
    noise -= np.einsum("ij,ij->i", noise, directions)[:, None] * directions
    return _scaled(noise)


def _capture(rng: np.random.Generator, identities: NDArray, fidelity: NDArray) -> NDArray:
    fidelity = fidelity.astype(identities.dtype, copy=False)
    out = orthogonal(rng, identities)
    out *= np.sqrt(1 - fidelity**2)[:, None]
    out += fidelity[:, None] * identities
    return out


def _scaled(vectors: NDArray) -> NDArray:
    """Scale rows to unit length in place."""
    vectors /= np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None]
    return vectors


@lru_cache(maxsize=1)
def _gauss_nodes() -> tuple[Numbers, Numbers]:
    """Quantiles of Student's t on 4 degrees of freedom, and their weights: (NODES,) each.

    Gauss's rule in s from 0 to 1, the chance of a quantile being s^2 (3 - 2 s): the nodes crowd at both ends,
    where the quantiles run to infinity.
    """
    points, weights = roots_legendre(NODES)
    s = (1 + points) / 2
    return stdtrit(4, s**2 * (3 - 2 * s)), weights * 3 * s * (1 - s)


@lru_cache(maxsize=1)
def _equal_slices() -> tuple[Numbers, Numbers]:
    """As `_gauss_nodes`, but the middles of equally likely slices: (SLICES,) each."""
    return stdtrit(4, (np.arange(SLICES) + 0.5) / SLICES), np.full(SLICES, 1 / SLICES)


@lru_cache(maxsize=8)
def _axes(k: int, width: int, seed: int) -> Numbers:
    rng = np.random.default_rng([seed, width])  # a stream that no benchmark draws from
    axes = np.linalg.qr(rng.standard_normal((width, 1 + k)))[0].T
    axes.flags.writeable = False
    return axes
