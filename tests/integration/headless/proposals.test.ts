import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PowerProposals } from '@shared/model/power-proposal';
import { ModbusDevice } from '../../fakes/modbus-device';
import { runToEnd, temporaryFolder, type Finished } from './support';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let device: ModbusDevice;
beforeAll(async () => {
  folder = await temporaryFolder();
  device = await ModbusDevice.listen();
  device.set(0, [640]);
});
afterAll(async () => {
  await device.close();
  await folder.remove();
});

const run = (...args: string[]): Promise<Finished> => runToEnd([...args, '--data', join(folder.path, 'data')]);

it('proposes places for meters in the terminal, places the one that is accepted, and refuses what is none', async () => {
  const file = join(folder.path, 'main.json');
  const settings = { host: '127.0.0.1', port: device.port, meter: 'own', addresses: 'wire', points: ['power 0 uint16'], everyS: 1 };
  // Saved with a mark in front, as editors of Windows do.
  await writeFile(file, `\uFEFF${JSON.stringify({ kind: 'modbus', name: 'Main meter', settings })}`);
  expect(await run('feed', 'add', file)).toMatchObject({ code: 0, out: 'Added modbus-1.\n' });

  const told = JSON.parse((await run('pue', '--proposals', '--json')).out) as PowerProposals;
  expect(told.proposals).toMatchObject([{ device: 'sensor/modbus-1', kind: 'utility', place: null, name: 'Main meter', side: 'output' }]);
  const shown = await run('pue', '--proposals');
  expect(shown.out).toMatch(/^Main meter +Main meter \(new\) +utility +output +sensor\/modbus-1 /m);
  expect(shown.err).toContain('Main meter: Its name says utility supply.');

  expect(await run('pue', '--proposals', '--accept', 'x')).toMatchObject({
    code: 2,
    err: expect.stringContaining('no proposal "x"') as string,
  });
  expect(await run('pue', '--accept', 'x')).toMatchObject({ code: 2 });
  expect(await run('pue', '--proposals', '--fits')).toMatchObject({ code: 2 });
  expect(await run('pue', '--proposals', '--accept', told.proposals[0]?.id ?? '')).toMatchObject({ code: 0 });
  expect(JSON.parse((await run('pue', '--proposals', '--json')).out)).toMatchObject({ revision: told.revision + 1, proposals: [] });
});
