"""Speed and memory of extraction: ``scripts/bench extract`` (``--help`` for options).

Three parts: the network that ships against its architecture in PyTorch eager fp32, the
whole pipeline with the share of each component, and ``kg extract`` as a process of its
own. Figures are medians over rounds in which all candidates take turns, with the lowest
and the highest; ratios are taken within a round. A core second is one second of one
core, so that this figure moves least with other load on the machine.

PyTorch runs one text at a time, batches of eight texts of similar length, and texts side
by side in threads; the least ratio is the one to quote. Its weights are random, which is
as fast. Neither side cuts texts into word pieces while it is timed.
"""

import argparse
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from timing import Timing, in_turns, machine, process, spread

from kg.extract import load_pipeline
from kg.extract.encoder import WEIGHTS, Encoder, Words, load_encoder, split, windows
from kg.extract.outputs import WIDTH
from kg.pages import read_pages
from kg.records import Paper, dump_lines

ROOT: Final = Path(__file__).resolve().parents[2]
KG: Final = ("-c", "from kg.cli import main; main()")

THREADS: Final = (1, 2)
OURS: Final = "onnxruntime int8, one window a call"
CLAIMS: Final = "kg_results"

if TYPE_CHECKING:
    from spacy.language import Language

Run = Callable[[], object]


def main() -> None:
    """Measure and print."""
    options = _options()
    papers = read_pages([str(path) for path in options.pages]).papers
    print(machine())
    print(f"Papers: {len(papers)}, timed in part: {options.texts}. Rounds: {options.rounds}.\n")
    commands(papers, options.rounds)  # first, while this process is small: see timing.process
    texts = sample([paper.text for paper in papers], options.texts)
    network(load_encoder(options.weights), texts, options.rounds)
    pipeline(texts, options.rounds)


def commands(papers: Sequence[Paper], rounds: int) -> None:
    """Measure ``kg extract`` of one paper and of all, each as its own process."""
    print("kg extract as its own process")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "papers.jsonl"
        for some, times in ((papers[:1], rounds), (papers, 1)):
            path.write_bytes(b"".join(dump_lines(some)))
            done = [process([*KG, "extract", str(path)]) for _ in range(times)]
            wall, cpu = (spread([getattr(one, kind) for one in done], 2) for kind in ("wall", "cpu"))
            peak = max(one.peak for one in done) / 1e6
            print(f"  {f'papers: {len(some)}':38} {wall} s, {cpu} core seconds, at most {peak:.0f} MB")
    print()


def network(encoder: Encoder, texts: Sequence[str], rounds: int) -> None:
    """Measure the network alone, beside PyTorch where that is installed."""
    words = sorted((split(text, encoder.tokenizer) for text in texts), key=lambda cut: -len(cut.ids))
    pieces = sum(len(cut.ids) for cut in words) / len(words)
    print(f"Network alone, {pieces:.0f} word pieces a text; onnxruntime {version('onnxruntime')}")
    with_torch = find_spec("torch") is not None
    if not with_torch:
        print("No PyTorch to compare with: pip install -e '.[train]' (several GB) brings it.")
    for threads in THREADS:
        with ExitStack() as stack:
            pool = stack.enter_context(ThreadPoolExecutor(threads))
            runs: dict[str, Run] = {OURS: partial(_side_by_side, pool, encoder, words)}
            if with_torch:
                runs |= stack.enter_context(pytorch(words, threads))
            timings = in_turns(runs, rounds)
        _rates(timings, len(texts), threads)
        ours = timings.pop(OURS)
        for name, timing in sorted(timings.items(), key=lambda item: median(item[1].wall)):
            ratios = [theirs / own for theirs, own in zip(timing.wall, ours.wall, strict=True)]
            print(f"  {spread(ratios)} times as fast as {name}")
    print()


def _side_by_side(pool: ThreadPoolExecutor, encoder: Encoder, words: Sequence[Words]) -> None:
    deque(pool.map(encoder.scores, words), maxlen=0)


