// Says what its scalars are: well, badly, and twice.
import { batch, begin, epoch, hello, plan, raw, result, say } from './lib.mjs';

const define = (scalars) => say({ t: 'define', scalars });

await begin();
hello();
define({
  'val/mAP50': { label: 'mAP at 50 %', unit: '%', digits: 1, better: 'higher', range: [0, 100] },
  latency: { unit: 'ms', better: 'lower', colour: 'red' },
  'grad/norm': { digits: 'many' },
  'val/loss': { unit: 'nat', better: 'higher' },
  'train/loss': { better: 'lower' },
  'energy/it': { unit: 'Wh' },
});
define({ latency: { unit: 's' }, 'val/mAP50': { better: 'higher' } });
plan();
batch(1, 2);
const told = (step, map, latency) =>
  say({ t: 'scalars', step: [step], atMs: [Date.now()], values: { 'val/mAP50': [map], latency: [latency] } });
told(1, 40.25, 9.5);
told(2, 61.5, 7.25);
told(3, 55, 'NaN');
told(4, 'Infinity', 8);
epoch();
raw('{"t":"define"}\n');
result();
process.exit(0);
