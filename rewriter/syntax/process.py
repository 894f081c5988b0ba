"""The Node.js process that parses.

In: requests. Out: its answers. Started with the first request and again after it died;
one that dies, hangs or answers nonsense is a ``FluxionError``.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import struct
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any

import msgpack  # pyright: ignore[reportMissingTypeStubs]

from store.errors import FluxionError

_msgpack: Any = msgpack
HERE = Path(__file__).parent
BUNDLE = HERE.parent / "bundles" / "sidecar.cjs"
# Deep source nests deep: acorn and the encoder recurse. Fits the usual 8 MB stack.
NODE_FLAGS = ("--stack-size=5000", "--max-old-space-size=4096")


class Sidecar:
    """The process; any thread may ask it."""

    def __init__(self, node: str | None = None, deadline_s: float = 120) -> None:
        """Take the node binary (the one on PATH) and a deadline for each request."""
        self._node = node
        self._deadline_s = deadline_s
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Its number while it runs."""
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """End the process; a later request starts a new one."""
        with self._lock:
            process, self._process = self._process, None
            errors, self._errors = self._errors, None
            if process is not None:
                process.kill()
                process.wait()
                for pipe in (process.stdin, process.stdout):
                    if pipe is not None:
                        # What was not sent yet has nobody to read it any more.
                        with contextlib.suppress(OSError):
                            pipe.close()
            if errors is not None:
                errors.close()

    def begin(self) -> None:
        """Start the process while the caller does something else."""
        threading.Thread(target=self._begin, daemon=True).start()

    def _begin(self) -> None:
        with contextlib.suppress(FluxionError, OSError), self._lock:
            if self._process is None:
                self._start()  # what fails here fails whoever asks something

    def ask(self, operation: str, **request: object) -> dict[str, Any]:
        """Return the answer to a request."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
            return self._exchange({"operation": operation, **request})

    def _start(self) -> None:
        self.close()
        node = self._node or shutil.which("node")
        if node is None:
            raise FluxionError(
                "there is no `node` on PATH", "install Node.js 20 or newer"
            )
        # Closed by close(), whose caller is the context manager.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [node, *NODE_FLAGS, str(sidecar_path())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # The user's options (--inspect, --require) are meant for the app.
            env={k: v for k, v in os.environ.items() if not k.startswith("NODE_")},
            # A Ctrl-C at the terminal is meant for us, who still need it to finish.
            start_new_session=True,
        )

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        body = bytes(_msgpack.packb(request))
        try:
            process.stdin.write(struct.pack(">I", len(body)) + body)
            process.stdin.flush()
            deadline = time.monotonic() + self._deadline_s
            (size,) = struct.unpack(">I", self._read(4, deadline))
            raw = self._read(size, deadline)
            answer: dict[str, Any] = _msgpack.unpackb(raw)
        except (OSError, EOFError, ValueError, _msgpack.UnpackException) as error:
            raise self._broken(str(error) or type(error).__name__) from error
        if "ok" not in answer:
            raise FluxionError(
                f"the syntax process failed: {answer.get('failed', answer)}"
            )
        result: dict[str, Any] = answer["ok"]
        return result

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        parts: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while size:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise EOFError(f"no answer within {self._deadline_s:g} s")
                part = os.read(descriptor, min(size, 1 << 20))
                if not part:
                    raise EOFError("it ended")
                parts.append(part)
                size -= len(part)
        return b"".join(parts)

    def _broken(self, why: str) -> FluxionError:
        tail = ""
        if self._errors is not None:
            self._errors.seek(0)
            tail = self._errors.read().decode(errors="replace")[-2000:].strip()
        self.close()
        return FluxionError(
            f"the syntax process broke off: {why}{f': {tail}' if tail else ''}",
            "run it again; if it stays, report the file that was being read",
        )


def sidecar_path() -> Path:
    """Return the bundle, or in a checkout the source when that is newer."""
    source = HERE / "sidecar.js"
    if not source.exists():
        return BUNDLE
    newest = max(file.stat().st_mtime for file in HERE.glob("*.js"))
    if BUNDLE.exists() and BUNDLE.stat().st_mtime >= newest:
        return BUNDLE
    return source