@contextmanager
def pytorch(words: Sequence[Words], threads: int) -> Iterator[dict[str, Run]]:
    """Give the ways to run the same windows in PyTorch eager fp32."""
    import torch
    from entities import STUDENT
    from tagger.network import SIZES, Network, inputs

    model = Network(SIZES[STUDENT], WIDTH).eval()
    parts = [
        replace(cut, ids=cut.ids[start:end], shapes=cut.shapes[start:end])
        for cut in words
        for start, end in windows(len(cut.ids))
    ]
    single = [inputs([part])[:2] for part in parts]  # without a mask
    batches = [inputs(parts[i : i + 8]) for i in range(0, len(parts), 8)]

    @torch.inference_mode()  # type: ignore[untyped-decorator]  # PyTorch is not there when types are checked
    def run(batch: Sequence[Any]) -> None:
        model(*batch)

    def way(cores: int, work: Callable[[], Iterable[object]]) -> Run:
        def go() -> None:
            torch.set_num_threads(cores)  # of one operation
            deque(work(), maxlen=0)

        return go

    ways = {
        "PyTorch fp32, one text at a time": way(threads, lambda: map(run, single)),
        "PyTorch fp32, batches of 8": way(threads, lambda: map(run, batches)),
    }
    with ThreadPoolExecutor(threads, initializer=lambda: torch.set_num_threads(1)) as pool:
        if threads > 1:
            ways["PyTorch fp32, texts side by side"] = way(1, lambda: pool.map(run, single))
        yield ways


def pipeline(texts: Sequence[str], rounds: int) -> None:
    """Measure the whole pipeline, and how its components share the time of one thread."""
    nlp = load_pipeline()
    print("Whole pipeline")

    def run(threads: int) -> Run:
        def go() -> None:
            nlp.get_pipe("kg_entities").threads = threads  # type: ignore[attr-defined]  # our component
            deque(nlp.pipe(texts), maxlen=0)

        return go

    timings = in_turns({str(threads): run(threads) for threads in THREADS}, rounds)
    for threads in THREADS:
        _rates({"all components": timings[str(threads)]}, len(texts), threads)

    nlp.get_pipe("kg_entities").threads = 1  # type: ignore[attr-defined]  # as above
    shares: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, seconds in _by_component(nlp, texts):
            shares.setdefault(name, []).append(seconds)
    total = sum(map(median, shares.values()))
    for name, taken in shares.items():
        each = [seconds / len(texts) * 1e3 for seconds in taken]
        print(f"  {name:38} {median(taken) / total:4.0%}   {spread(each, 2)} ms of a core a text")
    of_claims = shares.pop(CLAIMS)
    rest = [sum(taken) for taken in zip(*shares.values(), strict=True)]
    added = [claims / others for claims, others in zip(of_claims, rest, strict=True)]
    print(f"  {CLAIMS} adds {spread(added, 2)} of the time of all others")
    print()


def _by_component(nlp: "Language", texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Yield each component and its core seconds for the texts, which go through it together."""
    clock = time.process_time()
    docs = [nlp.make_doc(text) for text in texts]
    yield "words of spaCy", time.process_time() - clock
    for name, component in nlp.pipeline:
        clock = time.process_time()
        docs = list(component.pipe(docs)) if hasattr(component, "pipe") else list(map(component, docs))
        yield name, time.process_time() - clock


def sample(texts: Sequence[str], number: int) -> list[str]:
    """Return so many texts, evenly taken; few texts are repeated.

    >>> sample("abcdef", 3), sample("ab", 3)
    (['a', 'c', 'e'], ['a', 'a', 'b'])
    """
    return [texts[i * len(texts) // number] for i in range(number)]


def _rates(timings: Mapping[str, Timing], texts: int, threads: int) -> None:
    for name, timing in timings.items():
        a_second = spread([texts / seconds for seconds in timing.wall])
        a_core_second = spread([texts / seconds for seconds in timing.cpu])
        print(f"  {name:38} threads {threads}   {a_second:20} a second   {a_core_second:20} a core second")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench extract", description="Measure speed and memory of extraction."
    )
    parser.add_argument("pages", nargs="*", type=Path, help="default: ../shared/pages, else the sample pages")
    parser.add_argument("--texts", type=int, default=96, help="texts a round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of another network to measure")
    options = parser.parse_args()
    shared, samples = ROOT.parent / "shared" / "pages", ROOT / "tests" / "pages" / "samples"
    options.pages = options.pages or sorted((shared if shared.is_dir() else samples).iterdir())
    return options


if __name__ == "__main__":
    main()
