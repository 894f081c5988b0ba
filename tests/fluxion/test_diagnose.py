"""Why a recording shows nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fluxion import diagnose as module
from fluxion.diagnose import diagnose
from store.database import create
from store.errors import StoreError
from store.facts import Refusal
from tests.fluxion.recordings import make_store, recording


def empty(path, status, **changes):
    """The checks of a recording in which no callback ran."""
    value = recording(path)
    value = replace(
        value,
        **{
            "activations": (),
            "ruptures": (),
            "refusals": (),
            "effects": (),
            "flows": (),
            "costs": (),
            "losses": (),
            "edges": (),
            **changes,
        },
    )
    (path / "app.js").write_text("x")
    return {c.about: c for c in module._checks(value, status, path / "app.db")}


def test_a_good_recording(tmp_path):
    found = {c.about: c for c in diagnose(make_store(tmp_path))}
    assert found["callbacks"].what == "2 activations of 2 callbacks were seen"
    assert found["dropped"].what.startswith("2 of 10 observed runs were dropped")
    assert found["next"].what == f"fluxion plan {tmp_path / 'app.db'}"
    assert all(check.good for check in found.values())


def test_no_request_came(tmp_path):
    found = empty(tmp_path, {"ports": [8080]})
    assert found["requests"].what == "no request came in (it listens on 8080)"
    assert "--on-port" in found["requests"].remedy
    assert "next" not in found


def test_no_server(tmp_path):
    assert "no port" in empty(tmp_path, {"ports": []})["requests"].what


def test_nothing_could_be_observed(tmp_path):
    refusal = Refusal("FX102", None, None, "frozen", (), "")
    found = empty(tmp_path, {"ports": [1]}, functions=(), refusals=(refusal,) * 3)
    assert found["functions"].remedy.startswith("start the app with `fluxion record")
    assert found["refused"].what.startswith("3 not observed: FX102")


def test_code_without_files(tmp_path):
    only = replace(recording(tmp_path).scripts[0], path=None, kind="eval")
    assert (
        "without files" in empty(tmp_path, {"ports": [1]}, scripts=(only,))["code"].what
    )
    assert "no script" in empty(tmp_path, {"ports": [1]}, scripts=())["code"].what


def test_how_it_ended(tmp_path):
    assert "went away" in empty(tmp_path, {"ended": "target gone"})["end"].what
    assert "never finished" in empty(tmp_path, {})["end"].what
    assert "end" not in empty(tmp_path, {"ended": "finished"})
    met = replace(recording(tmp_path).process, node="", argv=())
    told = empty(tmp_path, {"ended": "target gone"}, process=met, processes=(met,))
    assert "before it said what it is" in told["recording"].what


def test_the_budget_is_spent(tmp_path):
    status = {"ports": [1], "overhead_percent": 2.0, "max_overhead": 2.0}
    assert "--max-overhead" in empty(tmp_path, status)["budget"].remedy
    status["overhead_percent"] = 1.0
    assert "budget" not in empty(tmp_path, status)


def test_last_counts_that_did_not_come(tmp_path):
    found = empty(tmp_path, {"ports": [1], "cut": [2]})
    assert "isolate 2" in found["counts"].what
    assert "counts" not in empty(tmp_path, {"ports": [1], "cut": []})


def test_sources_that_are_elsewhere(tmp_path):
    gone = replace(recording(tmp_path).scripts[0], path="/nowhere/app.js")
    found = empty(tmp_path, {"ports": [1]}, scripts=(gone,))
    assert found["sources"].what == "1 of 1 sources are not on this machine"
    assert "--with-sources" in found["sources"].remedy


def test_a_store_that_was_never_finished(tmp_path):
    value = recording(tmp_path)
    path = tmp_path / "app.db"
    with create(path) as store:
        store.put_process(value.process)
    found = {check.about: check for check in diagnose(path)}
    assert not found["end"].good


def test_no_store(tmp_path):
    (tmp_path / "x").write_text("no store")
    with pytest.raises(StoreError):
        diagnose(tmp_path / "x")
