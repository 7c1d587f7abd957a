import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { GpuProcess, MachineProcess } from '@shared/model/processes';
import { processRows } from '../../../../src-main/core/processes/process-rows';
import { UserNames } from '../../../../src-main/core/processes/user-names';

const host: MachineProcess = {
  ...{ pid: 7, name: 'python', command: 'python train.py', user: 'ada', runId: null, cpuPercent: 150, memoryB: 1_000 },
  ...{ readBps: 0, writeBps: 0, startedAtMs: 1 },
};
const share = (device: string, pid: number): GpuProcess => ({
  ...{ device, pid, name: '/opt/conda/bin/python', kind: 'compute', memoryB: 10, loadPercent: 87 },
  ...{ memoryLoadPercent: 33, encoderPercent: 0, decoderPercent: null },
});

let folder = '';
afterEach(() => {
  if (folder !== '') rmSync(folder, { recursive: true });
  folder = '';
});

it('a process is one row, whatever number of GPUs it is on', () => {
  const rows = processRows([share('gpu0', 7), share('gpu1', 7), share('gpu1', 9)], [host]);
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({ pid: 7, name: 'python', user: 'ada', gpus: [{ device: 'gpu0' }, { device: 'gpu1', loadPercent: 87 }] });
});

it('one that only the driver tells of has a name and nothing that is not known', () => {
  expect(processRows([share('gpu0', 9)], [])).toMatchObject([
    { pid: 9, name: 'python', command: '/opt/conda/bin/python', user: null, cpuPercent: null, memoryB: null, startedAtMs: null },
  ]);
});

it('users have names: by the machine’s list, read anew when it changes, else by whom the system asks', async () => {
  folder = mkdtempSync(join(tmpdir(), 'coldaisle-users-'));
  const file = join(folder, 'passwd');
  writeFileSync(file, 'root:x:0:0::/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\nadmin:x:1000:1000::/:/bin/sh\n');
  const asked: number[] = [];
  const users = new UserNames(file, (uid) => {
    asked.push(uid);
    return Promise.resolve(uid === 5000 ? 'of-the-directory' : null);
  });
  users.refresh();
  expect([users.nameOf(0), users.nameOf(1000), users.nameOf(5000), users.nameOf(6000)]).toEqual(['root', 'ada', '5000', '6000']);
  await Promise.resolve();
  expect([users.nameOf(5000), users.nameOf(6000)]).toEqual(['of-the-directory', '6000']);
  expect(asked).toEqual([5000, 6000]);
  rmSync(file);
  users.refresh();
  expect(users.nameOf(0)).toBe('0');
});
