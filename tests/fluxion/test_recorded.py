"""What is told of a recording at its end."""

from __future__ import annotations

from agent.observation import AgentStatus, Step
from agent.stall import Prediction
from fluxion.observe import Seen
from fluxion.recorded import Recorded, closing_lines, stall_json
from tests.fluxion.recordings import recording


def test_the_documented_keys(tmp_path):
    status = AgentStatus(8214, 3, 0.61, 80.0, alive=True)
    done = Recorded(
        recording(tmp_path), Seen(seconds=10.00049, status=status), audited=7
    )
    told = done.json(tmp_path / "app.db")
    assert told["store"] == str(tmp_path / "app.db")
    assert told["seconds"] == 10.0
    assert (told["events"], told["dropped"], told["overhead_percent"]) == (
        *(8214, 3, 0.61),
    )
    assert (told["callbacks"], told["scripts"], told["audit"]) == (2, 1, 7)


def test_a_target_whose_probe_never_answered_has_the_same_keys(tmp_path):
    known = Seen(status=AgentStatus(1, 0, 0.0, 0.0, alive=True))
    whole = Recorded(recording(tmp_path), known).json(tmp_path / "x.db")
    none = Recorded(recording(tmp_path), Seen(gone=True)).json(tmp_path / "x.db")
    assert none.keys() == whole.keys()
    assert (none["events"], none["clock"]) == (0, "")


def test_the_one_stop_of_the_debugger_is_told_apart_from_all_others():
    predicted = Prediction(63.0, 300, 20.0, 1.0)
    steps = [
        Step("walk", 4.0, 9),
        Step("Debugger.enable", 61.5, 1),
        Step("swap", 7.5, 2),
    ]
    told = stall_json(Seen(stall=predicted, steps=steps))
    assert told["predicted_ms"] == 63.0
    assert told["measured_ms"] == told["longest_ms"] == 61.5
    assert told["longest_step"] == "Debugger.enable"
    assert (told["others_ms"], told["others_step"]) == (7.5, "swap")
    assert stall_json(Seen())["predicted_ms"] is None


def test_the_lines_for_people_end_with_what_to_do_next(tmp_path):
    store = tmp_path / "app.db"
    lines = [
        *closing_lines(Recorded(recording(tmp_path), Seen(seconds=10.0)), store),
    ]
    assert lines[0] == f"recorded 10 s into {store}: 2 callbacks, 2 activations"
    assert "saveBody" in "".join(lines)
    assert lines[-2:] == [
        f"next: fluxion plan {store}",
        f"      fluxion compile {store} -o build/",
    ]
