import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runToEnd, serve, temporaryFolder } from './support';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

it('says how the room is cooled, and what is missing where it cannot', async () => {
  const data = ['--data', join(folder.path, 'data')];
  const now = await runToEnd(['cooling', ...data]);
  // No sensor of a test machine is at an inlet.
  expect(now.code).toBe(1);
  expect(now.out).toMatch(/Class A2 \(ASHRAE TC 9\.9\)\n  Warmest inlet   — \(no sensor\)/);
  expect(now.out).toContain('say of each where it is');
  const report = await runToEnd(['cooling', '--from', '1h', '--json', ...data]);
  expect(JSON.parse(report.out)).toMatchObject({ inlets: [], excursions: [], rciHigh: { value: null, withheld: 'no-sensor' } });
  expect(await runToEnd(['cooling', '--from', 'now', '--to', '1h', ...data])).toMatchObject({ code: 2 });
});

it('is told, as feeds, secrets, sources and PUE are, while another Coldaisle has the data folder', async () => {
  const dataDir = join(folder.path, 'served');
  const data = ['--data', dataDir];
  const served = await serve(dataDir);
  try {
    const file = join(folder.path, 'meter.json');
    await writeFile(
      file,
      JSON.stringify({ kind: 'modbus', name: 'Main meter', settings: { host: '127.0.0.1', port: 1, meter: 'sunspec' } }),
    );
    expect(await runToEnd(['feed', 'add', file, ...data])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Added \S+\.$/m) as string,
    });
    const listed = await runToEnd(['feed', 'list', '--json', ...data]);
    expect(JSON.parse(listed.out)).toMatchObject({ kind: 'modbus', name: 'Main meter' });
    for (const command of ['cooling', 'pue']) {
      const { out, err } = await runToEnd([command, ...data]);
      expect(out + err).not.toContain('in use by another');
    }
    expect(await runToEnd(['sources', 'list', ...data])).toMatchObject({ code: 0, out: expect.stringContaining('Main meter') as string });
    expect(await runToEnd(['secrets', 'list', ...data])).toMatchObject({ code: 0 });
  } finally {
    await served.stop();
  }
});
