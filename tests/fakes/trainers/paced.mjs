// Trains on and on, a batch every 200 ms, through epochs of 200 batches; the first 5,000 batches have been before anybody looks.
import { batch, begin, hello, say } from './lib.mjs';

const [BEFORE, EPOCH, EPOCHS] = [5_000, 200, 50];
const upTo = (from, to) => Array.from({ length: to - from }, (_, i) => from + i + 1);

await begin((request) => {
  if (request.t !== 'stop') return;
  say({ t: 'stopped' });
  process.exit(0);
});
hello();
say({ t: 'plan', epochs: EPOCHS, stepsPerEpoch: EPOCH, trainSamples: 6_400, validationSamples: 1_600, testSamples: 2_000, weights: 10 });
let step = 0;
for (; step < BEFORE; step += EPOCH) {
  batch(...upTo(step, step + EPOCH));
  const last = step + EPOCH;
  say({ t: 'scalars', step: [last], atMs: [Date.now()], values: { 'val/loss': [1 / last], 'val/accuracy': [0.4] } });
}
setInterval(() => {
  batch(step + 1);
  step += 1;
}, 200);
