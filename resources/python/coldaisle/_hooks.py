"""Hooks Keras, Lightning and Transformers once a program imports them. What is never imported costs nothing."""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import PathFinder


def _keras(module):
    from . import _keras as hook

    hook.install(module)


def _lightning(module):
    from . import _lightning as hook

    hook.install(module)


def _transformers(module):
    from . import _transformers as hook

    hook.install(module)


#: The module that defines what is hooked, as each version has it.
HOOKS = {
    "keras.src.backend.tensorflow.trainer": _keras,
    "keras.src.backend.torch.trainer": _keras,
    "keras.src.backend.jax.trainer": _keras,
    "keras.src.engine.training": _keras,
    "keras.engine.training": _keras,
    "tf_keras.src.engine.training": _keras,
    "lightning.pytorch.trainer.trainer": _lightning,
    "pytorch_lightning.trainer.trainer": _lightning,
    "transformers.trainer": _transformers,
}


class _Then(Loader):
    """Loads a module as it is loaded anyway, then hooks it."""

    def __init__(self, loader, hook):
        self._loader = loader
        self._hook = hook

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        # Whoever asks a module for its loader, for its source or its data, is to have the one that it would have.
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        try:
            self._hook(module)
        except Exception:
            # A version that is built another way trains without its exact values.
            pass


class _Finder(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        hook = HOOKS.get(name)
        if hook is None:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None or not hasattr(spec.loader, "exec_module"):
            return None
        spec.loader = _Then(spec.loader, hook)
        return spec


def install():
    sys.meta_path.insert(0, _Finder())
