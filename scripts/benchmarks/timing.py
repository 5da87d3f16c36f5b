"""How benchmarks measure: in turns, by the median, a process by what the system counts of it."""

import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each round: by the clock, and of all cores together."""

    wall: tuple[float, ...]
    cpu: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Process:
    """What a process took: seconds by the clock, seconds of all cores, bytes at its peak."""

    wall: float
    cpu: float
    peak: int


def in_turns(
    runs: Mapping[str, Callable[[], object]], rounds: int, before: Callable[[], object] = lambda: None
) -> dict[str, Timing]:
    """Time each run once a round, after a round that warms up: other load meets all of them.

    What is to be done before each run is not timed.
    """
    wall: dict[str, list[float]] = {name: [] for name in runs}
    cpu: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            before()
            clock, used = time.perf_counter(), time.process_time()
            run()
            if number:
                wall[name].append(time.perf_counter() - clock)
                cpu[name].append(time.process_time() - used)
    return {name: Timing(tuple(wall[name]), tuple(cpu[name])) for name in runs}


def process(arguments: Sequence[str]) -> Process:
    """Run Python with these arguments, its output thrown away, and return what that took.

    To be called while this process is small: until it runs the other program, a child
    counts the memory of its parent as its own.

    Raises:
        SystemExit: It ended with an error, and has said why.
    """
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    clock = time.perf_counter()
    child = os.posix_spawn(sys.executable, [sys.executable, *arguments], os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - clock
    if status:
        raise SystemExit(f"a command that was to be measured ended with status {status}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Process(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Return the median, and of several values also the lowest and the highest.

    >>> spread([3, 1, 2]), spread([3])
    ('2.0 (1.0-3.0)', '3.0')
    """
    middle = f"{median(values):.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def machine() -> str:
    """Return processor, cores, and how much else the machine does right now."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        fields = [line.partition(":")[::2] for line in lines]
        facts = {key.strip(): value.strip() for key, value in reversed(fields)}
        name = facts.get("model name", name)
        known = facts.get("flags", "").split()
        able = [flag for flag in ("avx2", "avx512_vnni", "amx_int8") if flag in known]
        name += f" ({', '.join(able) or 'no AVX2'})"
    except OSError:
        pass  # not Linux
    cores = os.cpu_count() or 1
    load = os.getloadavg()[0]
    busy = "; BUSY: run this on an idle machine" if load > cores / 4 else ""
    return f"{name}, {cores} cores, load {load:.1f}{busy}, Python {platform.python_version()}"
