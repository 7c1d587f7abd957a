from tensorflow.keras import layers, models
import tensorflow as tf

tf.keras.utils.set_random_seed(1)
(x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data()
x_train, y_train = x_train[:2000] / 255.0, y_train[:2000]
x_test, y_test = x_test[:500] / 255.0, y_test[:500]
model = models.Sequential([layers.Flatten(), layers.Dense(16, activation="relu"), layers.Dense(10, activation="softmax")])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, epochs=3, batch_size=50, validation_split=0.2)
model.evaluate(x_test, y_test)
