"""Adds a callback to Transformers' Trainer: what it logs, with all its digits and its step."""

import functools

from ._budget import Budget
from ._writer import writer


def _callback(base):
    class ColdaisleCallback(base):
        def __init__(self):
            self._budget = Budget()

        def on_log(self, args, state, control, logs=None, **kwargs):
            if not state.is_world_process_zero:
                return
            with self._budget:
                writer().add({name: value for name, value in (logs or {}).items() if name != "epoch"}, state.global_step, state.epoch)

    return ColdaisleCallback()


def install(module):
    trainer = module.Trainer
    init = trainer.__init__

    @functools.wraps(init)
    def hooked(self, *args, **kwargs):
        init(self, *args, **kwargs)
        try:
            if writer() is not None:
                from transformers.trainer_callback import TrainerCallback

                self.add_callback(_callback(TrainerCallback))
        except Exception:
            pass

    trainer.__init__ = hooked
