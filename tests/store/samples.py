"""One recording with at least one fact of every kind."""

from __future__ import annotations

from dataclasses import replace

from store.facts import (
    Activation,
    After,
    CallCost,
    CapturedRequest,
    Cell,
    Cost,
    Covered,
    Edge,
    Effect,
    Flow,
    Frame,
    Function,
    FunctionRef,
    Lead,
    Loss,
    Opaque,
    Origin,
    Place,
    ProbeCost,
    Process,
    Race,
    Recording,
    Refusal,
    RupturePoint,
    Script,
    Shape,
    Stack,
    StackFrame,
)

OUTER = FunctionRef(1, 10)
INNER = FunctionRef(1, 40)

PROCESS = Process(
    pid=4711,
    node="v22.1.0",
    argv=("node", "server.js"),
    exec_argv=("--enable-source-maps",),
    cwd="/srv/app",
    entry="/srv/app/server.js",
    env_names=("HOME", "PATH"),
    started_ns=1_760_000_000_123_456_789,
    how="attached",
)
WORKER = replace(PROCESS, number=2, thread=1, parent=1, role="thread")
SCRIPT = Script(
    1, "file:///srv/app/server.js", "/srv/app/server.js", "ab", 99, "commonjs"
)
EVALUATED = Script(2, "", None, "cd", 12, "eval", "1 + 1 // ¬ 💥")
FUNCTIONS = (
    Function(OUTER, 90, "outer", 2, 3, ("req", "res")),
    Function(INNER, 80, "", 4, 7),
)
REFUSAL = Refusal(
    "FX012",
    INNER,
    Place(1, 44, 4, 11),
    "it is a constructor",
    ("seen 3 times",),
    "none",
)

RECORDING = Recording(
    process=PROCESS,
    seconds=30.5,
    scripts=(SCRIPT, EVALUATED),
    functions=FUNCTIONS,
    ruptures=(
        RupturePoint(
            function=INNER,
            kind="post",
            definition=Place(1, 40, 4, 7),
            creation=Place(1, 10, 2, 3),
            registration=Place(1, 30, 3, 5),
            basis="seen",
            registrar="fs.readFile",
            activations=2,
        ),
        RupturePoint(OUTER, "start", Place(1, 10, 2, 3), None, None, "static", "", 3),
    ),
    awaits=(
        RupturePoint(
            OUTER,
            "post",
            Place(1, 10, 2, 3),
            Place(1, 60, 3, 9),
            Place(1, 60, 3, 9),
            "seen",
            "await",
            1,
        ),
    ),
    activations=(
        Activation(1, OUTER, 5, 0, 0, 17, 100, 350, "undefined"),
        Activation(2, INNER, 6, 0, 1, 18, 900, 900, "open"),
        Activation(3, INNER, 7, 0, 0, 18, 950, 960, "value", 2),
    ),
    cells=(
        Cell(1, "argument", 0, "0", "req", OUTER),
        Cell(2, "property", 1, "body", "req.body"),
        Cell(3, "capture", 0, "count", "count", None, Place(1, 4, 1, 5)),
    ),
    effects=(
        Effect(INNER, 2, "write", 2, 2, 9, (44, 60)),
        Effect(OUTER, 2, "read", 1, 3, 3, ()),
    ),
    flows=(Flow(2, INNER, OUTER, 4),),
    opaques=(Opaque(INNER, 50, "eval", 1),),
    costs=(Cost(OUTER, 3, 30, 900, 250, 400, 401, 12),),
    calls=(CallCost(OUTER, 30, 3, 700, 200, 300),),
    frames=(
        Frame(1, 0, 0, "(root)", "", 0, 0, None, 0, 500),
        Frame(2, 1, 1, "outer", "file:///srv/app/server.js", 2, 3, OUTER, 500, 500),
    ),
    stacks=(Stack(INNER, (StackFrame("emit", "node:events", 5, 6),), 2),),
    afters=(After(INNER, OUTER, 1),),
    leads=(Lead(2, 5, "handed", 1, 3),),
    races=(Race(1, "split", OUTER, INNER, 2, 1, 3, True, 2, 5, False),),
    coverage=(Covered(1, "block", 12), Covered(1, "line", 3)),
    shapes=(Shape(OUTER, "arg:0", "instance:IncomingMessage", 64, 2),),
    losses=(Loss(OUTER, 30, 25, 5), Loss(OUTER, 2, 2, 0, 2)),
    refusals=(REFUSAL,),
    requests=(
        CapturedRequest(
            1, 120, 1, "POST", "/x?a=1", (("Host", "h"),), b"\x00\xff{}", redacted=False
        ),
    ),
    edges=(Edge("cause", OUTER, INNER, 2),),
    zero_ns=1_760_000_001_000_000_000,
    processes=(PROCESS, WORKER),
    origins=(Origin(1, 10, "/srv/src/server.ts", 3, 1, "outermost"),),
    probe_costs=(ProbeCost(1, 200, 90_000, 1 << 26), ProbeCost(2, 0, 0, 0)),
    notes=("a swap was undone",),
)
