"""The probe's table as JavaScript says what the Python says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from store import abi


def loaded(tmp_path: Path) -> dict[str, object]:
    """Return the generated module as Node reads it."""
    module = tmp_path / "abi.js"
    module.write_text(abi.javascript())
    script = f"process.stdout.write(JSON.stringify(require({json.dumps(str(module))})))"
    done = subprocess.run(["node", "-e", script], capture_output=True, check=True)
    table: dict[str, object] = json.loads(done.stdout)
    return table


def test_node_reads_the_same_numbers(tmp_path: Path) -> None:
    table = loaded(tmp_path)
    assert table["VERSION"] == abi.VERSION
    assert table["PROBE_SYMBOL"] == abi.PROBE_SYMBOL
    assert table["RUNTIME_SYMBOL"] == abi.RUNTIME_SYMBOL
    assert table["EVENT"] == {event.name: event.value for event in abi.Event}
    kinds = {kind: at for at, kind in enumerate(abi.CELL_KINDS)}
    assert table["CELL_KIND"] == kinds
    assert table["OUTCOME"] == {name: at for at, name in enumerate(abi.OUTCOMES)}


def test_codes_are_distinct_and_never_zero() -> None:
    assert len({event.value for event in abi.Event}) == len(abi.Event)
    assert all(event.value > 0 for event in abi.Event)
