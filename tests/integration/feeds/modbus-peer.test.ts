import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlyWhere } from '../../helpers/needs';
import { pythonFromWheels } from '../../helpers/python-packages';
import { Running, runToEnd } from '../headless/support';

const python = await pythonFromWheels('python-pymodbus', 'pymodbus', ['pymodbus>=3.15,<4']);

describe('a Modbus meter of another make (pymodbus)', onlyWhere(python !== null, 'it needs pymodbus'), () => {
  let peer: ChildProcess;
  let port = 0;
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coldaisle-modbus-'));
    peer = spawn(python ?? '', [join(import.meta.dirname, 'programs', 'modbus_meter.py')], { stdio: ['pipe', 'pipe', 'pipe'] });
    port = Number((await new Running(peer).says(/^(\d+)$/m))[1]);
  });
  afterAll(() => {
    peer.stdin?.end();
    peer.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const document = (name: string, settings: object): string => {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ kind: 'modbus', name, settings: { host: '127.0.0.1', port, everyS: 1, ...settings } }));
    return file;
  };
  const run = (...words: string[]) => runToEnd(words);

  it('is read by its table, by SunSpec and by registers of one’s own, raw and scaled', async () => {
    const sdm = await run('feed', 'test', document('sdm', { meter: 'eastron-sdm630' }), '--json');
    expect(sdm.code).toBe(0);
    const { readings, error } = JSON.parse(sdm.out) as { readings: { metric: string; device: string }[]; error: unknown };
    expect(error).toBeNull();
    expect(readings).toContainEqual({
      device: 'sensor/modbus-1',
      metric: 'meter.power',
      raw: '4587 0C00',
      value: 4321.5,
      unit: 'W',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      atMs: expect.any(Number),
      quality: 'measured',
      why: null,
    });
    expect(readings).toContainEqual(expect.objectContaining({ metric: 'meter.energy.import', value: 1234.5 * 3.6e6, unit: 'J' }));

    const found = await run('feed', 'test', document('sunspec', { unit: 2, counts: 'facility' }));
    expect(found.out).toMatch(/^sensor\/modbus-1 +meter\.power +01B0 SF 0001 +4,?320 +W *$/m);
    expect(found.out).toMatch(/^sensor\/modbus-1 +facility\.meter\.power +4,?320 +W *$/m);
    expect(found.out).toMatch(/^sensor\/modbus-1 +meter\.energy\.import +0001 E240 SF 0000 +444,?441,?600 +J *$/m);

    const own = { meter: 'own', addresses: 'one', unit: 2, points: ['power 40089 int16 scale=10', 'voltage 45000 uint16'] };
    const tried = await run('feed', 'test', document('own', own), '--json');
    expect(JSON.parse(tried.out)).toMatchObject({
      readings: [
        { metric: 'meter.power', value: 4320 },
        { metric: 'meter.voltage', value: null, quality: 'missing', why: expect.stringContaining('no such register') },
      ],
    });
  });

  it('that is not there, or not that, fails with what to do', async () => {
    const sunspec = await run('feed', 'test', document('none', { unit: 1 }));
    expect(sunspec).toMatchObject({ code: 1, err: expect.stringContaining('no SunSpec map at 40000, 50000 or 0') });
    const away = await run('feed', 'test', document('away', { port: 1 }), '--json');
    expect(away.code).toBe(1);
    expect(JSON.parse(away.out)).toMatchObject({ readings: [], error: expect.stringContaining('refuses the connection') });
    const wrong = await run('feed', 'test', document('wrong', { meter: 'own', points: ['power x int16'] }));
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('power x int16') });
  });

  it('is added from its file, counts as the facility’s, is watched, listed and removed', async () => {
    const file = document('Main', { unit: 2, counts: 'facility' });
    const data = ['--data', mkdtempSync(join(folder, 'data-'))];
    expect(await run('feed', 'add', file, ...data)).toMatchObject({ code: 0, out: 'Added modbus-1.\n' });
    expect((await run('feed', 'list', ...data)).out).toMatch(/^modbus-1 +Main +/m);
    expect((await run('sources', ...data)).out).toMatch(/^modbus-1 +Main +ok /m);
    const watched = await run('feed', 'watch', file, '--seconds', '2', '--json');
    const polls = watched.out.trim().split('\n');
    expect(watched.code).toBe(0);
    expect(polls.length).toBeGreaterThanOrEqual(2);
    for (const poll of polls) expect(JSON.parse(poll)).toMatchObject({ error: null });
    expect(await run('feed', 'remove', 'modbus-1', ...data)).toMatchObject({ code: 0 });
    expect((await run('feed', 'list', '--json', ...data)).out).toBe('');
  });
});

it('the schema of a feed names each setting, its unit and its bounds', async () => {
  const { out, code } = await runToEnd(['feed', 'schema', 'modbus']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    properties: {
      kind: { const: 'modbus' },
      settings: {
        properties: { port: { type: 'integer', minimum: 1, maximum: 65_535, default: 502 }, everyS: { description: 'Read every. in s' } },
        required: ['host'],
        additionalProperties: false,
      },
    },
  });
  expect(await runToEnd(['feed', 'schema', 'modem'])).toMatchObject({ code: 2, err: expect.stringContaining('modbus') });
});
