"""Tells Coldaisle the numbers of a program that it started: ``coldaisle.log(loss=0.5, step=12)``.

Outside of a run, and where nobody reads, all of it does nothing. It never raises and never waits.
"""

from ._writer import log

__all__ = ["log"]
