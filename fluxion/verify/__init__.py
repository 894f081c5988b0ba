"""Prove that a compiled app answers like the original.

In: a build, and requests or a driver. Out: what differed. Runs both apps, on copies.
"""
