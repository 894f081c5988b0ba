"""F16: secrets in every channel of an app are found nowhere in what fluxion writes.

The app and its requests carry more than fifty, each under its own name. What is looked
through: the store, its log while it is written and after a kill, every word of every
verb, the build. Only a source's own text may hold what the source holds.
"""

from __future__ import annotations

import gzip
import json
import random
import signal
import sqlite3
import string
import threading
from pathlib import Path

import pytest

from profiler.decode import Tally, decode
from profiler.records import CellUsed, Request
from store.database import open_store
from store.errors import StoreError
from tests.agent.live import ANY_PORT, get
from tests.fault.worlds import HERE, figure
from tests.processes import eventually

CHANCE = random.Random(16)
LETTERS = string.ascii_letters + string.digits


def letters(count: int) -> str:
    return "".join(CHANCE.choice(LETTERS) for _ in range(count))


def github() -> str:
    return "ghp_" + letters(36)


def jwt() -> str:
    return f"eyJ{letters(20)}.eyJ{letters(24)}.{letters(32)}"


def card() -> str:
    digits = "4" + "".join(CHANCE.choice(string.digits) for _ in range(14))
    return next(f"{digits}{n}" for n in range(10) if luhn(f"{digits}{n}"))


def luhn(number: str) -> bool:
    twice = [int(one) * (1 + place % 2) for place, one in enumerate(number[::-1])]
    return sum(one - 9 * (one > 9) for one in twice) % 10 == 0


def plain() -> str:
    """A secret that only its name gives away."""
    return "Plain" + letters(14)


def uuid() -> str:
    text = "".join(CHANCE.choice("0123456789abcdef") for _ in range(32))
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


IN_APP = {
    "symbol": github(),
    "functionName": github(),
    "className": "sk_live_" + letters(24),
    "evalText": "AKIA" + letters(16).upper(),
    "evalPlain": plain(),
    "evalSource": github(),
    "scriptUrl": plain(),
    "urlUser": plain(),
    "errorPlain": plain(),
    "resultKey": "xoxb-" + letters(30),
    "hexKey": letters(8).encode().hex() * 2 + "0a1b2c3d",
    "mailKey": f"{letters(12)}@example.com",
    "uuidKey": uuid(),
    "objectKey": github(),
    "mapKey": github(),
    "setMember": github(),
    "shapeKey": "AIza" + letters(35),
    "card": card(),
    "errorMessage": github(),
    "rejection": letters(30),
    "errorName": github(),
    "errorCode": github(),
    "sql": plain(),
    "sqlParameter": plain(),
    "thrown": jwt(),
    "answerCookie": plain(),
    "answerBody": plain(),
    "title": "glpat-" + letters(20),
    "moduleUrl": plain(),
}
AROUND = {
    "literal": github(),
    "argument": plain(),
    "nextArgument": plain(),
    "flag": github(),
    "environment": plain(),
    "environmentToken": github(),
}
IN_REQUESTS = {
    "bearer": letters(40),
    "basic": letters(24),
    "cookie": plain(),
    "apiKey": plain(),
    "myToken": plain(),
    "session": jwt(),
    "referer": plain(),
    "queryPassword": plain(),
    "queryEncoded": plain(),
    "queryNested": plain(),
    "queryLooks": github(),
    "pathSegment": github(),
    "json": plain(),
    "jsonNested": plain(),
    "jsonEscaped": plain(),
    "jsonCard": card(),
    "form": plain(),
    "formEncoded": plain(),
    "multipart": plain(),
    "multipartKey": letters(40),
    "text": letters(40),
    "gzip": plain(),
}
PATHS = {
    "/plain?page=2": 0,
    "/q?password=[redacted]&page=2": 1,
    "/reset/[redacted]/now": 1,
}
"""Paths of requests as they are kept, and whether something was taken out of them."""
KEYS = {"*", "@@*", "users"}
"""What is kept of the names of properties, symbols, and of one that is no secret."""
ALL = {**IN_APP, **AROUND, **IN_REQUESTS}


