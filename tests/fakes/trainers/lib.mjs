// What every stand-in trainer needs: the protocol's channel under plain Node (fd 3 out, stdin in), nothing else.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Writes all of it before it returns, waiting where the pipe is full. */
function write(fd, text) {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

/** Raw text to the event channel. */
export const raw = (text) => write(3, text);

export const say = (event) => raw(`${JSON.stringify(event)}\n`);
export const hello = () => say({ t: 'hello', v: 1, engine: 'wasm', detail: 'stand-in' });
export const plan = () =>
  say({ t: 'plan', epochs: 1, stepsPerEpoch: 4, trainSamples: 4, validationSamples: 1, testSamples: 1, weights: 10 });
export const batch = (...steps) =>
  say({
    t: 'batch',
    epoch: 1,
    step: steps,
    atMs: steps.map(() => Date.now()),
    loss: steps.map((step) => 1 / step),
    accuracy: steps.map(() => 0.5),
    samplesPerSecond: 100,
  });
export const epoch = () =>
  say({ t: 'epoch', epoch: 1, atMs: Date.now(), loss: 0.5, accuracy: 0.5, valLoss: 0.6, valAccuracy: 0.4, samplesPerSecond: 100 });
export const result = () => {
  const score = { loss: 0.5, accuracy: 0.5 };
  say({ t: 'result', result: { train: score, validation: score, test: score, samplesPerSecond: 100 } });
};

/** Resolves with the first request; later ones go to `onRequest`. */
export function begin(onRequest = () => undefined) {
  return new Promise((resolve) => {
    let first = true;
    createInterface({ input: process.stdin }).on('line', (line) => {
      const request = JSON.parse(line);
      if (first) resolve(request);
      else onRequest(request);
      first = false;
    });
  });
}

/** Keeps the process alive until it is ended from outside. */
export const linger = () => setInterval(() => undefined, 1000);

/** Text to stdout, all of it: what console.log still holds when the process ends is lost. */
export const print = (text) => write(1, `${text}\n`);
