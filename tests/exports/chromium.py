"""A headless Chromium driven over a pipe: the DevTools protocol without a library, port or web driver.

``python tests/exports/chromium.py PAGE PICTURE [ID]`` takes a picture of a page of `kg
export`, as in the README: opened at the node with this id.
"""

import base64
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)


class Tab:
    """One tab, with everything that its page asked of the network or said on the console."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._write, self._read = to_browser, from_browser
        self._rest, self._last, self._session = b"", 0, None
        self.events: list[dict[str, Any]] = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result; events that come first are kept."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._last:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']}")
                return dict(answer["result"])
            self.events.append(answer)

    def _next(self, seconds: float = 60) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._read], [], [], seconds)[0]:
                raise AssertionError(f"the browser has not answered for {seconds} s")
            chunk = os.read(self._read, 1 << 20)
            if not chunk:
                raise AssertionError("the browser has gone")
            self._rest += chunk
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))

    def open(self, page: Path, fragment: str = "", width: int = 1440, height: int = 900) -> None:
        """Open a page of `kg export` and wait until it is ready."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **metrics)
        self.call("Page.navigate", url="about:blank")
        self.events.clear()
        self.call("Page.navigate", url=page.as_uri() + (f"#{fragment}" if fragment else ""))
        self.wait("document.documentElement?.dataset.ready === 'true'")

    def run(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; a promise is awaited."""
        options = {"returnByValue": True, "awaitPromise": True}
        answer = self.call("Runtime.evaluate", expression=expression, **options)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, condition: str, seconds: float = 20) -> None:
        """Wait until a JavaScript condition holds."""
        end = time.monotonic() + seconds
        while not self.run(condition):
            assert time.monotonic() < end, f"never came true: {condition}"
            time.sleep(0.05)

    def key(self, name: str) -> None:
        """Press and release a key that has a name, such as Enter."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "End": 35, "Home": 36}
        codes |= {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        for type_ in ("keyDown", "keyUp"):
            code = codes[name]
            self.call("Input.dispatchKeyEvent", type=type_, key=name, code=name, windowsVirtualKeyCode=code)

    def type(self, text: str) -> None:
        """Type text where the focus is."""
        self.call("Input.insertText", text=text)

    def picture(self) -> bytes:
        """Return what the tab shows, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def requests(self) -> list[str]:
        """Return the addresses that the page has asked for, other than itself and data in it."""
        sent = (
            e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"
        )
        return [url for url in sent if not url.startswith(("file:", "data:"))]

    def complaints(self) -> list[str]:
        """Return what the console shows: messages, uncaught errors, violations of the policy."""
        told = []
        for event in self.events:
            if event["method"] == "Log.entryAdded":
                told.append(event["params"]["entry"]["text"])
            elif event["method"] == "Runtime.consoleAPICalled":
                told.append(str(event["params"]["args"]))
            elif event["method"] == "Runtime.exceptionThrown":
                told.append(str(event["params"]["exceptionDetails"]))
        return told


@contextmanager
def chromium(path: str) -> Iterator[Tab]:
    """Start a browser with a new, empty profile; it ends with the block."""
    there, here = os.pipe(), os.pipe()  # to and from the browser, which expects descriptors 3 and 4
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [path, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        redirect = f'exec "$@" 3<&{there[0]} 4>&{here[1]}'
        process = subprocess.Popen(
            ["bash", "-c", redirect, "bash", *command],
            pass_fds=(there[0], here[1]),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(there[0])
        os.close(here[1])
        try:
            yield Tab(there[1], here[0])
        finally:
            os.close(there[1])  # the browser ends with its pipe
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            os.close(here[0])


def main() -> None:
    """Take a picture of a page."""
    page, picture, *rest = sys.argv[1:]
    script = Path(__file__).resolve().parents[2] / "scripts/browser"
    found = subprocess.run([script], capture_output=True, text=True, check=True)
    calm = {"name": "prefers-reduced-motion", "value": "reduce"}  # the camera is where it goes at once
    with chromium(found.stdout.strip()) as tab:
        tab.call("Emulation.setEmulatedMedia", features=[calm])
        tab.open(Path(page).resolve(), "".join(rest), 1280, 800)
        Path(picture).write_bytes(tab.picture())


if __name__ == "__main__":
    main()
