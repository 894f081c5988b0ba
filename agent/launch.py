"""Start an app with the probe loaded before it, its files rewritten as they load.

In: the command line after `node`, and the rewriter. Out: a `Launched`, which offers
what an attachment offers. The app's output, exit code and signals are its own; a file
that is not rewritten within two seconds is loaded as it is.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Self

from agent import installed
from agent.cdp import Json, as_object
from agent.command import RIGHT, refuse_unfit
from agent.draining import Draining
from agent.found import Found, package_of
from agent.ledger import Ledger
from agent.loaded import Loaded
from agent.loaded_threads import LoadedThreads
from agent.observation import AgentStatus, AttachOptions, Step, process_of, status_of
from agent.options import script_of
from agent.stall import Prediction
from agent.stream import MOST_OF_LAUNCHED, Stream
from agent.tracing import Rewriter
from store.errors import FluxionError, NoTarget, ProtocolError, TargetGone
from store.facts import Function, Process, Refusal, Script

HELLO_S = 15.0
ANSWER_S = 15.0
LAST_BLOCKS_S = 2.0


class Launched:
    """An app that we started, with our probe in it."""

    def __init__(
        self,
        argv: Sequence[str],
        node: str,
        options: AttachOptions,
        loaded: Loaded,
        ledger: Ledger,
        threads: LoadedThreads | None = None,
    ) -> None:
        """Take the command line after `node`, and who rewrites what is loaded."""
        self._ledger = ledger
        self._loaded = loaded
        self._options = options
        self._answers: dict[int, Json] = {}
        self._news = threading.Condition()
        self._asked = 0
        self._hello: Json | None = None
        self._profile: Json | None = None
        self._told = 0
        self._threads = threads
        self._stream = Stream(
            loaded.on_block,
            self._receive,
            largest=MOST_OF_LAUNCHED,
            on_other=threads.receive if threads else None,
        )
        self._last = Draining(self._stream, ledger.did)
        self._folder = Path(tempfile.mkdtemp(prefix="fluxion-"))
        try:
            preload = self._write_preload(argv)
            self._popen = subprocess.Popen([node, "--require", str(preload), *argv])
            ledger.did(f"process {self._popen.pid} started with our preload")
        except BaseException:
            self._clean()
            raise
        self._wait_for_hello()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.detach()

    @property
    def pid(self) -> int:
        """The app's process."""
        return self._popen.pid

    def wait(self, timeout: float | None = None) -> int | None:
        """Return the app's exit code (minus a signal's number); None: still running."""
        try:
            code = self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            return None
        quiet = LAST_BLOCKS_S if self._stream.connected.is_set() else 0
        self._last.wait(quiet)
        if self._threads is not None:
            self._threads.wait()
        return code

    def cut_off(self) -> list[int]:
        """The numbers of those isolates whose last counts did not come."""
        cut = [] if self._last.whole else [self.process.number]
        return cut + (self._threads.cut_off() if self._threads else [])

    def scripts(self) -> list[Script]:
        """Every file that was loaded so far."""
        return self._loaded.scripts.facts()

    def source(self, number: int) -> str:
        """The file's text, before it was rewritten."""
        return self._loaded.text(number)

    @property
    def resting(self) -> bool:
        """There is nothing to be found."""
        return True

    def watch(self, seconds: float) -> list[Function | Refusal]:  # noqa: ARG002
        """Nothing: every function tells of itself from the first line on."""
        return []

    def stall(self) -> Prediction | None:
        """Nothing is ever stopped to look."""
        return None

    def walk(
        self,
        seconds: float | None = None,  # noqa: ARG002 # nothing is waited for
    ) -> list[Found]:
        """Nothing: the functions are found as their files are loaded."""
        return []

    def trace(
        self,
        found: Iterable[Found],  # noqa: ARG002 # there are none to choose from
        seconds: float | None = None,  # noqa: ARG002 # nothing is waited for
    ) -> list[Function | Refusal]:
        """What was rewritten, and what was not, since the last call."""
        self._raise_failure()
        results = self._loaded.results[self._told :]
        self._told += len(results)
        return results

    def start_profile(self, interval_us: int = 2000) -> None:
        """Begin sampling; `AttachOptions.profile_us` begins before the first line."""
        self._ask("startProfile", interval_us)

    def stop_profile(self) -> str:
        """End sampling; after the app's end, return what it sent last."""
        profile = self._profile
        if profile is None and self._alive():
            with contextlib.suppress(TargetGone):
                profile = self._ask("stopProfile")
        known = as_object(profile or self._profile)
        return self._loaded.profile(known) if known else ""

    def capture_requests(self, count: int) -> None:
        """Keep the next requests as REQUEST records, redacted."""
        self._ask("capture", count)

    def status(self) -> AgentStatus:
        """Ask the probe how it goes; `alive` is false once the app has ended."""
        self._raise_failure()
        try:
            return status_of(self._ask("status"), alive=self._alive())
        except TargetGone:
            return AgentStatus(0, 0, 0.0, 0.0, alive=False)

    def steps(self) -> list[Step]:
        """How long the app waited for a file to be rewritten."""
        return [Step("rewrite", self._loaded.longest_ms, self._loaded.rewritten)]

    def signal(self, number: signal.Signals) -> None:
        """Pass a signal on to the app."""
        if self._popen.poll() is None:
            self._ledger.did(f"signal {number.name} to {self.pid}")
            self._popen.send_signal(number)
            self._ledger.flush()

    def detach(self) -> None:
        """Have the probe leave; the app itself goes on."""
        if self._alive():
            with contextlib.suppress(TargetGone):
                self._ask("leave", "detached", deadline=2.0)
            ends = time.monotonic() + 1
            while time.monotonic() < ends and self._alive():
                if self._hello is None or not self._still_there():
                    break
                time.sleep(0.01)
        self._clean()
        self._ledger.flush()
        self._raise_failure()

    def _still_there(self) -> bool:
        try:
            return bool(self._ask("alive", deadline=1.0))
        except (TargetGone, ProtocolError):
            return False

    def _alive(self) -> bool:
        return self._popen.poll() is None and not self._stream.ended.is_set()

    def _write_preload(self, argv: Sequence[str]) -> Path:
        """A file of ours, readable by us alone: it holds the token."""
        file = self._folder / "preload.cjs"
        entry = entry_of(argv)
        config = {
            "port": self._stream.port,
            "token": self._stream.token,
            "overhead": self._options.overhead_percent,
            "ttl": self._options.ttl_s or 0,
            "profile": self._options.profile_us,
            "file": str(file),
            "entry": str(entry or ""),
            "package": str(package_of(str(entry or ""), str(Path.cwd()))),
            "module": entry is not None and is_module(entry),
            "threads": self._threads is not None,
            "files": list(self._options.files),
        }
        code = installed.bundle().rstrip().rstrip(";")
        file.touch(0o600)
        file.write_text(f"({code}).preload({json.dumps(config)});\n", "utf-8")
        return file

    def _wait_for_hello(self) -> None:
        ends = time.monotonic() + HELLO_S
        with self._news:
            while self._hello is None and time.monotonic() < ends:
                if self._popen.poll() is not None:
                    # What it sent before its end is still on its way.
                    ends = min(ends, time.monotonic() + LAST_BLOCKS_S)
                    if self._stream.ended.is_set():
                        break
                self._news.wait(0.05)
        if self._hello is None:
            code = self._popen.poll()
            if code is None:
                self._popen.kill()
                self._popen.wait()
            self._clean()
            raise NoTarget(
                "the app ended before its first line"
                if code is not None
                else "the app did not start within 15 s",
                f"try it without fluxion; node's exit code was {code}",
            )
        self.process = process_of(self._hello, None, "launched")

    def _receive(self, text: str) -> None:
        """One message of the app's relay; runs in the stream's thread."""
        try:
            message = as_object(json.loads(text))
        except ValueError as error:
            raise ProtocolError("the probe sent something that is not JSON") from error
        if "source" in message:
            number = int(message["number"])
            answer = self._loaded.rewrite(message["source"])
            self._stream.send(json.dumps({"source": number, "text": answer}))
        elif "loaded" in message:
            self._loaded.register(message["loaded"])
        else:
            self._take(message)

    def _take(self, message: Json) -> None:
        with self._news:
            if "hello" in message:
                self._hello = message["hello"]
            elif "profile" in message:
                self._profile = message["profile"]
            elif "left" in message:
                self._loaded.leave_alone(str(message["left"]))
            elif "missed" in message:
                self._loaded.missed(str(message["missed"]))
            elif "answer" in message:
                self._answers[int(message["answer"])] = message
            self._news.notify_all()

    def _ask(self, command: str, *arguments: Any, deadline: float = ANSWER_S) -> Any:
        """Run one of the probe's commands in the app's main thread."""
        with self._news:
            self._asked += 1
            number = self._asked
        ask = {"ask": number, "command": command, "args": arguments}
        self._ledger.did(f"probe {command}")
        self._stream.send(json.dumps(ask))
        ends = time.monotonic() + deadline
        with self._news:
            while number not in self._answers:
                if not self._alive() or time.monotonic() > ends:
                    raise TargetGone(f"the app did not answer {command}")
                self._news.wait(0.05)
            answer = self._answers.pop(number)
        if "error" in answer:
            raise ProtocolError(f"{command}: {answer['error']}")
        return answer.get("value")

    def _raise_failure(self) -> None:
        for failure in (self._stream.failure, self._ledger.failure):
            if failure is not None:
                raise failure

    def _clean(self) -> None:
        self._stream.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def launch(
    argv: Sequence[str],
    *,
    node: str | None = None,
    options: AttachOptions | None = None,
    rewrite: Rewriter,
    on_block: Callable[[bytes], None],
    on_audit: Callable[[str], None] | None = None,
    on_thread: Callable[[int, bytes], None] | None = None,
    on_process: Callable[[Process], None] = lambda _: None,
) -> Launched:
    """Start `node ARGV...` observed; ARGV may begin with `node` itself.

    `on_thread` takes the blocks of its worker threads; None: these are left alone.
    """
    words = list(argv)
    if words and Path(words[0]).name in {"node", "nodejs"}:
        node = node or words[0]
        words = words[1:]
    found = shutil.which(node or "node")
    if found is None:
        raise NoTarget(f"there is no {node or 'node'} on PATH", "install Node.js 20")
    if entry_of(words) is None:
        raise NoTarget("no script to start", RIGHT)
    refuse_unfit(words)
    loaded = Loaded(rewrite, on_block)
    try:
        return Launched(
            words,
            found,
            options or AttachOptions(),
            loaded,
            Ledger(on_audit),
            LoadedThreads(loaded, on_thread, on_process) if on_thread else None,
        )
    except OSError as error:
        raise FluxionError(f"the app cannot be started: {error.strerror}") from error


def entry_of(argv: Sequence[str]) -> Path | None:
    """The script in a command line after `node`, None when there is none."""
    script = script_of(("node", *argv))
    return Path(os.path.realpath(script)) if script else None


def is_module(entry: Path) -> bool:
    """Tell whether Node loads a script as an ES module."""
    if entry.suffix in {".mjs", ".cjs"}:
        return entry.suffix == ".mjs"
    for folder in entry.parents:
        file = folder / "package.json"
        if file.is_file():
            try:
                return bool(json.loads(file.read_text("utf-8")).get("type") == "module")
            except (OSError, ValueError, AttributeError):
                return False
    return False
