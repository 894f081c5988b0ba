"""The bundled example: its folder, its server, its driver.

In: nothing but what was installed. Out: a copy of the example in a temporary folder
with its packages, and servers that end with us. Nothing is written elsewhere.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fluxion.child import child, run
from fluxion.lastwords import last_words
from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

NAME = "gif-chat"
PACKAGES = "node_modules"
START_S = 30.0
DRIVE_S = 180.0


@dataclass(frozen=True, slots=True)
class Running:
    """One server of the example."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def pid(self) -> int:
        """Return the process that is node itself."""
        return self.process.pid

    @property
    def url(self) -> str:
        """Return where it answers."""
        return f"http://127.0.0.1:{self.port}"


def prepare(folder: Path) -> Path:
    """Copy the example below a folder and see to its packages; return where."""
    place = folder / NAME
    checkout = Path(__file__).resolve().parent.parent / "examples" / NAME
    if (checkout / "package.json").is_file():
        shutil.copytree(checkout, place, ignore=shutil.ignore_patterns(PACKAGES))
        if (checkout / PACKAGES / ".package-lock.json").is_file():
            shutil.copytree(
                checkout / PACKAGES,
                place / PACKAGES,
                symlinks=True,
                copy_function=_link,
            )
            return place
    else:
        with as_file(files("fluxion").joinpath("example", NAME)) as shipped:
            if not shipped.is_dir():
                raise FluxionError("the example was not installed with fluxion")
            shutil.copytree(shipped, place)
    _install(place)
    return place


@contextlib.contextmanager
def serving(
    command: Sequence[str], folder: Path, log: Path, env: dict[str, str] | None = None
) -> Generator[Running]:
    """Run a server on a free port until the block ends."""
    port = _free_port()
    with (
        log.open("wb") as output,
        child(
            command,
            cwd=folder,
            env={**os.environ, **(env or {}), "PORT": str(port)},
            output=output,
        ) as process,
    ):
        _wait(process, port, log)
        yield Running(process, port)


def drive(folder: Path, url: str, *options: str) -> dict[str, Any]:
    """Run the example's own driver; return its result, good or bad."""
    try:
        done = run([node(), "drive.js", url, *options], cwd=folder, timeout=DRIVE_S)
        result = json.loads(done.stdout)
    except (ValueError, subprocess.TimeoutExpired) as error:
        raise FluxionError(f"the driver of the example failed: {error}") from error
    if not isinstance(result, dict):
        raise FluxionError("the driver of the example said nothing")
    return result


def node() -> str:
    """Return the Node.js on PATH."""
    found = shutil.which("node")
    if found is None:
        raise FluxionError("there is no node on PATH", "install Node.js 20 or newer")
    return found


def _link(source: str, target: str) -> None:
    """Share a file's blocks where the file system can; it is only read."""
    try:
        Path(target).hardlink_to(source)
    except OSError:
        shutil.copy2(source, target)


def _install(place: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise FluxionError(
            "the example needs its packages, and there is no npm to fetch them",
            "install npm, or attach to a server of your own: fluxion record PID",
        )
    install = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = run(install, cwd=place)
    if done.returncode != 0:
        words = done.stderr.decode("utf-8", "replace").strip()[-300:]
        raise FluxionError(f"npm ci failed: {words}", "is the registry reachable?")


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as client:
            client.settimeout(0.5)
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise FluxionError(f"the server of the example does not start: {last_words(log)}")


def _free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])
