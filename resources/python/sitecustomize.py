"""Begun by Python itself: this folder is first on its path. Hooks what trains, then hands on to the sitecustomize behind it."""

import os
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))


def _hand_on():
    # Python knows one module of this name: whoever had it on the path before is to have it still.
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    behind = [path for path in sys.path if os.path.abspath(path or os.curdir) != _HERE]
    spec = PathFinder.find_spec("sitecustomize", behind)
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


if sys.version_info >= (3, 6):
    if os.environ.get("COLDAISLE_SCALARS"):
        try:
            from coldaisle import _hooks

            _hooks.install()
        except Exception:
            # A program runs with or without its curves.
            pass
    _hand_on()
