// Fails as programs do: an exception nobody catches.
import { begin, hello, print } from './lib.mjs';

await begin();
hello();
for (let line = 1; line <= 300; line++) print(`before the end ${line}`);
throw new Error('the weights fell off');
