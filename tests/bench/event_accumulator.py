"""TensorBoard's own reader on one folder: prints the scalars it holds and the seconds it took."""

import sys
import time

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

began = time.process_time()
accumulator = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "tensors": 0})
accumulator.Reload()
tags = accumulator.Tags()
points = sum(len(accumulator.Scalars(tag)) for tag in tags["scalars"])
points += sum(len(accumulator.Tensors(tag)) for tag in tags["tensors"])
print(points, time.process_time() - began)
