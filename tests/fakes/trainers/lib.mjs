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
export const hello = () => say({ t: 'hello', v: 2, engine: 'wasm', detail: 'stand-in' });
export const plan = () =>
  say({ t: 'plan', epochs: 1, stepsPerEpoch: 4, trainSamples: 4, validationSamples: 1, testSamples: 1, weights: 10 });
export const batch = (...steps) =>
  say({
    t: 'scalars',
    step: steps,
    atMs: steps.map(() => Date.now()),
    values: { 'train/loss': steps.map((step) => 1 / step), 'train/accuracy': steps.map(() => 0.5) },
    progress: { epoch: 1, step: steps.at(-1) },
  });
/** An epoch's own numbers at its last batch, and one of a name that no core knows. */
export const epoch = () =>
  say({ t: 'scalars', step: [4], atMs: [Date.now()], values: { 'val/loss': [0.6], 'val/accuracy': [0.4], 'my own/number': ['NaN'] } });
export const result = () => say({ t: 'result', values: { 'test/loss': 0.5, 'test/accuracy': 0.5 } });

/**
 * As {@link firstRequest}, but for being asked whether its engine loads: to that it answers and ends, as the trainer does. A doctor that
 * asks would else wait a minute for it.
 */
export async function begin(onRequest) {
  const request = await firstRequest(onRequest);
  if (request.t !== 'probe') return request;
  hello();
  process.exit(0);
}

/** Resolves with the first request; later ones go to `onRequest`. */
export function firstRequest(onRequest = () => undefined) {
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
