import { LogFile } from '../../../../src-main/hosts/log/log-file';

// Logs more than one file holds, and is killed with the last line.
const log = new LogFile(process.argv[2] ?? '', { maxBytes: 4_000 });
for (let i = 0; i < 100; i++) log.write('info', `line ${i}`);
process.kill(process.pid, 'SIGKILL');
