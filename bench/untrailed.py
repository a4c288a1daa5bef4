"""The product without the entries of what was shown: only to tell what they cost. Nothing but the bench starts it."""

from __future__ import annotations

import os

from casework import requests, server
from casework.actor import Actor


def _forget(actor: Actor) -> None:
    actor.views.clear()
    actor.pending.clear()


def main() -> None:
    """Serves a test instance until it is told to stop."""
    assert os.environ["CASEWORK_KIND"] == "test"
    vars(requests)["record_views"] = _forget
    server.main()


if __name__ == "__main__":
    main()
