"""Talk to a live target: find it, attach, observe, swap, and leave it as found.

In: a target and a rewrite function. Out: observations, as facts of the store.
"""
