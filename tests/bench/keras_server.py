"""The model of serving.bench.ts behind Python's own HTTP server: POST {"instances": [...]}, answered by {"predictions": [...]}.

Prints the port that it listens on. The model runs as a compiled graph, which is TensorFlow's fastest way for small batches.
"""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

layers = tf.keras.layers
model = tf.keras.Sequential([layers.Input((784,)), layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax")])
infer = tf.function(lambda x: model(x, training=False), input_signature=[tf.TensorSpec([None, 784], tf.float32)])
infer(tf.zeros([1, 784]))
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it each answer waits for the client's acknowledgement of its head.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self):
        rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["instances"]
        with lock:
            scores = infer(tf.constant(np.asarray(rows, dtype=np.float32))).numpy()
        body = json.dumps({"predictions": scores.tolist()}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
