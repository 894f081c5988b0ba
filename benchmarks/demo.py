"""Run the demo and report its figures: `make bench TOPIC=demo`."""

from __future__ import annotations

import json
import os
import subprocess
import sys


def main() -> int:
    rounds = 1 if os.environ.get("QUICK") else 3
    told = [one() for _ in range(rounds)]
    ranked = sorted(told, key=lambda one: one["ratio"])
    middle = ranked[len(ranked) // 2]
    result = {
        "p99_vs_original": middle["ratio"],
        "throughput_vs_original": round(
            middle["compiled"]["heavy_per_s"] / middle["original"]["heavy_per_s"], 3
        ),
        "original": middle["original"],
        "compiled": middle["compiled"],
        "identical": sum(one["identical"] for one in told),
        "different": sum(one["compared"] - one["identical"] for one in told),
        "seconds": middle["seconds"],
        "machine": middle["machine"],
        "rounds": rounds,
    }
    print(json.dumps(result))
    return 0 if result["different"] == 0 else 1


def one() -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "fluxion", "demo", "--json"],
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