def send(port: int) -> None:
    """Every request that carries a secret, once."""
    one = IN_REQUESTS
    get(
        port,
        "/a",
        None,
        Authorization=f"Bearer {one['bearer']}",
        Cookie=f"theme=1; connect.sid={one['cookie']}",
        Referer=f"http://127.0.0.1/?token={one['referer']}",
        **{
            "X-Api-Key": one["apiKey"],
            "X-My-Token": one["myToken"],
            "X-Session": one["session"],
            "Proxy-Authorization": f"Basic {one['basic']}",
        },
    )
    for path in (
        f"/q?password={one['queryPassword']}&page=2",
        f"/q?pass%77ord={one['queryEncoded']}",
        f"/q?user[password]={one['queryNested']}",
        f"/q?note={one['queryLooks']}",
        f"/reset/{one['pathSegment']}/now",
    ):
        get(port, path)
    line = "\r\n"
    part = f'--b{line}Content-Disposition: form-data; name="'
    multipart = (
        f'{part}password"{line}{line}{one["multipart"]}{line}'
        f'{part}file"; filename="k"{line}{line}-----BEGIN RSA PRIVATE KEY-----\n'
        f"{one['multipartKey']}\n-----END RSA PRIVATE KEY-----{line}--b--{line}"
    )
    for kind, body in (
        ("application/json", json.dumps({"password": one["json"]})),
        ("application/json", json.dumps({"a": {"apiToken": one["jsonNested"]}})),
        ("application/json", f'{{"pass\\u0077ord": "{one["jsonEscaped"]}"}}'),
        ("application/json", json.dumps({"note": f"paid {one['jsonCard']} ok"})),
        ("application/x-www-form-urlencoded", f"a=1&password={one['form']}"),
        ("application/x-www-form-urlencoded", f"p%61ssword={one['formEncoded']}"),
        ("multipart/form-data; boundary=b", multipart),
        ("text/plain", f"it said Bearer {one['text']}"),
    ):
        get(port, "/post", body.encode(), **{"Content-Type": kind})
    packed = gzip.compress(json.dumps({"password": one["gzip"]}).encode())
    get(port, "/post", packed, **{"Content-Encoding": "gzip"})
    get(port, "/plain?page=2", b'{"note":"no secret"}')


class Traffic:
    """The requests again and again, until it is told to stop."""

    def __init__(self, port: int) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(port,))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self, port: int) -> None:
        while not self._stop.wait(0.02):
            send(port)


@pytest.fixture
def server(start, tmp_path):
    """The app below a folder of its own, which is not looked through."""
    folder = tmp_path / "app"
    folder.mkdir()
    file = folder / "app.js"
    text = (HERE / "canaries.js").read_text("utf-8")
    file.write_text(text.replace("@LITERAL@", AROUND["literal"]), "utf-8")
    (folder / "canaries.json").write_text(json.dumps(IN_APP), "utf-8")
    module = folder / "module.mjs"
    module.write_text("export const tick = (state) => { state.ticks = 1; };\n", "utf-8")
    return start(
        file,
        f"--token={AROUND['argument']}",
        "--password",
        AROUND["nextArgument"],
        flags=(*ANY_PORT, f"--title={AROUND['flag']}"),
        env={
            "CANARIES": str(folder / "canaries.json"),
            "MODULE": str(module),
            "DB_PASSWORD": AROUND["environment"],
            "PLAIN": AROUND["environmentToken"],
        },
    )


def found_in(folder: Path, *, but: frozenset[str] = frozenset()) -> list[str]:
    """Where which canary stands in the bytes of all files below a folder."""
    return [
        f"{name} in {file.relative_to(folder)}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for content in [file.read_bytes()]
        for name, value in ALL.items()
        if name not in but and value.encode() in content
    ]


