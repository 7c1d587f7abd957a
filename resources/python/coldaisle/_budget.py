"""Keeps what the hooks take below a share of a program's time."""

import time

#: Of the time since training began; what is left out are single batches, never the end of an epoch.
SHARE = 0.005
#: What may be taken at once, seconds: batches of a small model are faster than anything that looks at them.
AT_ONCE = 0.1


class Budget:
    def __init__(self):
        self._since = time.perf_counter()
        self._spent = 0.0
        self._from = 0.0

    def __bool__(self):
        """Whether there is time for one more."""
        return self._spent <= AT_ONCE + SHARE * (time.perf_counter() - self._since)

    def __enter__(self):
        self._from = time.perf_counter()

    def __exit__(self, *_):
        self._spent += time.perf_counter() - self._from
        # What happens there is no business of the program's; KeyboardInterrupt is.
        return _[0] is not None and issubclass(_[0], Exception)
