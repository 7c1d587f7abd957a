"""Adds a callback to Lightning's Trainer: what a module logs, at each batch and at the end of each epoch and validation."""

import functools
import importlib

from ._budget import Budget
from ._writer import writer


def _callback(base):
    class ColdaisleCallback(base):
        def __init__(self):
            super().__init__()
            self._budget = Budget()
            #: Names that were told at a batch, with the step.
            self._told = {}

        def _tell(self, trainer, names=None):
            metrics = {name: value for name, value in trainer.callback_metrics.items() if names is None or names(name)}
            writer().add(metrics, trainer.global_step, trainer.current_epoch)

        def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx, *args):
            if not trainer.is_global_zero or not self._budget:
                return
            with self._budget:
                # Only what was logged at this step: what was validated stands among the others until it is validated again.
                metrics = trainer._results.metrics(True)["callback"]
                self._told = {name: trainer.global_step for name in metrics}
                writer().add(metrics, trainer.global_step, trainer.current_epoch)

        def on_validation_end(self, trainer, pl_module):
            if trainer.is_global_zero and not trainer.sanity_checking:
                with self._budget:
                    self._tell(trainer, lambda name: name.startswith("val"))

        def on_train_epoch_end(self, trainer, pl_module):
            if trainer.is_global_zero:
                with self._budget:
                    told = self._told
                    self._tell(
                        trainer, lambda name: not name.startswith(("val", "test")) and told.get(name) != trainer.global_step
                    )

        def on_test_end(self, trainer, pl_module):
            if trainer.is_global_zero:
                with self._budget:
                    self._tell(trainer, lambda name: name.startswith("test"))

    return ColdaisleCallback()


def install(module):
    trainer = module.Trainer
    init = trainer.__init__

    @functools.wraps(init)
    def hooked(self, *args, **kwargs):
        init(self, *args, **kwargs)
        try:
            if writer() is not None:
                base = importlib.import_module(module.__name__.rsplit(".", 2)[0] + ".callbacks").Callback
                self.callbacks.append(_callback(base))
        except Exception:
            pass

    trainer.__init__ = hooked
