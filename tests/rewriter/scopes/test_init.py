from __future__ import annotations

import rewriter.scopes


def test_everything_promised_is_there():
    for name in rewriter.scopes.__all__:
        assert getattr(rewriter.scopes, name) is not None
