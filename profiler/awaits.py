"""Find the rupture points that no function is handed over at: each ``await``.

In: LEAD records of runs that went on. Out: RupturePoint facts of kind ``post``, one for
each ``await`` that something came back from. What runs then is the rest of the very
function that the ``await`` stands in; its site is the registration.
"""

from __future__ import annotations

from collections import Counter

from profiler.places import Places
from profiler.records import LeadSeen
from profiler.runs import NOBODY, Runs
from profiler.streams import RESUMED
from store.facts import RupturePoint

REGISTRAR = "await"
MOST_SITES = 100_000


class Awaits:
    """Fold how often each ``await`` was gone on after."""

    def __init__(self, runs: Runs) -> None:
        """Begin with nothing; ``runs`` knows whose run an activation is."""
        self.unkept = 0
        self._runs = runs
        self._resumed: Counter[tuple[int, int]] = Counter()
        """By function and site."""

    def lead(self, record: LeadSeen) -> None:
        """Take in that a run went on."""
        if record.how != RESUMED or not record.source:
            return
        function = self._runs.of(record.activation)
        if function == NOBODY:
            return
        key = (function, record.source)
        if key not in self._resumed and len(self._resumed) >= MOST_SITES:
            self.unkept += 1
            return
        self._resumed[key] += 1

    def facts(self, places: Places) -> tuple[RupturePoint, ...]:
        """Return the rupture points, the most frequent first."""
        return tuple(
            self._point(places, function, site, count)
            for (function, site), count in self._resumed.most_common()
        )

    def _point(
        self, places: Places, function: int, site: int, count: int
    ) -> RupturePoint:
        ref = self._runs.refs[function]
        at = places.place(ref.script, site)
        return RupturePoint(
            function=ref,
            kind="post",
            definition=places.place(ref.script, ref.start),
            creation=at,
            registration=at,
            basis="seen",
            registrar=REGISTRAR,
            activations=count,
        )
