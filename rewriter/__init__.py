"""Turn source and meaning into cuts, new source and fluxions.

In: source text and what was derived from a recording. Out: plans and new text.
"""
