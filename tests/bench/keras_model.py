"""The models of training.bench.ts in Keras. Reads 'go' lines, trains one pass over the rows for each, says samples a second.

Usage: keras_model.py DATASET_DIR MODEL ROWS BATCH, where MODEL is mlp, cnn, lstm or conv1d
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

folder, name = sys.argv[1:3]
rows, batch = (int(number) for number in sys.argv[3:5])
layers = tf.keras.layers

MODELS = {
    "mlp": ((784,), lambda: [layers.Dense(128, activation="relu")]),
    "cnn": (
        (28, 28, 1),
        lambda: [
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
        ],
    ),
    "lstm": ((28, 28), lambda: [layers.LSTM(64)]),
    "conv1d": (
        (28, 28),
        lambda: [layers.Conv1D(32, 5, activation="relu"), layers.Conv1D(64, 5, activation="relu"), layers.GlobalAveragePooling1D()],
    ),
}


def idx(file_name):
    with gzip.open(os.path.join(folder, file_name), "rb") as file:
        dimensions = struct.unpack(">HBB", file.read(4))[2]
        shape = struct.unpack(">" + "I" * dimensions, file.read(4 * dimensions))
        return np.frombuffer(file.read(), np.uint8).reshape(shape)


shape, hidden = MODELS[name]
x = idx("train-images-idx3-ubyte.gz")[:rows].reshape((-1, *shape)).astype("float32") / 255
y = idx("train-labels-idx1-ubyte.gz")[:rows].astype("int32")

tf.keras.utils.set_random_seed(42)
model = tf.keras.Sequential([tf.keras.Input(shape), *hidden(), layers.Dense(10, activation="softmax")])
model.compile(optimizer=tf.keras.optimizers.Adam(0.001), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
print(json.dumps({"ready": tf.__version__}), flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    history = model.fit(x, y, batch_size=batch, epochs=1, verbose=0)
    seconds = time.perf_counter() - start
    print(json.dumps({"samplesPerSecond": len(x) / seconds, "loss": history.history["loss"][0]}), flush=True)
