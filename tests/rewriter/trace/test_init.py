from __future__ import annotations

import rewriter.trace


def test_everything_promised_is_there():
    for name in rewriter.trace.__all__:
        assert getattr(rewriter.trace, name) is not None
