"""Turn what was seen into what it means.

In: facts. Out: rupture points, chains, effects and costs. No I/O, no clock.
"""
