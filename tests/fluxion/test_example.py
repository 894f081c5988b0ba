"""The bundled example: prepared, served, driven."""

from __future__ import annotations

import shutil

import pytest

from fluxion import example
from fluxion.example import drive, node, prepare, serving
from store.errors import FluxionError


def test_it_is_prepared_served_and_driven(tmp_path):
    app = prepare(tmp_path)
    assert (app / "node_modules/express").is_dir()
    with serving([node(), "server.js"], app, tmp_path / "log") as server:
        result = drive(
            app, server.url, "--posts", "2", "--concurrency", "1", "--listeners", "1"
        )
        pid = server.pid
    assert result["ok"], result["errors"]
    assert len(result["listeners"][0]["frames"]) == 2
    assert not (tmp_path / f"/proc/{pid}").exists()


def test_without_npm_the_way_out_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(FluxionError, match="no npm") as told:
        example._install(tmp_path)
    assert "install npm" in told.value.hint


def test_a_server_that_does_not_start_is_an_error(tmp_path):
    (tmp_path / "bad.js").write_text("throw new Error('no luck')")
    with (
        pytest.raises(FluxionError, match="no luck"),
        serving([node(), "bad.js"], tmp_path, tmp_path / "log"),
    ):
        pass


def test_a_driver_that_says_nothing_is_an_error(tmp_path):
    (tmp_path / "drive.js").write_text("console.log('hello')")
    with pytest.raises(FluxionError, match="driver"):
        drive(tmp_path, "http://127.0.0.1:1")
