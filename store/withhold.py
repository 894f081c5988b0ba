"""Take secrets out of the facts that are not blocks, before they reach the disk.

In: processes, scripts, functions, refusals, profiles. Out: the same without secrets. A
source is never altered: one that holds a secret is left out. A path is never altered:
it must lead to its file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from store.facts import Function, Process, Refusal, Script
from store.packing import as_dict
from store.redact import (
    is_suspect,
    redact_key,
    redact_message,
    redact_text,
    redact_values,
    redact_words,
)


def of_process(process: Process) -> Process:
    """The command line without what looks like, or is named like, a secret."""
    return replace(
        process,
        argv=redact_words(process.argv),
        exec_argv=redact_words(process.exec_argv),
    )


def of_script(script: Script) -> Script:
    """The url without secrets; no text at all when there is one in it."""
    text = script.text
    if text is not None and redact_values(text) != text:
        text = None
    return replace(script, url=redact_text(script.url), text=text)


def of_function(function: Function) -> Function:
    """The name, which an app may compute."""
    name = function.name
    return replace(function, name=redact_values(name)) if is_odd(name) else function


def of_refusal(refusal: Refusal) -> Refusal:
    """What was seen, in the app's own words."""
    return replace(
        refusal,
        reason=redact_message(refusal.reason),
        evidence=tuple(map(redact_message, refusal.evidence)),
    )


def of_profile(text: str) -> str:
    """Names and urls of a .cpuprofile's frames; most have nothing to redact."""
    if not is_suspect(text.encode("utf-8", "surrogatepass")):
        return text
    try:
        profile = as_dict(json.loads(text))
    except ValueError:
        return redact_text(text)
    for node in cast(list[Any], (profile or {}).get("nodes") or []):
        frame = as_dict((as_dict(node) or {}).get("callFrame"))
        if frame is not None:
            frame["functionName"] = redact_key(str(frame.get("functionName", "")))
            frame["url"] = redact_text(str(frame.get("url", "")))
    return json.dumps(profile, separators=(",", ":"))


def of_plan(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan's JSON: what it quotes of a source may look like a credential."""
    return cast(dict[str, Any], _leaves(dict(plan)))


def _leaves(value: Any) -> Any:
    if isinstance(value, str):
        return redact_values(value)
    if isinstance(value, Mapping):
        pairs = cast(Mapping[str, Any], value).items()
        return {key: _leaves(one) for key, one in pairs}
    if isinstance(value, list | tuple):
        return [_leaves(one) for one in cast(list[Any], value)]
    return value


def is_odd(name: str) -> bool:
    """Tell whether a name may hold a secret at all; most are plain words."""
    return len(name) > 12 and is_suspect(name.encode("utf-8", "surrogatepass"))
