"""Words for every table that is derived from what was recorded.

In: nothing. Out: tables for ``scripts/store_schema.py``.
"""

from __future__ import annotations

from scripts.store_words import Words, function, place

DERIVE = "derived when a recording ends; can be made again from the tables above"

DERIVED_TABLES: dict[str, Words] = {
    "rupture_points": Words(
        "Callbacks with where they are defined, made and handed over.",
        DERIVE,
        {
            "number": "the busiest first",
            "kind": "start, post or internal",
            **place("definition", "where it is defined"),
            **place("creation", "where it is made"),
            **place("registration", "where it is handed over"),
            "basis": "seen, or static: handed over before we came",
            "registrar": "text of the callee that got it",
            "activations": "runs that were seen",
        },
        "SELECT kind, count(*) FROM rupture_points GROUP BY kind",
    ),
    "awaits": Words(
        "Each `await` that a function went on after: its rest is a rupture point.",
        DERIVE,
        {
            "number": "the busiest first",
            "kind": "post",
            **place("definition", "where the function is defined"),
            **place("creation", "where the `await` is"),
            **place("registration", "there, too"),
            "basis": "seen",
            "registrar": "`await`",
            "activations": "how often it went on there",
        },
        "SELECT registration_line, activations FROM awaits",
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
            **function("source", "who led"),
            **function("target", "to whom"),
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
            "`again`, `queued` or `sent`",
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
            **function("then", "who touched it then"),
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
        function("then", "which ran second"),
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
            **place("declared", "where a captured variable is declared"),
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
            **function("writer", "who wrote"),
            **function("reader", "who read"),
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
            **function("function", "the traced function"),
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
