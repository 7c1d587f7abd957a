// Prints for ever, as fast as it can.
import { begin, hello, print } from './lib.mjs';

await begin();
hello();
for (let line = 1; ; line++) print(`line ${line} ${'x'.repeat(80)}`);
