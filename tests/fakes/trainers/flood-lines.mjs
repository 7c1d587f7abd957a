// Says valid events for ever, as fast as it can.
import { begin, hello, say } from './lib.mjs';

await begin();
hello();
for (let line = 1; ; line++) say({ t: 'log', text: `event ${line}` });
