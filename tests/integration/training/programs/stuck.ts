import { openChannel } from '../../../../src-main/trainer/channel';
import { startWatchdog } from '../../../../src-main/trainer/watchdog';

// The trainer's channel and watchdog around a main thread that never comes back and will not be asked.
const channel = openChannel();
process.on('SIGTERM', () => undefined);
startWatchdog({ parentPid: Number(process.env.COLDAISLE_PARENT_PID) }, () => undefined);
channel.send(JSON.stringify({ t: 'log', text: 'stuck from now on' }));
// The line leaves before the loop begins.
setTimeout(() => {
  for (;;);
}, 200);
