"""Say what a recording lacks, and what to do next.

In: a store. Out: Checks: why nothing was seen, or that it is fine. Reads only.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fluxion.checks import Check, fact, of
from fluxion.reasons import TABLE
from store.database import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from store.facts import Recording

MOST = 5
AT_LOAD = "fluxion record -o STORE -- node app.js"


def diagnose(path: Path) -> list[Check]:
    """Return what is wrong with a store; StoreError when it cannot be opened."""
    with closing(open_store(path)) as store:
        recording, status = store.recording(), store.status()
    return list(_checks(recording, status, path))


def _checks(
    recording: Recording, status: Mapping[str, Any], path: Path
) -> Iterator[Check]:
    process = recording.process
    words = " ".join(process.argv)[:100] or "it went before it said what it is"
    node = process.node.lstrip("v") or "of unknown version"
    yield fact(
        "recording",
        f"{recording.seconds:.0f} s of process {process.pid} ({words}), Node.js {node}",
    )
    yield from _ended(status)
    seen = len(recording.activations)
    if not seen:
        yield from _nothing(recording, status)
    else:
        yield Check(
            "callbacks",
            f"{seen:,} activations of {len(recording.ruptures)} callbacks were seen",
        )
    yield from _lost(recording, status)
    yield from _left_alone(recording)
    yield from _sources(recording)
    if seen:
        yield fact("next", f"fluxion plan {path}")


def _ended(status: Mapping[str, Any]) -> Iterator[Check]:
    if not status:
        yield Check(
            "end",
            "the recording was never finished: its fluxion was killed",
            "no",
            "what was seen until then is there; record again for the rest",
        )
    elif status.get("ended") == "target gone":
        yield Check(
            "end",
            "the target went away while it was recorded",
            "no",
            "look at why it ended; what was seen until then is there",
        )


def _nothing(recording: Recording, status: Mapping[str, Any]) -> Iterator[Check]:
    """Yield why no activation was seen, the likeliest first."""
    again = "send it requests while it is recorded: record TARGET --on-port CMD"
    if not recording.scripts:
        yield Check(
            "code",
            "no script of the app was seen",
            "no",
            f"is it the right process? fluxion doctor {recording.process.pid}",
        )
    elif not any(script.path for script in recording.scripts):
        yield Check(
            "code",
            "all of its code is without files (eval, or a bundle in memory)",
            "no",
            f"start it through fluxion: {AT_LOAD}",
        )
    elif not recording.functions and recording.refusals:
        code, _ = Counter(one.code for one in recording.refusals).most_common(1)[0]
        remedy = TABLE[code].remedy if code in TABLE else f"fluxion explain {code}"
        yield Check(
            "functions", "no function could be observed, see below", "no", remedy
        )
    elif not status.get("ports"):
        yield Check(
            "requests",
            "nothing ran, and it listens on no port: is it a server?",
            "no",
            "below a wrapper or a cluster's primary, the server is another process",
        )
    else:
        ports = " ".join(map(str, status.get("ports", ())))
        yield Check(
            "requests", f"no request came in (it listens on {ports})", "no", again
        )


def _lost(recording: Recording, status: Mapping[str, Any]) -> Iterator[Check]:
    seen = sum(loss.seen for loss in recording.losses)
    dropped = sum(loss.dropped for loss in recording.losses)
    if dropped:
        yield Check(
            "dropped",
            f"{dropped:,} of {seen:,} observed runs were dropped on their way",
            "warning",
            "trace fewer files, or raise --max-overhead",
        )
    cut = " ".join(map(str, status.get("cut", ())))
    if cut:
        yield Check(
            "counts",
            f"the last counts of isolate {cut} did not come: what ran after the ones "
            "before is in no number",
            "warning",
            "its stream was cut; look at whether fluxion or the target stood still",
        )
    share, limit = status.get("overhead_percent"), status.get("max_overhead")
    if share and limit and share >= limit:
        yield Check(
            "budget",
            f"the probe took {share} % of the target's CPU, all that it was given",
            "warning",
            "runs were left out to keep that; raise --max-overhead to see more",
        )


def _left_alone(recording: Recording) -> Iterator[Check]:
    codes = Counter(one.code for one in recording.refusals)
    for code, count in codes.most_common(MOST):
        title = TABLE[code].title if code in TABLE else "see fluxion explain"
        yield fact("refused", f"{count} not observed: {code}, {title}")


def _sources(recording: Recording) -> Iterator[Check]:
    files = [script for script in recording.scripts if script.path]
    gone = [script for script in files if not _there(script.path, script.text)]
    if gone:
        yield of(
            "sources",
            f"{len(gone)} of {len(files)} sources are not on this machine",
            good=False,
            remedy="compile --root DIR, or record --with-sources",
        )


def _there(path: str | None, text: str | None) -> bool:
    return text is not None or (path is not None and Path(path).is_file())
