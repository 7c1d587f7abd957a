// A run of 100,000 batches that goes on: the first 99,000 have been before anybody looks, then one every 100 ms.
import { batch, begin, hello, say } from './lib.mjs';

const [BEFORE, EPOCH, EPOCHS] = [99_000, 1_000, 100];
const upTo = (from, to) => Array.from({ length: to - from }, (_, i) => from + i + 1);

await begin((request) => {
  if (request.t !== 'stop') return;
  say({ t: 'stopped' });
  process.exit(0);
});
hello();
say({ t: 'plan', epochs: EPOCHS, stepsPerEpoch: EPOCH, trainSamples: 32_000, validationSamples: 1_600, testSamples: 2_000, weights: 10 });
let step = 0;
for (; step < BEFORE; step += EPOCH) {
  for (let part = 0; part < EPOCH; part += 100) batch(...upTo(step + part, step + part + 100));
  const last = step + EPOCH;
  say({ t: 'scalars', step: [last], atMs: [Date.now()], values: { 'val/loss': [1 / last], 'val/accuracy': [0.4] } });
  await new Promise((done) => setTimeout(done, 20));
}
setInterval(() => {
  step += 1;
  batch(step);
}, 100);
