"""Say why a live function cannot be traced.

In: a found function, or a file that an app loads. Out: a Refusal with its code, what
was seen and what helps.
"""

from __future__ import annotations

from pathlib import Path

from agent.found import Found
from store.facts import FunctionRef, Refusal
from store.reasons import Reason

AT_LOAD = (
    "start the app with `fluxion record -o STORE -- node app.js`, which rewrites at "
    "load"
)

TABLE: dict[str, Reason] = {
    "FX101": Reason(
        "a class constructor has no twin",
        "Only `new` calls a constructor, and its twin would make objects of another "
        "class.",
        AT_LOAD,
    ),
    "FX102": Reason(
        "every place that holds it is frozen or has changed since it was found",
        "A twin takes the place of its original where that is held; a place that "
        "cannot be written, or that the app has just written, is left alone.",
        AT_LOAD,
    ),
    "FX103": Reason(
        "only variables of other functions hold it, and its scope could not be told "
        "from others while it ran",
        "Several closures of one source share a place; a twin in the wrong scope would "
        "see the wrong variables.",
        "trace a function that calls it as well, or record for longer",
    ),
    "FX104": Reason(
        "it was not called while we waited for its scope",
        "The variables that a function captures can be reached only while it runs.",
        "send it a request while recording, or record for longer",
    ),
    "FX105": Reason(
        "its scope refused the rewritten function",
        "V8 did not compile the twin where the original stands.",
        AT_LOAD,
    ),
    "FX106": Reason(
        "an ES module, and this Node has no synchronous hooks for those",
        "An app that we start must have each file rewritten before it runs.",
        "record it with Node 22.15 or later, or attach to it by pid",
    ),
    "FX107": Reason(
        "a file was loaded as it is",
        "Rewriting failed or took longer than the two seconds that an app waits for "
        "one file.",
        "attach to the app by pid instead",
    ),
    "FX108": Reason(
        "TypeScript that Node compiles as it loads it",
        "Node takes the types out of an ES module after our hooks have seen it.",
        "start it, then attach to it by pid; or start the compiled JavaScript",
    ),
    "FX109": Reason(
        "tracing would stop the target for longer than --max-stall",
        "The debugger is turned on for a moment to reach the scopes of functions, and "
        "V8 then lists every script and walks the heap; how long that takes is "
        "predicted before it is done.",
        "watch it instead (--mode watch), or allow a longer stop with --max-stall",
    ),
    "FX110": Reason(
        "its place is compared by identity",
        "The app's sources search the list that holds it, or compare the value, as "
        "in `handlers.indexOf(fn)`: something else in that place would change what the "
        "app does, so the place stays as it is.",
        "start the app with `fluxion record -- node app.js`, which rewrites its files "
        "as they load and changes no place",
    ),
    "FX111": Reason(
        "a process that the target started could not be joined",
        "Its inspector could not be opened, or it did not answer; it runs on as it is, "
        "and what it does is not in the recording.",
        "`fluxion doctor` with its pid says what stands in the way",
    ),
    "FX112": Reason(
        "a worker thread could not be joined",
        "Its event loop did not turn while we waited, as in one that computes without "
        "end or blocks in Atomics.wait; it runs on as it is.",
        "let the pool wait for messages instead of blocking, such as piscina with "
        "`atomics: 'disabled'`",
    ),
}


def of_class(found: Found) -> Refusal:
    """A class: its constructor cannot be called by a twin."""
    return _refusal("FX101", found)


def of_slots(found: Found) -> Refusal:
    """Nothing that holds it can be changed."""
    return _refusal("FX102", found)


def of_capture(found: Found) -> Refusal:
    """Only variables hold it, and nothing traced called it."""
    return _refusal("FX103", found)


def of_silence(found: Found) -> Refusal:
    """It was not called while we waited."""
    return _refusal("FX104", found)


def of_place(found: Found) -> Refusal:
    """Whatever holds it is compared by the app."""
    return _refusal("FX110", found)


def of_twin(found: Found, message: str) -> Refusal:
    """Its scope refused the rewritten text."""
    return _refusal("FX105", found, f": {message[:200]}")


def of_module(path: str) -> Refusal:
    """An ES module that this Node does not let us rewrite."""
    return _of_file("FX106", f"{Path(path).name} is {TABLE['FX106'].title}", path)


def of_typescript(path: str) -> Refusal:
    """A file that becomes JavaScript only behind our hooks."""
    return _of_file("FX108", f"{Path(path).name} is {TABLE['FX108'].title}", path)


def of_waiting(path: str) -> Refusal:
    """The app did not wait longer for a file."""
    reason = f"{Path(path).name} was not rewritten within two seconds"
    return _of_file("FX107", reason, path)


def of_file(number: int, url: str, message: str) -> Refusal:
    """A file could not be rewritten."""
    reason = f"the file could not be rewritten: {message[:200]}"
    return _of_file("FX107", reason, url, f"script {number}")


def of_stall(ms: float, allowed_ms: float, *evidence: str) -> Refusal:
    """Tracing the whole process would stop it for too long."""
    reason = f"tracing would stop the target for about {ms:.0f} ms, and --max-stall is"
    return _of_file("FX109", f"{reason} {allowed_ms:.0f} ms", *evidence)


def of_compared(places: int) -> Refusal:
    """Places that no stand-in may take."""
    reason = f"{places} places of functions are left alone: the app compares them"
    return _of_file("FX110", reason)


def _of_file(code: str, reason: str, *evidence: str) -> Refusal:
    return Refusal(code, None, None, reason, evidence, TABLE[code].remedy)


def _refusal(code: str, found: Found, more: str = "") -> Refusal:
    evidence = (
        f"{found.name or 'anonymous'} at line {found.line + 1}",
        f"held by: {', '.join(found.slots)}",
        f"reached by: {found.path}",
    )
    row = TABLE[code]
    return Refusal(
        code,
        FunctionRef(found.script, found.offset),
        None,
        row.title + more,
        evidence,
        row.remedy,
    )


def of_isolate(code: str, what: str, why: str, seen: tuple[str, ...]) -> Refusal:
    """A process or a worker thread that runs on without our probe."""
    return Refusal(code, None, None, f"{what}: {why}", seen, TABLE[code].remedy)
