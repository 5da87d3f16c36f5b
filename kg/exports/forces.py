"""Positions for the nodes of a picture: ForceAtlas2 with repulsion by fast Fourier transform.

Forces, degree-dependent masses and adaptive speed are those of ForceAtlas2 (Jacomy,
Venturini, Heymann and Bastian 2014, PLOS ONE 9(6)). Repulsion is not summed over pairs:
masses are spread on a grid and convolved with the kernel 1/distance, so that a step
costs O(edges + grid^2 log grid), whatever the number of nodes (as in Linderman et al.
2019, Nature Methods 16, for t-SNE).

The same input gives the same positions on the same machine; another processor may round
differently.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def attract_and_repel(
    start: Floats, edges: Ints, *, steps: int, grid: int = 128, gravity: float = 0.03
) -> Floats:
    """Return positions (count x 2) in which linked nodes lie near each other.

    Args:
        start: First positions (count x 2), no two of them equal.
        edges: Indices of linked nodes (links x 2), no loops.
        steps: Steps to take; 200 settle graphs of a few thousand nodes.
        grid: Cells along one side; 128 keep 600 nodes apart.
        gravity: Pull towards the centre, which holds loose components.
    """
    count, source, target = len(start), edges[:, 0], edges[:, 1]
    degree = np.bincount(edges.ravel(), minlength=count)
    mass: Floats = 1.0 + degree.astype(np.float64)
    # A link to a hub says less than a link to something rare, and pulls less: clusters stay apart.
    stiffness = 1 / np.sqrt(np.maximum(1, np.maximum(degree[source], degree[target])))
    kernels = _kernels(grid)
    at, speed, last = start, 1.0, np.zeros_like(start)
    for _ in range(steps):
        force, size = _repulsion(at, mass, kernels, grid)
        pull = (at[target] - at[source]) * stiffness[:, None]
        for axis in (0, 1):
            force[:, axis] += np.bincount(source, pull[:, axis], count)
            force[:, axis] -= np.bincount(target, pull[:, axis], count)
        force -= gravity * mass[:, None] * at
        swing = np.hypot(*(force - last).T)
        traction = np.hypot(*(force + last).T) / 2
        speed = min(max(speed / 2, (mass @ traction) / max(mass @ swing, 1e-9)), speed * 1.5)
        step = speed / (1 + speed * np.sqrt(swing))
        # No node crosses more than a twentieth of the picture at once.
        step = np.minimum(step, size / 20 / np.maximum(np.hypot(*force.T), 1e-9))
        at, last = at + force * step[:, None], force
    return at


def push_apart(at: Floats, radius: Floats, *, rounds: int = 4, steps: int = 15) -> Floats:
    """Return positions at which discs of the given radii hardly overlap."""
    count = len(at)
    turn = np.arange(count, dtype=float)
    at = at + np.stack((np.cos(turn), np.sin(turn)), axis=1)  # parts nodes that lie in one place
    for _ in range(rounds):
        one, other = _pairs_within(at, 4 * float(radius.max(initial=0)) + 1e-6)
        wanted = radius[one] + radius[other]
        # Others do not meet within the round.
        meet = np.hypot(*(at[one] - at[other]).T) < 2 * wanted
        one, other, wanted = one[meet], other[meet], wanted[meet]
        for _ in range(steps):
            delta = at[one] - at[other]
            distance = np.hypot(*delta.T)
            push = delta * (np.maximum(wanted - distance, 0) / np.maximum(distance, 1e-6) * 0.4)[:, None]
            for axis in (0, 1):
                at[:, axis] += np.bincount(one, push[:, axis], count)
                at[:, axis] -= np.bincount(other, push[:, axis], count)
    return at


def _pairs_within(at: Floats, reach: float) -> tuple[Ints, Ints]:
    """Return the pairs of nodes in the same or in neighbouring cells, ``reach`` wide, of a grid."""
    cell = np.floor((at - at.min(axis=0, initial=np.inf)) / reach).astype(np.int64)
    width = int(cell[:, 0].max(initial=0)) + 3  # a free column keeps the ends of rows apart
    key = cell[:, 1] * width + cell[:, 0]
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    ones, others = [], []
    for step in (0, 1, width - 1, width, width + 1):  # each pair of cells once
        first = np.searchsorted(ranked, ranked + step, "left")
        if step == 0:
            first = np.arange(len(ranked)) + 1  # each pair of nodes of a cell once
        number = np.maximum(np.searchsorted(ranked, ranked + step, "right") - first, 0)
        ends = np.cumsum(number)
        ones.append(np.repeat(np.arange(len(ranked)), number))
        others.append(np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - number - first, number))
    return order[np.concatenate(ones)], order[np.concatenate(others)]


def scattered(ids: Sequence[str]) -> Floats:
    """Return a place in the unit disc for every id, from its hash: no random generator to pin."""
    digests = (hashlib.sha256(id_.encode()).digest() for id_ in ids)
    bits = np.array([np.frombuffer(digest, "<u4", 2) for digest in digests], float).reshape(-1, 2)
    share = bits / 2**32
    radius, angle = np.sqrt(share[:, 0]), 2 * np.pi * share[:, 1]
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), axis=1)


def _kernels(grid: int) -> tuple[NDArray[np.complex128], ...]:
    """Return the transforms of x/d^2 and y/d^2, on a grid doubled against wrap-around."""
    y, x = np.mgrid[-grid:grid, -grid:grid].astype(float)
    squared = x * x + y * y + 0.5  # softened within a cell
    return tuple(np.fft.rfft2(np.fft.ifftshift(axis / squared)) for axis in (x, y))


def _repulsion(
    at: Floats, mass: Floats, kernels: tuple[NDArray[np.complex128], ...], grid: int
) -> tuple[Floats, float]:
    """Return the repulsive forces and the side of the square that holds all nodes."""
    low, high = at.min(axis=0), at.max(axis=0)
    size = float((high - low).max()) * 1.02 + 1e-9
    cell = size / (grid - 2)
    place = np.clip((at - (low + high) / 2 + size / 2) / cell, 0, grid - 1.001)
    index = place.astype(np.int64)
    rest = place - index
    corners = [
        ((index[:, 1] + dy) * 2 * grid + index[:, 0] + dx, _share(rest[:, 0], dx) * _share(rest[:, 1], dy))
        for dx in (0, 1)
        for dy in (0, 1)
    ]
    masses = sum(np.bincount(where, mass * share, 4 * grid * grid) for where, share in corners)
    spectrum = np.fft.rfft2(np.asarray(masses).reshape(2 * grid, 2 * grid))
    force = np.empty_like(at)
    for axis, kernel in enumerate(kernels):
        field = np.fft.irfft2(spectrum * kernel, s=(2 * grid, 2 * grid)).ravel() / cell
        force[:, axis] = sum(field[where] * share for where, share in corners) * mass
    return force, size


def _share(rest: Floats, step: int) -> Floats:
    return rest if step else 1 - rest
