"""The population model: who is enrolled, who passes, and how alike their templates are.

A capture of person i, of unit length: sqrt(rho) m + sqrt(1 - rho) [f u_i + sqrt(1 - f^2) e]. `m` is a direction
that all templates share, `u_i` the identity (uniform on the unit sphere in k dimensions orthogonal to m), `e` the
nuisance of the capture (uniform, orthogonal to u_i) and f its fidelity. Strangers' scores have a closed form.
"""

from dataclasses import dataclass, replace  # noqa: F401

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, expit


@dataclass(frozen=True)
class Population:
    """Parameters of the model; the defaults are fitted to the published operating points of 2023.

    Args:
        k: Dimensions of identity.
        rho: Squared share of the common direction, 0 to 1.
        mu_q: Centre of a probe's fidelity, in logits.
        sigma_q: Spread of it, in logits.
        watchlist_fidelity: Fidelity of an enrolled image, 0 to 1.
        width: Width of a template.
        seed: Seed of the rotation that hides the model's axes.
    """

    k: int = 125
    rho: float = 0.2484089
    mu_q: float = 0.704
    sigma_q: float = 0.5
    watchlist_fidelity: float = 0.95
    width: int = 512
    seed: int = 20230405

    def false_match_rate(self, threshold: ArrayLike) -> NDArray[np.float64]:
        """FMR(T): chance that the templates of two strangers score at or above the threshold."""
        c = (np.asarray(threshold, dtype=np.float64) - self.rho) / (1 - self.rho)
        return 0.5 * betainc((self.k - 1) / 2, 0.5, 1 - c**2)

    def fpir(self, threshold: ArrayLike, people: ArrayLike) -> NDArray[np.float64]:
        """FPIR(N, T) of independent comparisons."""
        return -np.expm1(np.asarray(people) * np.log1p(-self.false_match_rate(threshold)))

    def identities(self, rng: np.random.Generator, count: int) -> NDArray[np.float64]:
        """Draw people: (count, k), rows of unit length."""
        return _unit(rng.standard_normal((count, self.k)))

    def enrol(self, rng: np.random.Generator, identities: NDArray) -> NDArray[np.float32]:
        """One watchlist image of each person: (n, width) templates."""
        return self.templates(_capture(rng, identities, np.full(len(identities), self.watchlist_fidelity)))

    def captures(self, rng: np.random.Generator, identities: NDArray) -> NDArray[np.float32]:
        """One passage of each person before the camera: (n, width) templates."""
        fidelity = expit(self.mu_q + self.sigma_q * rng.standard_t(4, len(identities)))
        return self.templates(_capture(rng, identities, fidelity))

    def strangers(self, rng: np.random.Generator, count: int) -> NDArray[np.float32]:
        """Passages of people who are on no list: (count, width) templates.

        Whatever its fidelity, the capture of a random stranger is uniform on the sphere of identities.
        """
        return self.templates(self.identities(rng, count))

    def templates(self, directions: NDArray) -> NDArray[np.float32]:
        """Embed unit vectors of k dimensions in the full width: (n, k) to (n, width)."""
        axes = self.axes()
        return (np.sqrt(self.rho) * axes[0] + np.sqrt(1 - self.rho) * directions @ axes[1:]).astype(
            np.float32
        )

    def axes(self) -> NDArray[np.float64]:
        """The common direction and the k axes of identity after one seeded rotation: (1 + k, width)."""
        rng = np.random.default_rng(self.seed)
        return np.linalg.qr(rng.standard_normal((self.width, 1 + self.k)))[0].T


def _capture(rng: np.random.Generator, identities: NDArray, fidelity: NDArray) -> NDArray[np.float64]:
    noise = rng.standard_normal(identities.shape)
    noise -= np.einsum("ij,ij->i", noise, identities)[:, None] * identities
    return fidelity[:, None] * identities + np.sqrt(1 - fidelity**2)[:, None] * _unit(noise)


def _unit(vectors: NDArray) -> NDArray[np.float64]:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
