"""Appends lines of JSON to files in the run's folder, named by COLDAISLE_SCALARS: files work on every system, no child inherits
them, and writing one waits for nobody."""

import atexit
import json
import math
import os
import threading
import time

VARIABLE = "COLDAISLE_SCALARS"
#: A file that is so large is gone on from in another, bytes: what was read can be deleted.
PART_BYTES = 4 * 1024 * 1024
#: So many parts that nobody has read: the reader is gone, and what is logged is dropped until it is back.
PARTS_MAX = 8
#: Lines are written together so often, seconds.
EVERY_S = 0.2
#: Lines held at most: a program that logs more has a reader that sees only some of them anyway.
LINES_MAX = 20000


def is_first():
    """Of several processes that train together, one tells."""
    for name in ("RANK", "SLURM_PROCID", "LOCAL_RANK"):
        rank = os.environ.get(name)
        if rank is not None:
            return rank == "0"
    return True


class Writer:
    def __init__(self, folder):
        self._folder = folder
        self._lock = threading.Lock()
        self._begin()

    def _begin(self):
        self._pid = os.getpid()
        self._lines = []
        self._file = None
        self._part = 0
        self._bytes = 0
        self._wake = threading.Event()
        self._thread = None

    def add(self, values, step=None, epoch=None):
        numbers = {}
        for name, value in values.items():
            number = to_number(value)
            if number is not None:
                numbers[str(name)] = number
        if not numbers:
            return
        line = {"n": numbers, "t": int(time.time() * 1000)}
        if step is not None:
            line["s"] = int(step)
        if epoch is not None:
            line["e"] = epoch
        text = json.dumps(line)
        if self._pid != os.getpid():
            # A fork: its parent has the file and the lines.
            self._lock = threading.Lock()
            self._begin()
        with self._lock:
            if len(self._lines) < LINES_MAX:
                self._lines.append(text)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="coldaisle", daemon=True)
                self._thread.start()
        self._wake.set()

    def _run(self):
        while True:
            self._wake.wait()
            time.sleep(EVERY_S)
            self._wake.clear()
            self.flush()

    def flush(self):
        try:
            with self._lock:
                lines, self._lines = self._lines, []
            if not lines or self._pid != os.getpid():
                return
            data = ("\n".join(lines) + "\n").encode("utf-8")
            if self._file is None or self._bytes >= PART_BYTES:
                if not self._next_part():
                    return
            self._file.write(data)
            self._bytes += len(data)
        except Exception:
            # A full disk, a folder that went: the program goes on.
            self._file = None

    def open(self):
        try:
            with self._lock:
                if self._file is None:
                    self._next_part()
        except Exception:
            self._file = None

    def _next_part(self):
        unread = [name for name in os.listdir(self._folder) if name.startswith("%d-" % self._pid)]
        if len(unread) >= PARTS_MAX:
            return False
        if self._file is not None:
            self._file.close()
            self._part += 1
        self._file = open(os.path.join(self._folder, "%d-%d.jsonl" % (self._pid, self._part)), "ab", buffering=0)
        self._bytes = 0
        return True


def to_number(value):
    """A plain number of whatever holds one: NumPy, PyTorch, TensorFlow, JAX. None = it is no number."""
    try:
        if isinstance(value, bool) or isinstance(value, (str, bytes)) or value is None:
            return None
        number = float(value)
    except Exception:
        return None
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else ("Infinity" if number > 0 else "-Infinity")


_writer = None
_is_decided = False


def writer():
    """None = this is no run of Coldaisle's, or another process tells of it."""
    global _writer, _is_decided
    if not _is_decided:
        _is_decided = True
        folder = os.environ.get(VARIABLE)
        if folder and is_first() and os.path.isdir(folder):
            _writer = Writer(folder)
            # That it is there is known before it tells: what is printed at the same time waits for it.
            _writer.open()
            atexit.register(_writer.flush)
    return _writer


def log(values=None, step=None, epoch=None, **named):
    """``log(loss=0.5, step=12)``, or ``log({"val/loss": 0.5}, step=12)`` for names that are no words."""
    try:
        to = writer()
        if to is not None:
            to.add(dict(values or {}, **named), step, epoch)
    except Exception:
        pass
