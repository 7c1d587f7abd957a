"""The model, data and batch of mnist-mlp in Keras. Reads 'go' lines, trains one epoch for each, says samples a second.

Usage: keras_mlp.py DATASET_DIR BATCH
"""

import gzip
import json
import os
import struct
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

folder, batch = sys.argv[1], int(sys.argv[2])


def idx(name):
    with gzip.open(os.path.join(folder, name), "rb") as file:
        dimensions = struct.unpack(">HBB", file.read(4))[2]
        shape = struct.unpack(">" + "I" * dimensions, file.read(4 * dimensions))
        return np.frombuffer(file.read(), np.uint8).reshape(shape)


x = idx("train-images-idx3-ubyte.gz").reshape(-1, 784)[:6400].astype("float32") / 255
y = idx("train-labels-idx1-ubyte.gz")[:6400].astype("int32")

tf.keras.utils.set_random_seed(42)
model = tf.keras.Sequential(
    [tf.keras.Input((784,)), tf.keras.layers.Dense(128, activation="relu"), tf.keras.layers.Dense(10, activation="softmax")]
)
model.compile(optimizer=tf.keras.optimizers.Adam(0.001), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
print(json.dumps({"ready": tf.__version__}), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    history = model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
    seconds = time.perf_counter() - start
    print(json.dumps({"samplesPerSecond": len(x) / seconds, "loss": history.history["loss"][0]}), flush=True)