@pytest.mark.parametrize("mode", ["watch", "trace"])
def test_no_secret_of_the_app_is_written_down(mode, server, agent, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    store = out / "app.db"
    words = ("--mode", mode, "-o", store, "--json", "--max-overhead", 50)
    with Traffic(server.port):
        one = agent("record", server.pid, *words, "--capture-requests", 60)
        one.wait_for(r"00:(1[5-9]|[2-5]\d)  ", 60)
        eventually(lambda: came_by(store, mode), "the secrets came by", 90, every=0.5)
        log = store.with_name("app.db-wal")
        during = log.read_bytes() if log.exists() else b""
        assert one.end(signal.SIGINT, 60) == 0, one.told()
        killed = agent("record", server.pid, "-o", out / "killed.db", "-d", "60s")
        killed.wait_for(r"events")
        killed.end(signal.SIGKILL)
    eventually(lambda: server.ports() == {server.port}, "the killed one's port", 15)
    (out / "during.wal").write_bytes(during)
    exercised(store, mode)
    for verb in (
        ("report", store),
        ("report", store, "--json"),
        ("chains", store),
        ("effects", store),
        ("plan", store, "--json"),
        ("compile", store, "-o", out / "build"),
        ("verify", out / "build", "--against", store),
        ("report", out / "killed.db"),
    ):
        agent(*verb, env={"FLUXION_DEBUG": "1"}).popen.wait(120)
    for file in tmp_path.glob("*.log"):
        (out / file.name).write_bytes(file.read_bytes())
    own = frozenset({"literal"})
    assert found_in(out, but=own) == []
    assert [one for one in found_in(out) if "/overlay/" not in one] == []
    figure(f"F16 {mode}: {len(ALL)} canaries, found 0 in {size(out)} bytes")


def came_by(store: Path, mode: str) -> bool:
    """Look into a recording that goes on: is everything there that is looked for?"""
    paths: set[str] = set()
    keys: set[str] = set()
    try:
        with open_store(store) as opened:
            for block in opened.blocks():
                for record in decode((block,), Tally()):
                    if isinstance(record, Request):
                        paths.add(record.fact.path)
                    elif isinstance(record, CellUsed):
                        keys.add(record.key)
    except StoreError:
        return False  # it is being made
    return paths >= set(PATHS) and (mode == "watch" or keys >= KEYS)


def exercised(store: Path, mode: str) -> None:
    """The secrets did come by: what is kept in their places shows it."""
    connection = sqlite3.connect(store)
    kept = dict(connection.execute("SELECT path, redacted FROM requests"))
    keys = {row[0] for row in connection.execute("SELECT key FROM cells")}
    started = connection.execute("SELECT argv FROM processes").fetchone()[0]
    connection.close()
    assert {path: kept[path] for path in PATHS} == PATHS
    assert mode == "watch" or keys >= KEYS
    assert json.loads(started)[2:] == ["--token=[redacted]", "--password", "[redacted]"]


def size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def test_a_source_with_a_secret_is_withheld_even_with_sources(server, agent, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with Traffic(server.port):
        one = agent(
            "record", server.pid, "-o", out / "app.db", "-d", "5s", "--with-sources"
        )
        assert one.popen.wait(60) == 0, one.told()
    assert found_in(out, but=frozenset({"evalPlain"})) == []


def test_an_app_that_is_started_says_no_more(server, agent, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    app = tmp_path / "app"
    environment = {
        "CANARIES": str(app / "canaries.json"),
        "MODULE": str(app / "module.mjs"),
        "DB_PASSWORD": AROUND["environment"],
    }
    words = ("node", app / "app.js", f"--token={AROUND['argument']}")
    one = agent(
        "record", "-o", out / "app.db", "-d", "8s", "--", *words, env=environment
    )
    one.wait_for(r"port \d+")
    port = int(one.told().rpartition("port ")[2].split()[0])
    with Traffic(port):
        one.wait_for(r"[1-9]\d* events")
    assert one.popen.wait(60) == 0, one.told()
    (out / "words.log").write_bytes(one.log.read_bytes())
    assert found_in(out) == []
    assert server.process.alive()
