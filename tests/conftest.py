"""What every test may use: Node processes, free ports, a seed, and a clean exit."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import hypothesis
import pytest

from tests.processes import (
    NodeProcess,
    describe,
    kill,
    leftovers,
    marked,
    new_leftovers,
    unused_port,
)
from tests.workers import Beside, below_tests, by_group, may_share_port

ROOT = Path(__file__).parent.parent
NODE_VERSIONS = ("20", "22", "24", "26")
SOAK = bool(os.environ.get("SOAK"))
SEED = int(os.environ.get("SEED") or random.SystemRandom().randrange(2**32))
os.environ["SEED"] = str(SEED)  # workers, which are told nothing else, take the same
os.environ["FLUXION_CACHE"] = "off"  # tests leave nothing in the user's home
RUN_MARK = ("FLUXION_TEST_RUN", f"{os.getpid()}-{SEED}")
# Time is measured in benchmarks/; a slow machine must not fail a property.
hypothesis.settings.register_profile(
    "test", deadline=None, print_blob=True, max_examples=100
)
hypothesis.settings.register_profile(
    "soak", deadline=None, print_blob=True, max_examples=5_000
)
hypothesis.settings.load_profile("soak" if SOAK else "test")


class SpawnNode(Protocol):
    """Start `node script args...` and wait for its line or port."""

    def __call__(
        self,
        script: Path | str,
        *args: str,
        node: Path | None = None,
        flags: tuple[str, ...] = (),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        line: str | None = None,
        port: int | None = None,
    ) -> NodeProcess: ...


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Beside())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Who shares out the tests among workers, whatever `--dist` says."""
    return by_group(config, log)


def pytest_report_header() -> list[str]:
    form = "soak: full length" if SOAK else "soak: 2 % (SOAK=1 for full length)"
    return [f"seed: SEED={SEED}", form]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[
    None, pytest.TestReport, pytest.TestReport
]:
    """Fail a test that skips itself: a machine that cannot run it proves nothing."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"no test may be skipped: {report.longrepr}"
    return report


def node_binary(version: str) -> Path:
    path = ROOT / f"tests/nodes/node_modules/node{version}/bin/node"
    assert path.exists(), f"Node {version} is not installed here: run `make setup`"
    return path


def some(every: Sequence[str], most: int) -> list[str]:
    """Return all under `make soak`, else so many that the printed seed chooses."""
    if SOAK or len(every) <= most:
        return list(every)
    chosen = random.Random(SEED).sample(range(len(every)), most)
    return [every[number] for number in sorted(chosen)]


@pytest.fixture(scope="session")
def node() -> Path:
    """The Node.js on PATH."""
    found = shutil.which("node")
    assert found is not None, "there is no `node` on PATH"
    return Path(found)


@pytest.fixture(scope="session")
def nodes() -> dict[str, Path]:
    """Every Node.js version that we attach to, by major version."""
    return {version: node_binary(version) for version in NODE_VERSIONS}


@pytest.fixture(params=NODE_VERSIONS, ids=lambda version: f"node{version}")
def node_version(request: pytest.FixtureRequest) -> Path:
    """Run the test once on each Node.js version; the value is its binary."""
    return node_binary(request.param)


@pytest.fixture
def free_port() -> int:
    return unused_port()


@pytest.fixture
def seed() -> int:
    """A fresh number for each session, printed; SEED=n brings it back."""
    return SEED


@pytest.fixture
def rounds() -> Callable[[int], int]:
    """How many of n rounds to run: all under `make soak`, else 2 %."""
    return lambda full: full if SOAK else max(1, full * 2 // 100)


@pytest.fixture
def spawn_node(node: Path, request: pytest.FixtureRequest) -> Iterator[SpawnNode]:
    """Start Node processes; they end with the test."""
    path = below_tests(request.node.nodeid)
    started: list[NodeProcess] = []
    default = node

    def spawn(
        script: Path | str,
        *args: str,
        node: Path | None = None,
        flags: tuple[str, ...] = (),
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        line: str | None = None,
        port: int | None = None,
    ) -> NodeProcess:
        assert may_share_port(path, flags, env or {}), (
            "another worker may be on port 9229: start this Node with --inspect-port=0,"
            " or name this file in tests/workers.py"
        )
        process = NodeProcess(
            [str(node or default), *flags, str(script), *args],
            {**os.environ, **(env or {})},
            cwd,
        )
        started.append(process)
        if line is not None:
            process.wait_for_line(line)
        if port is not None:
            process.wait_for_port(port)
        return process

    yield spawn
    for process in started:
        process.stop()


@pytest.fixture(autouse=True)
def _leaves_nothing(_leaves_no_daemon: None) -> Iterator[None]:
    """Fail a test that leaves a process, or a port that somebody listens on."""
    before = leftovers()
    yield
    left = new_leftovers(before)
    told = [describe(process) for process in left.processes]
    told += [f"a listener on {host}:{port}" for host, port in left.ports]
    for process in left.processes:
        kill(process)
    assert not told, "the test left behind:\n  " + "\n  ".join(told)


@pytest.fixture(autouse=True, scope="session")
def _leaves_no_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fail a session that leaves a process which is no longer below us."""
    os.environ[RUN_MARK[0]] = RUN_MARK[1]
    # What fluxion remembers of attachments; the user's own is none of ours.
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
    yield
    left = marked(*RUN_MARK)
    told = [describe(process) for process in left]
    for process in left:
        kill(process)
    assert not told, "the session left behind:\n  " + "\n  ".join(told)


# In the background of a script Ctrl-C is ignored, and every child inherits that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

if sys.platform != "linux":
    raise pytest.UsageError("the tests need Linux: they start its Node binaries")
