"""Speed of the page of ``kg export``: ``scripts/bench html`` (``--help`` for options).

Pages are opened in a headless Chromium without a graphics card. Interactive is the end of
the last task of more than 50 ms before a second of quiet, in seconds after the navigation
began (Chrome's "time to interactive"); frames a second are those the browser draws while
the mouse drags the whole picture for three seconds.
Seconds by the clock say as much of the machine as of the page: the last column tells how
long the same machine takes to open an empty page with the same library.
"""

import argparse
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

from chromium import Tab, chromium
from synthetic import synthetic
from timing import machine, spread

from kg.directory import read_graph
from kg.exports.html import html
from kg.records import Graph

ROOT: Final = Path(__file__).resolve().parents[2]
MENTIONS: Final = 3  # of methods, a paper: 5,000 papers make 20,000 nodes and 65,000 edges

WATCH: Final = """
window.tasks = [];  // ends of long tasks
new PerformanceObserver(list => {
  for (const task of list.getEntries()) window.tasks.push(task.startTime + task.duration);
}).observe({type: 'longtask', buffered: true});
"""
FRAMES: Final = """
window.frames_ = 0; window.counting = true;
(function count() { window.frames_ += 1; if (window.counting) requestAnimationFrame(count); })();
"""
CANVAS: Final = "document.querySelector('#picture canvas').toDataURL()"


def main() -> None:
    """Measure and print."""
    options = _options()
    found = subprocess.run([ROOT / "scripts/browser"], capture_output=True, text=True, check=False)
    if found.returncode:
        raise SystemExit(found.stderr.strip())
    graphs = {options.graph.name if options.graph else "sample": _graph(options.graph)}
    graphs["large"] = synthetic(options.papers, MENTIONS)
    print(machine())
    print(
        f"{'graph':10} {'nodes':>7} {'edges':>7} {'MB':>5} {'written, s':>16} {'of processor':>16}"
        f" {'interactive, s':>16} {'frames/s':>9} {'requests':>8} {'messages':>8} {'empty page, s':>16}"
    )
    with tempfile.TemporaryDirectory() as folder, chromium(found.stdout.strip()) as tab:
        tab.call("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        empty = Path(folder) / "empty.html"
        empty.write_text("".join(html(Graph((), ()))), "utf-8")
        for name, graph in graphs.items():
            page = Path(folder) / f"{name}.html"
            written, busy, ready, bare = [], [], [], []
            for _ in range(options.rounds):
                clock, used = time.perf_counter(), time.process_time()
                page.write_text("".join(html(graph)), "utf-8")
                written.append(time.perf_counter() - clock)
                busy.append(time.process_time() - used)
                bare.append(_interactive(tab, empty))
                ready.append(_interactive(tab, page))
            frames = _frames(tab)
            print(
                f"{name:10} {len(graph.nodes):7,} {len(graph.edges):7,} {page.stat().st_size / 1e6:5.1f}"
                f" {spread(written, 2):>16} {spread(busy, 2):>16} {spread(ready, 2):>16} {frames:9.0f}"
                f" {len(tab.requests()):8} {len(tab.complaints()):8} {spread(bare, 2):>16}"
            )


def _interactive(tab: Tab, page: Path) -> float:
    """Return the seconds until a page is ready and no long task follows for a second."""
    tab.open(page)
    last = float(tab.run("performance.getEntriesByName('ready')[0].startTime"))
    while True:
        time.sleep(1)
        end = float(tab.run("Math.max(0, ...window.tasks)"))
        if end <= last:
            return last / 1000
        last = end


def _frames(tab: Tab) -> float:
    """Return the frames a second while the mouse drags the picture to and fro for three seconds.

    Raises:
        SystemExit: The picture did not move, so that there was nothing to draw.
    """
    box = tab.run("document.getElementById('picture').getBoundingClientRect().toJSON()")
    # An empty corner: a drag that begins on a node would move the node.
    x, y = box["left"] + 8, box["top"] + 120
    before = tab.run(CANVAS)
    tab.call("Input.dispatchMouseEvent", type="mousePressed", x=x, y=y, button="left", clickCount=1)
    tab.run(FRAMES)
    begin = time.perf_counter()
    step = 0
    while time.perf_counter() - begin < 3:
        step += 1
        offset = abs((step * 6) % 400 - 200)
        tab.call("Input.dispatchMouseEvent", type="mouseMoved", x=x + offset, y=y + offset / 2, button="left")
    seconds = time.perf_counter() - begin
    frames = int(tab.run("window.counting = false, window.frames_"))
    # Away from where it began, to which the last step may have come back.
    tab.call("Input.dispatchMouseEvent", type="mouseMoved", x=x + 150, y=y + 75, button="left")
    after = tab.run(f"new Promise(done => setTimeout(() => done({CANVAS}), 500))")
    tab.call("Input.dispatchMouseEvent", type="mouseReleased", x=x, y=y, button="left", clickCount=1)
    if before == after:
        raise SystemExit("the picture did not move under the mouse: the frames counted would say nothing")
    return frames / seconds


def _graph(directory: Path | None) -> Graph:
    """Return the graph of a directory, or one made of the sample pages."""
    if directory is not None:
        return read_graph(directory)
    from kg.build import build  # takes seconds to load

    with tempfile.TemporaryDirectory() as folder:
        pages = sorted((ROOT / "tests/pages/samples").iterdir())
        build([str(page) for page in pages], Path(folder) / "sample.kg")
        return read_graph(Path(folder) / "sample.kg")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("graph", type=Path, nargs="?", help="graph directory [one of the sample pages]")
    parser.add_argument("--papers", type=int, default=5000, help="papers of the large graph [5000]")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is written and opened [5]")
    return parser.parse_args()


if __name__ == "__main__":
    main()
