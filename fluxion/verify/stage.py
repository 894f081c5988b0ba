"""Start the original or the compiled app on a fresh copy and a free port.

In: a build. Out: a running server (or a program that runs to its end) that touches
nothing outside its copy of the working folder and listens on loopback only.
"""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from fluxion.build import LOADER, MANIFEST, Build, flags_of, node_of
from fluxion.child import child, run
from fluxion.lastwords import last_words
from fluxion.verify.copies import Copies, fingerprint, plan_copies, settle
from fluxion.verify.play import Patience
from fluxion.verify.preload import PRELOAD
from fluxion.verify.state import Left
from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence

START_S = 60.0


@dataclass(frozen=True, slots=True)
class Ran:
    """A program that ran to its end."""

    stdout: bytes
    stderr: bytes
    code: int


class Server:
    """One run of the app that listens."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process = process
        self.port = port
        self._log = log

    @property
    def base_url(self) -> str:
        """Return where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        """Return once it accepts connections."""
        deadline = time.monotonic() + START_S
        while not _accepts(self.port):
            if self.process.poll() is not None:
                raise FluxionError(
                    f"the app ended with code {self.process.returncode} before it "
                    f"listened: {self.last_words()}",
                    "start it by hand with PORT set; --reset CMD can prepare its state",
                )
            if time.monotonic() > deadline:
                raise FluxionError(
                    f"the app does not listen on its port: {self.last_words()}",
                    "it should take its port from PORT, or from its arguments",
                )
            time.sleep(0.02)

    def last_words(self) -> str:
        """Return the end of what it said."""
        return last_words(self._log)


class Stage:
    """A temporary folder in which the app is run again and again."""

    def __init__(
        self,
        build: Build,
        loaded: Iterable[Path] = (),
        reset: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        """Take the build, the files the app is known to load, and a reset command."""
        self.patience = patience or Patience()
        self._build = build
        self._reset = reset
        self._temporary = tempfile.TemporaryDirectory(prefix="fluxion-verify-")
        folder = Path(self._temporary.name).resolve()
        self.folder = folder
        self._script = build.entry.script.resolve()
        self.copies: Copies = plan_copies(
            folder / "copy", self._script, build.entry.cwd, loaded
        )
        self.port = _free_port()
        (folder / "preload.cjs").write_text(PRELOAD)
        self._compiled = self._remap_build()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._temporary.cleanup()

    @contextlib.contextmanager
    def serve(self, name: str, *, compiled: bool) -> Generator[Server]:
        """Run the app as a server; afterwards its copy is kept under that name."""
        if _accepts(self.port):
            self.port = _free_port()
        time.sleep(self.patience.apart_s)
        self._prepare()
        log = self.folder / f"{name}.log"
        with log.open("wb") as output:
            try:
                with child(
                    self._command(compiled=compiled),
                    cwd=self.copies.place(self._build.entry.cwd),
                    env=self._env(name),
                    output=output,
                ) as process:
                    server = Server(process, self.port, log)
                    server.wait()
                    yield server
                    settle(self.copies.mirror, self.patience.files_s)
            finally:
                self.copies.keep_as(name)

    def program(self, name: str, *, compiled: bool, timeout: float) -> Ran:
        """Run the app to its end; its copy is kept under that name."""
        self._prepare()
        try:
            done = run(
                self._command(compiled=compiled),
                cwd=self.copies.place(self._build.entry.cwd),
                env=self._env(name),
                timeout=timeout,
            )
        except subprocess.TimeoutExpired:
            raise FluxionError(
                f"the app did not end within {timeout:.0f} s and no request is known",
                "record it with --capture-requests N, or give a driver: -- CMD",
            ) from None
        self.copies.keep_as(name)
        return Ran(done.stdout, done.stderr, done.returncode)

    def left(self, name: str) -> Left:
        """Return the files that a run left, with their hashes."""
        return Left(self.folder / name, fingerprint(self.folder / name))

    def order(self, name: str) -> list[tuple[int, int]]:
        """Return the order in which the server committed its responses."""
        try:
            lines = (self.folder / f"{name}.order").read_text("ascii").split()
        except (OSError, UnicodeDecodeError):
            return []
        keys = [line.split(":") for line in lines]
        return [(int(k[0]), int(k[1])) for k in keys if len(k) == 2 and _numbers(k)]

    def report(self, name: str) -> dict[str, Any]:
        """Return the counters that the compiled app wrote at its end."""
        try:
            found = json.loads((self.folder / f"{name}.report").read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def environment(self) -> dict[str, str]:
        """Return what a driver or a reset command finds in its environment."""
        return {
            **os.environ,
            "PORT": str(self.port),
            "BASE_URL": f"http://127.0.0.1:{self.port}",
        }

    def _prepare(self) -> None:
        self.copies.make()
        if self._reset is None:
            return
        done = run(
            shlex.split(self._reset),
            cwd=self.copies.place(self._build.entry.cwd),
            env=self.environment(),
        )
        if done.returncode != 0:
            words = done.stderr.decode("utf-8", "replace").strip()[-300:]
            raise FluxionError(
                f"--reset ended with code {done.returncode}: {words}",
                "it runs in the copy of the working folder, before every start",
            )

    def _env(self, name: str) -> dict[str, str]:
        return {
            **os.environ,
            "PORT": str(self.port),
            "FLUXION_VERIFY_PORT": str(self.port),
            "FLUXION_VERIFY_FIXED": json.dumps(self._build.entry.ports),
            "FLUXION_ORDER": str(self.folder / f"{name}.order"),
            "FLUXION_REPORT": str(self.folder / f"{name}.report"),
        }

    def _command(self, *, compiled: bool) -> list[str]:
        entry = self._build.entry
        preloads: Sequence[Path] = [self.folder / "preload.cjs"]
        if compiled:
            preloads = [*preloads, self._compiled / LOADER]
        elif (order := self._compiled / "runtime" / "order.cjs").is_file():
            preloads = [*preloads, order]
        return [
            node_of(entry),
            *flags_of(entry),
            *(part for path in preloads for part in ("-r", str(path))),
            str(self.copies.place(self._script)),
            *(self._argument(a) for a in entry.arguments),
        ]

    def _argument(self, text: str) -> str:
        """Put the free port and the copy's path where the recorded ones stood."""
        for port in self._build.entry.ports:
            for before in ("", ":", "="):
                if text == f"{port}" or (before and text.endswith(f"{before}{port}")):
                    return text.removesuffix(str(port)) + str(self.port)
        path = Path(text)
        return str(self.copies.place(path)) if path.is_absolute() else text

    def _remap_build(self) -> Path:
        """Copy the build, its paths being those of the copied sources."""
        target = self.folder / "build"
        _copy_tree(self._build.folder, target)
        raw = json.loads(json.dumps(self._build.raw))
        for item in (*raw["files"], *raw.get("slices", ())):
            item["path"] = str(self.copies.place(Path(item["path"])))
        raw["entry"]["cwd"] = str(self.copies.place(self._build.entry.cwd))
        (target / MANIFEST).write_text(json.dumps(raw))
        return target


def _copy_tree(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif path.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())


def _numbers(parts: list[str]) -> bool:
    return all(p.isascii() and p.isdigit() for p in parts)


def _accepts(port: int) -> bool:
    with socket.socket() as client:
        client.settimeout(0.5)
        return client.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])
