"""Each run gets a fresh copy, and the original is never written to."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from fluxion.verify import copies
from fluxion.verify.copies import fingerprint, plan_copies, settle
from store.errors import FluxionError


def tree(root: Path, *files: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def planned(tmp_path: Path, script: str, cwd: str, *loaded: str):
    root = tmp_path / "disk"
    return plan_copies(
        tmp_path / "copy", root / script, root / cwd, [root / x for x in loaded]
    )


def test_packages_are_linked_and_the_rest_is_copied(tmp_path):
    root = tmp_path / "disk"
    tree(
        root,
        *("app/package.json", "app/lib/a.js", "app/node_modules/x/i.js"),
        *("app/.git/HEAD", "node_modules/y/i.js"),
    )
    plan = planned(tmp_path, "app/lib/a.js", "app")
    plan.make()
    script = plan.place(root / "app/lib/a.js")
    assert script.read_text() == "app/lib/a.js"
    script.write_text("changed")
    assert (root / "app/lib/a.js").read_text() == "app/lib/a.js"
    home = script.parent.parent
    assert (home / "node_modules").is_symlink()
    assert (home.parent / "node_modules/y/i.js").exists(), "hoisted packages are found"
    assert not (home / ".git").exists()
    inside = root / "app/node_modules/x/i.js"
    assert plan.place(inside) == inside


def test_an_app_that_is_a_package_is_copied_among_links(tmp_path):
    root = tmp_path / "disk"
    tree(
        root,
        *(
            "w/db.json",
            "w/node_modules/app/package.json",
            "w/node_modules/app/bin/s.js",
        ),
        *("w/node_modules/app/bin/s.js", "w/node_modules/dep/i.js"),
        "w/node_modules/@s/one/i.js",
    )
    plan = planned(tmp_path, "w/node_modules/app/bin/s.js", "w")
    plan.make()
    script = plan.place(root / "w/node_modules/app/bin/s.js")
    assert script.is_file()
    assert not script.is_symlink()
    assert script.resolve() == script
    packages = script.parent.parent.parent
    assert (packages / "dep").is_symlink()
    assert (packages / "@s/one/i.js").is_file()
    assert plan.place(root / "w/db.json").is_file()


def test_a_scoped_package_is_copied_too(tmp_path):
    root = tmp_path / "disk"
    tree(
        root,
        *("w/node_modules/@s/app/package.json", "w/node_modules/@s/app/s.js"),
        *("w/node_modules/@s/dep/i.js", "w/node_modules/other/i.js"),
    )
    plan = planned(tmp_path, "w/node_modules/@s/app/s.js", "w")
    plan.make()
    script = plan.place(root / "w/node_modules/@s/app/s.js")
    assert script.resolve() == script
    assert (script.parent.parent / "dep").is_symlink()
    assert (script.parent.parent.parent / "other").is_symlink()


def test_sources_beside_the_package_are_copied_with_it(tmp_path):
    root = tmp_path / "disk"
    tree(root, "repo/api/package.json", "repo/api/s.js", "repo/shared/x.js")
    plan = planned(tmp_path, "repo/api/s.js", "repo/api", "repo/shared/x.js")
    plan.make()
    assert plan.place(root / "repo/shared/x.js").is_file()
    assert plan.roots == (root / "repo",)


def test_used_copies_are_put_aside_and_the_next_is_fresh(tmp_path):
    root = tmp_path / "disk"
    tree(root, "app/package.json", "app/s.js")
    plan = planned(tmp_path, "app/s.js", "app")
    plan.make()
    plan.place(root / "app/new.txt").write_text("new")
    used = plan.keep_as("first")
    plan.make()
    assert not plan.place(root / "app/new.txt").exists()
    names = {Path(name).name for name in fingerprint(used)}
    assert names == {"package.json", "s.js", "new.txt"}


def test_half_a_disk_is_not_copied(tmp_path, monkeypatch):
    monkeypatch.setattr(copies, "MAX_FILES", 3)
    root = tmp_path / "disk"
    tree(root, "app/package.json", *(f"app/{i}.txt" for i in range(5)))
    with pytest.raises(FluxionError, match="too big"):
        planned(tmp_path, "app/1.txt", "app")


def test_links_stay_links_and_point_to_the_original_outside(tmp_path):
    root = tmp_path / "disk"
    tree(root, "app/package.json", "app/s.js", "data/big.bin")
    (root / "app/inner").symlink_to("s.js")
    (root / "app/outer").symlink_to("../data")
    plan = planned(tmp_path, "app/s.js", "app")
    plan.make()
    assert plan.place(root / "app/inner").resolve() == plan.place(root / "app/s.js")
    assert (plan.place(root / "app/outer") / "big.bin").read_text() == "data/big.bin"


def test_a_run_is_over_when_nothing_is_written_any_more(tmp_path):
    file = tmp_path / "slow.txt"
    file.write_text("")

    def write():
        for _ in range(5):
            time.sleep(0.05)
            with file.open("a") as opened:
                opened.write("x")

    writer = threading.Thread(target=write)
    writer.start()
    settle(tmp_path, quiet_s=0.15)
    assert file.read_text() == "xxxxx"
    writer.join()
