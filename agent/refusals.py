"""Say why a live function cannot be traced.

In: a found function. Out: a Refusal with its code, what was seen and what helps.
"""

from __future__ import annotations

from agent.found import Found
from store.facts import FunctionRef, Refusal


def of_class(found: Found) -> Refusal:
    """A class: its constructor cannot be called by a twin."""
    return _refusal(
        "FX101",
        found,
        "a class constructor has no twin",
        "start the app with `fluxion record -- node app.js`, which rewrites at load",
    )


def of_slots(found: Found) -> Refusal:
    """Nothing that holds it can be changed."""
    return _refusal(
        "FX102",
        found,
        "every place that holds it is frozen or has changed since it was found",
        "start the app with `fluxion record -- node app.js`, which rewrites at load",
    )


def of_capture(found: Found) -> Refusal:
    """Only variables hold it, and nothing traced called it."""
    return _refusal(
        "FX103",
        found,
        "only variables of other functions hold it, "
        "and its scope could not be told from others while it ran",
        "trace a function that calls it as well, or record for longer",
    )


def of_silence(found: Found) -> Refusal:
    """It was not called while we waited."""
    return _refusal(
        "FX104",
        found,
        "it was not called while we waited for its scope",
        "send it a request while recording, or record for longer",
    )


def of_twin(found: Found, message: str) -> Refusal:
    """Its scope refused the rewritten text."""
    return _refusal(
        "FX105",
        found,
        f"its scope refused the rewritten function: {message[:200]}",
        "start the app with `fluxion record -- node app.js`, which rewrites at load",
    )


def _refusal(code: str, found: Found, reason: str, remedy: str) -> Refusal:
    evidence = (
        f"{found.name or 'anonymous'} at line {found.line + 1}",
        f"held by: {', '.join(found.slots)}",
        f"reached by: {found.path}",
    )
    return Refusal(
        code,
        FunctionRef(found.script, found.offset),
        None,
        reason,
        evidence,
        remedy,
    )
