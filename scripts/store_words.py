"""Words for every table that is written while recording, and what words are.

In: nothing. Out: tables for ``scripts/store_schema.py``. ``scripts/derived_words.py``
has the tables that are derived.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Words:
    """What a table is for, who writes it, what its columns hold, a question."""

    about: str
    writer: str
    columns: dict[str, str] = field(default_factory=dict[str, str])
    query: str = ""


RECORD = "while recording"

COMMON = {
    "script": "number of the script",
    "start": "offset of the function's literal in it",
    "process": "number of the isolate",
    "count": "how often",
    "site": "offset of the expression in the function's script",
    "line": "1-based",
    "column": "1-based, UTF-16",
}
"""Columns that mean the same in every table."""


def place(prefix: str, what: str) -> dict[str, str]:
    """Return words for the columns of a place in a text."""
    return {
        f"{prefix}_script": f"{what}: the script",
        f"{prefix}_offset": f"{what}: the offset",
        f"{prefix}_line": f"{what}: the line, 0 when its text was not there",
        f"{prefix}_column": f"{what}: the column",
    }


def function(prefix: str, what: str) -> dict[str, str]:
    """Return words for the columns of a function."""
    return {
        f"{prefix}_script": f"{what}: its script",
        f"{prefix}_start": f"{what}: its start",
    }


RAW_TABLES: dict[str, Words] = {
    "recordings": Words(
        "One row: the recording as a whole.",
        RECORD,
        {
            "number": "1",
            "created_ns": "when the file was made",
            "finished_ns": "when the recording ended, NULL when it was killed",
            "derived_ns": "when the derived tables were written",
            "seconds": "how long was recorded",
            "zero_ns": "time zero of all activations and requests",
            "status": "the last counters of the agent, JSON",
            "notes": "what the probe said and what could not be read, JSON list",
        },
        "SELECT seconds, notes FROM recordings",
    ),
    "writers": Words(
        "Who writes the file now; empty afterwards.",
        RECORD,
        {"number": "1", "pid": "the process that writes", "since_ns": "since when"},
        "SELECT pid FROM writers",
    ),
    "processes": Words(
        "One row for each isolate: the target, its workers, children and threads.",
        RECORD,
        {
            "number": "of the isolate, from 1: the target that was named",
            "pid": "process id",
            "node": "version of Node.js",
            "argv": "its arguments, JSON list, without secrets",
            "exec_argv": "arguments of node itself, JSON list",
            "cwd": "working folder",
            "entry": "path of the main script, empty when there is none",
            "env_names": "names of the environment's variables, JSON list; no values",
            "started_ns": "when it started",
            "how": "attached or launched",
            "thread": "`threadId` of a worker thread, 0 on a main thread",
            "parent": "number of the isolate that started it, 0 for none",
            "role": "main, cluster, child or thread",
        },
        "SELECT number, pid, thread, role FROM processes",
    ),
    "scripts": Words(
        "The texts that V8 compiled, shared by all isolates.",
        RECORD,
        {
            "number": "of the script",
            "url": "as V8 has it",
            "path": "of its file, NULL when it has none",
            "sha256": "of its text, as V8 says",
            "length": "in code units",
            "kind": "commonjs, module, script, eval or internal",
            "text": "the text, only with `--with-sources`",
        },
        "SELECT number, coalesce(path, url) FROM scripts",
    ),
    "functions": Words(
        "The function literals that were traced, found or sampled.",
        RECORD,
        {
            "end": "offset behind it",
            "name": "as V8 names it, may be empty",
            "parameters": "names of the parameters, JSON list",
        },
        "SELECT name, line FROM functions ORDER BY script, start",
    ),
    "journal": Words(
        "What the probes sent, as it came, but for secrets.",
        RECORD,
        {
            "number": "in the order of arrival",
            "received_ns": "when it arrived, by a clock that never runs backwards",
            "abi": "version of the records' layout",
            "block": "a run of msgpack arrays; `store/abi.py` has the layout",
            "process": "number of the isolate that sent it",
        },
        "SELECT process, count(*), sum(length(block)) FROM journal GROUP BY process",
    ),
    "profile": Words(
        "The sampling profile of the target.",
        RECORD,
        {"number": "1", "text": "a .cpuprofile, with our script numbers"},
        "SELECT length(text) FROM profile",
    ),
    "audit": Words(
        "What we did, and every command that was sent to the target.",
        RECORD,
        {"number": "in order", "at_ns": "when", "what": "in words"},
        "SELECT what FROM audit ORDER BY number",
    ),
    "refusals": Words(
        "What was not traced, and why.",
        RECORD,
        {
            "number": "in order",
            "code": "see [refusals.md](refusals.md)",
            **place("place", "where"),
            "reason": "in words",
            "evidence": "what was seen, JSON list",
            "remedy": "what helps",
        },
        "SELECT code, reason FROM refusals",
    ),
    "plans": Words(
        "Plans that were kept, the newest last.",
        "`Store.put_plan`",
        {"number": "in order", "made_ns": "when", "plan": "`fluxion plan --json`"},
        "SELECT made_ns FROM plans",
    ),
    "decisions": Words(
        "One row for each callback of a plan that was kept.",
        "`Store.put_plan`",
        {
            "plan": "number of the plan",
            "id": "of the fluxion",
            "file": "of the callback",
            "name": "of the callback",
            "shape": "delegate, call, callback or continuation",
            "decision": "moved, guarded or stays",
            "gain_ms": "milliseconds of main CPU saved per second",
            "code": "of the refusal",
            "reason": "of the refusal",
        },
        "SELECT id, decision FROM decisions",
    ),
}
