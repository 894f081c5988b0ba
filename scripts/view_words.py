"""The words about each view of a store: what ``docs/store.md`` says of it.

In: nothing. Out: a sentence by view; a test compares them with the views.
"""

from __future__ import annotations

VIEW_WORDS = {
    "hot_callbacks": "callbacks by the time that they took",
    "callbacks": "rupture points with their places as text",
    "who_writes_what": "cells and who writes them",
    "who_reads_what": "cells and who reads them",
    "chains": "edges by the names of both functions",
    "what_follows_what": "leads by the names of both runs' functions",
    "who_feeds_whom": "flows by the names of both functions",
    "dropped": "functions of which runs were dropped",
    "runs": "activations with isolate, process and thread",
    "isolates": "processes and threads: what each said, lost and cost",
    "blocks": "the journal without the bytes",
    "story": "the audit with readable times",
    "hot_frames": "sampled functions by their own time",
    "planned": "decisions of the newest plan",
}
