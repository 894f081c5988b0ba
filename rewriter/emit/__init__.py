"""Emission: a plan becomes overlays, slices, a manifest and the runtime's files."""

from rewriter.emit.emitter import emit

__all__ = ["emit"]
