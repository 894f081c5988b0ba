"""Which tests may run at the same time, when workers share the suite.

In: where a test stands, and how it starts Node. Out: the group whose tests run in one
worker, one after the other; and, when a test fails, what the others ran meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pytest

USUAL_PORT = "9229"
"""The group of those that may open the inspector's usual port, which is there once."""
ATTACHING = ("acceptance/", "agent/", "fault/", "fluxion/")
"""Rooms whose tests may open the inspector of a Node that they started."""
NEVER = ("fluxion/verify/",)
ON_USUAL_PORT = (
    "acceptance/",  # as a user starts them
    "agent/test_family.py",
    "agent/test_group.py",
    "agent/test_inspector.py",  # a Node whose options are hidden may open any
    "agent/test_leaving.py",
    "agent/test_loops.py",
    "agent/test_proc.py",
    "agent/test_reach.py",
    "agent/test_target.py",
    "agent/test_ways.py",
    "fault/test_canaries.py",  # --title hides the options as well
    "fault/test_nodes.py",
    "fluxion/test_doctor.py",
    "fluxion/test_examine.py",
    "fluxion/test_load.py",
    "fluxion/test_traffic.py",
    "scripts/test_pictures.py",
    "test_wheel.py",
)
"""Where Node is started without a port of its own, and something attaches.

`spawn_node` fails wherever else in a room that attaches such a Node is started.
"""
MOST_BESIDE = 5


def group_of(path: str) -> str:
    """The group of a test file, named from tests/ on.

    Files stay whole: their fixtures are made once, and their tests run in order.
    """
    return USUAL_PORT if path.startswith(ON_USUAL_PORT) else path


def may_share_port(path: str, flags: Sequence[str], env: Mapping[str, str]) -> bool:
    """Tell whether this file may start Node so, beside tests in other workers."""
    if not path.startswith(ATTACHING) or path.startswith((*NEVER, *ON_USUAL_PORT)):
        return True
    return "--inspect" in " ".join([*flags, env.get("NODE_OPTIONS", "")])


def below_tests(nodeid: str) -> str:
    """The path in a test's name, from tests/ on."""
    path = PurePosixPath(nodeid.partition("::")[0])
    return path.relative_to("tests").as_posix() if path.parts[0] == "tests" else ""


def by_group(config: pytest.Config, log: Any) -> Any:
    """What gives each group to one worker.

    `--dist loadgroup` would: but pytest-xdist 3.8 writes the groups into names which
    pytest 9.2 no longer reads, so that it separates nothing, and says nothing.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 # only with workers

    class ByGroup(LoadScopeScheduling):  # type: ignore[misc] # xdist ships no types
        def _split_scope(self, nodeid: str) -> str:
            return group_of(below_tests(nodeid) or nodeid.partition("::")[0])

    return ByGroup(config, log)


class Ran(NamedTuple):
    """One phase of one test in one worker."""

    worker: str
    test: str
    began: float
    ended: float


class Beside:
    """Remembers what ran where, in the process that started the workers."""

    def __init__(self) -> None:
        self.ran: list[Ran] = []
        self.failed: list[Ran] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        node = getattr(report, "node", None)
        if node is None:  # no workers, so nothing is beside anything
            return
        one = Ran(str(node.gateway.id), report.nodeid, report.start, report.stop)
        self.ran.append(one)
        if report.failed:
            self.failed.append(one)

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        for line in self.lines():
            terminalreporter.write_line(line)

    def lines(self) -> list[str]:
        """Which worker ran each test that failed, and what ran beside it."""
        told = []
        for one in self.failed:
            meanwhile = {
                f"{other.worker} {other.test}": None
                for other in self.ran
                if other.worker != one.worker
                and other.began < one.ended
                and one.began < other.ended
            }
            told.append(f"{one.worker} ran {one.test}, and beside it:")
            told += [f"  {test}" for test in list(meanwhile)[:MOST_BESIDE]]
            if len(meanwhile) > MOST_BESIDE:
                told.append(f"  and {len(meanwhile) - MOST_BESIDE} more")
        return told
