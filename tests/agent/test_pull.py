"""Blocks are fetched where only the inspector's port can be reached."""

from __future__ import annotations

import threading
import time

import psutil
import pytest

from agent import arrival, installed
from agent.attach import attach
from agent.control import Control
from agent.discovery import discover
from agent.observation import AttachOptions
from agent.stream import Stream
from agent.target import resolve
from store.abi import Event
from tests.agent.live import APP, Load, Seen, get, named, rewriter
from tests.agent.proxy import Proxy
from tests.agent.test_ledger import inspector_port
from tests.processes import eventually, unused_port


class Unreachable(Stream):
    """A stream whose port the probe cannot reach: it is told another one."""

    def __init__(self, *takers, **more) -> None:
        super().__init__(*takers, **more)
        self.port = unused_port()


@pytest.fixture
def tunnel(spawn_node, tmp_path, monkeypatch):
    """An app of which only the inspector's port is reachable, through a proxy."""
    monkeypatch.setattr(arrival, "Stream", Unreachable)
    file = tmp_path / "app.js"
    file.write_text(APP, "utf-8")
    process = spawn_node(file, flags=("--inspect=127.0.0.1:0",), line=r"^port")
    port = int(process.wait_for_line(r"port (\d+)")[1])
    with Proxy(inspector_port(process)) as proxy:
        yield process, port, proxy


def opened(proxy: Proxy, seen: Seen, syntax, **more):
    return attach(
        resolve(f":{proxy.port}"),
        options=AttachOptions(overhead_percent=10_000),
        rewrite=rewriter(syntax),
        on_block=seen.blocks.append,
        **more,
    )


def counts(seen: Seen) -> dict[tuple[int, int], list[int]]:
    return {(one[1], one[2]): one[3:6] for one in seen.records(Event.COUNT)}


def present(proxy: Proxy) -> bool:
    url = discover("127.0.0.1", proxy.port)
    assert url is not None
    with Control(url) as control:
        return installed.present(control)


def test_everything_is_observed_and_the_last_block_too(tunnel, syntax):
    _, port, proxy = tunnel
    seen = Seen()
    lines: list[str] = []
    with opened(proxy, seen, syntax, on_audit=lines.append) as observed:
        with Load(port, "/one", "/two") as load:
            observed.trace(named(observed.walk(), "greet", "plus"), 5)
            eventually(lambda: len(seen.records(Event.EXIT)) > 50, "records")
        assert observed.status().alive
    assert not load.failures
    assert seen.records(Event.START)
    entered = {one[2] for one in seen.records(Event.ENTER)}
    left = {one[2] for one in seen.records(Event.EXIT)}
    assert entered == left
    assert any("left: detached" in one[1] for one in seen.records(Event.NOTE))
    for where, (all_, kept, dropped) in counts(seen).items():
        assert all_ == kept + dropped
        runs = [one for one in seen.records(Event.ENTER) if tuple(one[3:5]) == where]
        assert len(runs) == kept
    assert any(line.startswith("Runtime.evaluate drain(...)") for line in lines)
    assert not present(proxy)


def test_nobody_fetches_then_memory_is_flat_and_the_probe_leaves(tunnel, syntax):
    process, port, proxy = tunnel
    seen = Seen()
    observed = opened(proxy, seen, syntax)
    with Load(port, "/one", "/two"):
        observed.trace(named(observed.walk(), "greet", "plus"), 5)
        rss = psutil.Process(process.pid).memory_info().rss
        proxy.swallow()
        began = time.monotonic()
        other = Proxy(inspector_port(process))
        with other:
            eventually(lambda: not present(other), "the probe left", 15)
        assert 4 < time.monotonic() - began < 12
        assert psutil.Process(process.pid).memory_info().rss - rss < 40e6
    assert b"one" in get(port, "/one")
    proxy.cut()
    observed.detach()


def test_a_slow_recording_is_not_run_over_and_the_probe_stays(tunnel, syntax):
    _, port, proxy = tunnel
    seen, gate = Seen(), threading.Event()

    def slow(block: bytes) -> None:
        gate.wait(30)
        seen.blocks.append(block)

    with attach(
        resolve(f":{proxy.port}"), rewrite=rewriter(syntax), on_block=slow
    ) as observed:
        with Load(port, "/one"):
            observed.trace(named(observed.walk(), "greet"), 5)
            ends = time.monotonic() + 8
            while time.monotonic() < ends:
                assert observed.status().alive
                time.sleep(0.5)
        gate.set()
    assert seen.records(Event.START)
    assert any("left: detached" in one[1] for one in seen.records(Event.NOTE))


def test_what_the_recording_raises_is_kept(tunnel, syntax):
    _, _, proxy = tunnel

    def full(_: bytes) -> None:
        raise OSError("disk full")

    observed = attach(
        resolve(f":{proxy.port}"), rewrite=rewriter(syntax), on_block=full
    )
    eventually(lambda: observed._stream.failure is not None, "the failure")
    with pytest.raises(OSError, match="disk full"):
        observed.detach()
    eventually(lambda: not present(proxy), "the probe left", 10)
