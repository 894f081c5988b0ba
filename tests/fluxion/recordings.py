"""Small recordings and plans for tests of what is shown. Names in them are hostile."""

from __future__ import annotations

from pathlib import Path

from fluxion.sources import hash_of
from store.database import create
from store.facts import (
    Activation,
    Cell,
    Cost,
    Edge,
    Effect,
    Flow,
    Function,
    FunctionRef,
    Loss,
    Place,
    Process,
    Recording,
    Refusal,
    RupturePoint,
    Script,
)

EVIL = "evil\x1b[31m\nname"
TEXT = "'use strict'\nconst a = 1\n"
SAVE, LATER = FunctionRef(1, 10), FunctionRef(1, 40)


def recording(root: Path) -> Recording:
    """Two callbacks: one hands over the other, which reads what the first wrote."""
    source = root / "app.js"
    place = Place(1, 10, 2, 3)
    return Recording(
        process=Process(
            *(4711, "v20.20.2", ("/bin/node", str(source)), (), str(root)),
            *(str(source), ("PORT",), 0),
            how="attached",
        ),
        seconds=10.0,
        scripts=(
            Script(1, str(source), str(source), hash_of(TEXT), len(TEXT), "commonjs"),
        ),
        functions=(
            Function(SAVE, 30, "saveBody", 2, 3, ("req",)),
            Function(LATER, 60, EVIL, 4, 5),
        ),
        ruptures=(
            RupturePoint(SAVE, "start", place, place, place, "static", "app.post", 7),
            RupturePoint(LATER, "post", place, None, None, "seen", EVIL, 3),
        ),
        activations=(
            Activation(1, SAVE, 1, 0, 0, 1, 0, 500, "undefined"),
            Activation(2, LATER, 2, 0, 1, 2, 600, 900, "undefined"),
        ),
        cells=(
            Cell(1, "argument", 0, "0", "req", SAVE),
            Cell(2, "property", 1, "body", "req.body"),
        ),
        effects=(
            Effect(SAVE, 2, "write", 7, 1, 9, (12,)),
            Effect(LATER, 2, "read", 3, 2, 8, (42,)),
        ),
        flows=(Flow(2, SAVE, LATER, 3),),
        costs=(
            Cost(SAVE, 7, 7, 3500, 500, 900, 1000, 0),
            Cost(LATER, 3, 30, 900_000, 300_000, 310_000, 320_000, 50),
        ),
        losses=(Loss(SAVE, 10, 8, 2),),
        refusals=(Refusal("FX101", LATER, place, EVIL, (EVIL,), EVIL),),
        edges=(Edge("cause", SAVE, LATER, 3),),
        notes=(EVIL,),
    )  # fmt: skip


def make_store(root: Path, ports: tuple[int, ...] = (8080,)) -> Path:
    """Write the recording into a store, its source beside it."""
    (root / "app.js").write_text(TEXT)
    path = root / "app.db"
    value = recording(root)
    with create(path) as store:
        store.put_process(value.process)
        store.put_scripts(value.scripts)
        store.put_functions(value.functions)
        store.finish(value.seconds, {"ports": list(ports)})
        store.write_derived(value)
    return path
