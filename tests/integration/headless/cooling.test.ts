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
  expect(now.out).toMatch(/Class A2 \(ASHRAE TC 9\.9\)\n  Warmest inlet     — \(no sensor\)/);
  expect(now.out).toContain('say of each where it is');
  const report = await runToEnd(['cooling', '--from', '1h', '--json', ...data]);
  expect(JSON.parse(report.out)).toMatchObject({ inlets: [], excursions: [], rciHigh: { value: null, withheld: 'no-sensor' } });
  expect(await runToEnd(['cooling', '--from', 'now', '--to', '1h', ...data])).toMatchObject({ code: 2 });
});

it("tells a year's weather by its hours and degrees, and takes it for the room's where it is asked to", async () => {
  const file = join(folder.path, 'Neustadt.epw');
  const data = ['--data', join(folder.path, 'data')];
  const headers = [
    'LOCATION,Neustadt,HE,DEU,TMYx,106370,50.03,8.55,1.0,112.0',
    ...['DESIGN CONDITIONS,0', 'TYPICAL/EXTREME PERIODS,0', 'GROUND TEMPERATURES,0', 'HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0'],
    ...['COMMENTS 1,"a, b"', 'COMMENTS 2,', 'DATA PERIODS,1,1,Data,Sunday,1/1,12/31'],
  ];
  // The first two days of the year: one at 4 °C, one at 20 °C; then a line that cannot be.
  const hours = Array.from(
    { length: 48 },
    (_, i) => `2001,1,${1 + Math.floor(i / 24)},${1 + (i % 24)},0,?9,${i < 24 ? 4 : 20},99.9,50,101325`,
  );
  await writeFile(file, [...headers, ...hours, '2001,1,3,25,0,?9,4,99.9,50,101325'].join('\n'));
  const told = await runToEnd(['epw', file, '--json']);
  expect(told.code).toBe(0);
  expect(JSON.parse(told.out)).toMatchObject({
    name: 'Neustadt, HE, DEU',
    utcOffsetH: 1,
    hours: 48,
    missingHours: 8_712,
    meanC: 12,
    problems: [{ line: 57 }],
  });
  expect((JSON.parse(told.out) as { below: unknown[] }).below[0]).toEqual({ limitC: 5, dryBulbHours: 24, wetBulbHours: 24 });
  expect(await runToEnd(['epw', file, '--keep', ...data])).toMatchObject({
    code: 0,
    out: expect.stringContaining('Kept as the weather') as string,
  });
  const now = await runToEnd(['cooling', '--json', ...data]);
  expect(JSON.parse(now.out)).toMatchObject({ outdoor: { basis: 'year' } });
  // The whole way with the year: changes of the cooling, in kWh, money and CO2e.
  const whatIf = await runToEnd(['cooling', '--what-if', 'fans=80,free=4', '--json', ...data]);
  expect(whatIf.code).toBe(0);
  expect(JSON.parse(whatIf.out)).toMatchObject({
    basis: 'assumed',
    weather: 'year',
    rows: [{ id: 'supply', savedKwh: { value: 0 } }, {}, {}, {}, {}],
  });
  expect(await runToEnd(['cooling', '--what-if', 'fan=80', ...data])).toMatchObject({ code: 2 });
  expect(await runToEnd(['epw', join(folder.path, 'none.epw')])).toMatchObject({ code: 1 });
  // A typical year never was, and is no history.
  expect(await runToEnd(['epw', file, '--history', ...data])).toMatchObject({
    code: 1,
    err: expect.stringContaining('Neustadt.epw, line 1: a typical year') as string,
  });
});

it('records the weather that was from a table, by the clock that is said', async () => {
  const file = join(folder.path, 'Kiel.csv');
  const data = ['--data', join(folder.path, 'data')];
  const startMs = (Math.floor(Date.now() / 3_600_000) - 48) * 3_600_000;
  const stamp = (hour: number): string => new Date(startMs + hour * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
  const rows = Array.from({ length: 24 }, (_, hour) => `${stamp(hour)},${hour},60`);
  await writeFile(file, ['time,temperature,humidity', ...rows, 'later,4,60'].join('\n'));
  expect(await runToEnd(['epw', file, '--history', ...data])).toMatchObject({
    code: 1,
    err: expect.stringContaining('Kiel.csv, line 2: its times do not say by which clock') as string,
  });
  const told = await runToEnd(['epw', file, '--history', '--clock', '+1', '--json', ...data]);
  expect(told.code).toBe(0);
  expect(JSON.parse(told.out)).toMatchObject({
    ...{ device: 'file/weather/kiel', fromMs: startMs - 3_600_000, records: 24, humid: 24, gaps: 0 },
    problems: [{ line: 26 }],
  });
  for (const wrong of [
    ['--keep', '--history'],
    ['--clock', 'utc'],
    ['--history', '--clock', 'noon'],
  ])
    expect(await runToEnd(['epw', file, ...wrong, ...data])).toMatchObject({ code: 2 });
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
