// Says nothing but garbage and does not end.
import { begin, linger, raw } from './lib.mjs';

await begin();
for (let line = 0; line < 300; line++) raw(`garbage ${line}\n`);
linger();
