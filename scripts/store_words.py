"""Words for every table, column and view of a store.

In: nothing. Out: tables for ``scripts/store_schema.py``.
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
DERIVE = "derived when a recording ends; can be made again from the tables above"

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


def _place(prefix: str, what: str) -> dict[str, str]:
    return {
        f"{prefix}_script": f"{what}: the script",
        f"{prefix}_offset": f"{what}: the offset",
        f"{prefix}_line": f"{what}: the line, 0 when its text was not there",
        f"{prefix}_column": f"{what}: the column",
    }


def _function(prefix: str, what: str) -> dict[str, str]:
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
            **_place("place", "where"),
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

DERIVED_TABLES: dict[str, Words] = {
    "rupture_points": Words(
        "Callbacks with where they are defined, made and handed over.",
        DERIVE,
        {
            "number": "the busiest first",
            "kind": "start, post or internal",
            **_place("definition", "where it is defined"),
            **_place("creation", "where it is made"),
            **_place("registration", "where it is handed over"),
            "basis": "seen, or static: handed over before we came",
            "registrar": "text of the callee that got it",
            "activations": "runs that were seen",
        },
        "SELECT kind, count(*) FROM rupture_points GROUP BY kind",
    ),
    "activations": Words(
        "Runs of traced functions: a fair choice of at most 20,000.",
        DERIVE,
        {
            "number": "in the order of entry, isolate by isolate",
            "closure": "number of the closure that ran, 0 when not known",
            "parent": "activation on whose stack it ran, 0 for none",
            "cause": "activation that handed the closure over, 0 when not known",
            "turn": "`executionAsyncId` of the turn",
            "started_us": "since time zero",
            "ended_us": "since time zero; `started_us` while open",
            "outcome": "undefined, value, promise, throw or open",
        },
        "SELECT max(ended_us - started_us) FROM activations",
    ),
    "edges": Words(
        "Who led to whom, over all activations.",
        DERIVE,
        {
            "type": "call: on its stack; cause: handed over the closure that ran",
            **_function("source", "who led"),
            **_function("target", "to whom"),
        },
        "SELECT type, sum(count) FROM edges GROUP BY type",
    ),
    "leads": Words(
        "What each run follows from, beyond the stack that it was on: of these and the "
        "stacks the order of a recording is made.",
        DERIVE,
        {
            "activation": "number of the run",
            "at_us": "from when on it follows",
            "kind": "how: `handed`, `made`, `called`, `stack`, `settled`, `resumed`, "
            "`again` or `queued`",
            "source": "number of the run that came before, 0 for none",
            "since_us": "when that one did it",
        },
        "SELECT kind, count(*) FROM leads GROUP BY kind",
    ),
    "races": Words(
        "Two functions whose runs touched one place in memory, one of them writing, in "
        "an order that nothing implies; with one example.",
        DERIVE,
        {
            "cell": "number of the cell",
            "kind": "split: one wrote between two touches of the other that belong "
            "together; order: only who came first is luck",
            **_function("then", "who touched it then"),
            "count": "pairs of runs that were seen, at least",
            "activation": "number of the run that touched it first",
            "at_us": "when it did",
            "wrote": "1 when it wrote, 0 when it read",
            "then_activation": "number of the other run",
            "then_at_us": "when that one did",
            "then_wrote": "1 when that one wrote",
        },
        "SELECT c.label, r.kind FROM races r JOIN cells c ON c.number = r.cell",
    ),
    "coverage": Words(
        "What ran, finer than a function: blocks that said so as they ran, and lines "
        "that samples of the CPU profile fell into. A traced function whose body is "
        "here, and one of whose branches is not, was never seen to take that branch.",
        DERIVE,
        {
            "basis": "`block` or `line`",
            "at": "offset at which the block begins; the line",
        },
        "SELECT basis, count(*) FROM coverage GROUP BY basis",
    ),
    "afters": Words(
        "A function that ran after another within one stack.",
        DERIVE,
        _function("then", "which ran second"),
        "SELECT count FROM afters",
    ),
    "cells": Words(
        "Places in memory: one path of all isolates is one cell.",
        DERIVE,
        {
            "number": "of the cell",
            "kind": "argument, capture, this, module, global or property",
            "base": "cell of the holder, 0 for a root",
            "key": "name of the property or of the variable",
            "label": "such as `req.body`",
            "script": "roots: the function's script",
            "start": "roots: the function's start",
            **_place("declared", "where a captured variable is declared"),
        },
        "SELECT label FROM cells WHERE base = 0",
    ),
    "effects": Words(
        "What a function did to a cell, over all activations.",
        DERIVE,
        {
            "cell": "number of the cell",
            "operation": "read or write",
            "first": "activation of the first time",
            "last": "activation of the last time",
            "sites": "offsets in the function's script, JSON list",
            "processes": "numbers of the isolates that did, JSON list",
        },
        "SELECT c.label, e.operation, e.count FROM effects e "
        "JOIN cells c ON c.number = e.cell",
    ),
    "flows": Words(
        "A cell that one callback wrote and another activation read later.",
        DERIVE,
        {
            "cell": "number of the cell",
            **_function("writer", "who wrote"),
            **_function("reader", "who read"),
        },
        "SELECT cell, count FROM flows",
    ),
    "opaques": Words(
        "Operations that cannot be seen into: their effects are unknown.",
        DERIVE,
        {"what": "such as `eval`"},
        "SELECT what, count FROM opaques",
    ),
    "costs": Words(
        "What a function cost, over the runs that were seen in all isolates.",
        DERIVE,
        {
            "activations": "runs that were seen",
            "estimated": "runs in all, those outside of bursts counted but not seen",
            "total_us": "inclusive time of the runs that were seen",
            "p50_us": "median",
            "p99_us": "99th percentile",
            "max_us": "the longest",
            "wait_us": "mean time from hand-over to run, 0 when not seen",
        },
        "SELECT total_us FROM costs ORDER BY total_us DESC",
    ),
    "call_sites": Words(
        "Inclusive time of call expressions in traced functions.",
        DERIVE,
        {"total_us": "in all", "p50_us": "median", "max_us": "the longest"},
        "SELECT site, total_us FROM call_sites",
    ),
    "frames": Words(
        "The merged call tree of the sampling profile.",
        DERIVE,
        {
            "number": "of the node",
            "parent": "node above, 0 for the root",
            "script": "0 for native frames",
            "name": "as V8 names the function",
            "url": "of the script",
            **_function("function", "the traced function"),
            "self_us": "without what it called",
            "total_us": "with it",
        },
        "SELECT name, self_us FROM frames ORDER BY self_us DESC",
    ),
    "stacks": Words(
        "Synchronous stacks above the first runs of a function.",
        DERIVE,
        {
            "number": "in order",
            "frames": "JSON: [name, url, line, column], inner first",
        },
        "SELECT frames FROM stacks",
    ),
    "value_shapes": Words(
        "Kinds of values that were seen, never the values.",
        DERIVE,
        {
            "slot": "`arg:0`, `this`, `result` or `call:OFFSET:arg:0`",
            "shape": "such as `{html:string}`",
            "bytes": "the largest estimate",
        },
        "SELECT slot, shape FROM value_shapes",
    ),
    "drops": Words(
        "Exact accounts: seen = kept + dropped for each function and isolate.",
        DERIVE,
        {
            "seen": "runs within bursts",
            "kept": "those whose records arrived",
            "dropped": "those that the probe left out, or whose block never arrived",
        },
        "SELECT process, sum(seen) = sum(kept) + sum(dropped) FROM drops "
        "GROUP BY process",
    ),
    "requests": Words(
        "HTTP requests that were kept on demand, redacted.",
        DERIVE,
        {
            "number": "in the order of arrival",
            "at_us": "since time zero",
            "connection": "number of the connection",
            "method": "such as GET",
            "path": "with the query",
            "headers": "JSON list of pairs",
            "body": "bytes",
            "redacted": "1 when something was taken out",
        },
        "SELECT method, path FROM requests",
    ),
    "probe_costs": Words(
        "What the probe took from each isolate.",
        DERIVE,
        {
            "probe_us": "time in the probe",
            "main_us": "CPU of the isolate's own thread in the same time",
            "rss_bytes": "largest resident set; threads share their process's",
        },
        "SELECT process, 100.0 * probe_us / main_us FROM probe_costs",
    ),
    "origins": Words(
        "What the user wrote, where a source map knows the place.",
        DERIVE,
        {
            "start": "offset in the script: of a function or of another place",
            "source": "path or URL as the map names it",
            "name": "of the function, where the generated name differs",
        },
        "SELECT source, line, name FROM origins",
    ),
}
