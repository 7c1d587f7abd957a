import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runToEnd, temporaryFolder } from './support';

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
