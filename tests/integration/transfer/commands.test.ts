import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ExportEntry } from '@shared/model/export';
import type { BackupState } from '@shared/model/backup';
import { openPage, runToEnd, serve, start, temporaryFolder } from '../headless/support';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());
const file = (name: string): string => join(folder.path, name);
const data = (name: string): string[] => ['--data', file(name)];

const sample = (gpu: number, second: number): string =>
  `coldaisle_gpu_power_watts{device="gpu${gpu}",provenance="measured"} ${gpu * 100 + (second % 1000) / 8} ${1_795_000_000 + second}\n`;
const lines = [0, 1].flatMap((gpu) => Array.from({ length: 300 }, (_, second) => sample(gpu, second)));
const text = `# TYPE coldaisle_gpu_power_watts gauge\n# UNIT coldaisle_gpu_power_watts watts\n# HELP coldaisle_gpu_power_watts GPU power\n${lines.join('')}# EOF\n`;

describe('on a folder that nobody uses', () => {
  it('import, export, backup and restore carry the same samples round', async () => {
    writeFileSync(file('in.om'), text);
    const imported = await runToEnd(['import', file('in.om'), ...data('a')]);
    // Once these samples are a year old.
    const kept = '(Samples from before \\d{4}-\\d\\d-\\d\\d are older than 365 days, [^\\n]*\\n)?';
    expect(imported).toMatchObject({ code: 0, err: expect.stringMatching(new RegExp(`^${kept}$`)) });
    expect(imported.out).toContain('600 samples from 604 lines, 2 new series');
    const again = await runToEnd(['import', file('in.om'), ...data('a')]);
    expect(again).toMatchObject({
      code: 0,
      err: expect.stringMatching(new RegExp(`^All of it was there already: nothing changed\\.\n${kept}$`)),
    });

    expect(await runToEnd(['export', file('out.om'), ...data('a')])).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(file('out.om'), 'utf8')).toBe(text);
    const part = await runToEnd([
      'export',
      file('part.csv'),
      '--device',
      'gpu1',
      '--from',
      '1795000010000',
      '--to',
      '1795000019000',
      ...data('a'),
    ]);
    expect(part.out).toContain('10 samples of 1 series');
    expect(readFileSync(file('part.csv'), 'utf8').split('\r\n')[1]).toBe(
      '2026-11-18T11:06:50.000Z,1795000010000,gpu1,,gpu.power,W,measured,101.25',
    );
    expect(await runToEnd(['export', file('out.parquet'), ...data('a')])).toMatchObject({ code: 0 });
    expect(readFileSync(file('out.parquet')).subarray(0, 4).toString()).toBe('PAR1');

    expect(await runToEnd(['backup', file('b.sqlite3'), ...data('a')])).toMatchObject({ code: 0, err: '' });
    expect(await runToEnd(['restore', file('b.sqlite3'), ...data('b')])).toMatchObject({ code: 0, err: '' });
    expect(await runToEnd(['export', file('again.om'), ...data('b')])).toMatchObject({ code: 0 });
    expect(readFileSync(file('again.om'), 'utf8')).toBe(text);
    const second = await runToEnd(['restore', file('b.sqlite3'), ...data('b')]);
    expect(second.out).toMatch(/The database before it: .*before-restore/);
    // Looking at a closed database left no trace that the next start takes for a crash.
    expect(existsSync(file('a/coldaisle.sqlite3-wal'))).toBe(false);
    expect(existsSync(file('a/coldaisle.pid'))).toBe(false);
  });

  it('import says what it could not take, by line and by name, with exit code 1', async () => {
    writeFileSync(file('mixed.om'), `${sample(0, 1)}what\nnode_load1 1 1795000000\n# EOF\n`);
    const { code, out, err } = await runToEnd(['import', file('mixed.om'), ...data('mixed')]);
    expect(code).toBe(1);
    expect(out).toContain('2 samples from 4 lines');
    expect(err).toContain('1 line skipped.');
    const report = /^Report: (.+)$/m.exec(err)?.[1] ?? '';
    expect(readFileSync(report, 'utf8')).toContain('line 2: ');
    const mapped = await runToEnd(['import', file('mixed.om'), '--map', 'node_load1=host.load1@node/a', ...data('mixed')]);
    expect(mapped.out).toContain('1 new series');
    writeFileSync(file('scrape.prom'), 'node_load1 1\n');
    const scrape = await runToEnd(['import', file('scrape.prom'), ...data('mixed')]);
    expect(scrape.code).toBe(0);
    expect(scrape.err).toMatch(/no times: taken as of \d{4}-\d\d-\d\dT/);
    writeFileSync(file('two.om'), `${sample(0, 1)}node_load1 2 ${sample(0, 1).trim().split(' ').at(-1)}\n# EOF\n`);
    const refused = await runToEnd(['import', file('two.om'), '--map', 'node_load1=gpu.power@gpu0', ...data('mixed')]);
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('Two values for gpu.power of gpu0');
  });

  it.each([
    [['export', 'made.csv'], 'Nothing has been recorded'],
    [['import', 'none.om'], 'There is no file'],
    [['restore', 'none.sqlite3'], 'There is no backup'],
    [['backup', 'made.sqlite3'], 'Nothing has been recorded'],
    [['import', 'x', '--map', 'a=gpu.b'], '"gpu.b" is no metric'],
    [['import', 'x', '--map', 'none.json'], 'none.json'],
  ])('%j ends with one line and no trace', async (words, message) => {
    const [word = '', name = '', ...rest] = words;
    const { code, err, out } = await runToEnd([word, file(name), ...rest, ...data('nothing')]);
    expect(code).not.toBe(0);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err.trimEnd()).not.toContain('\n');
    expect([file('made.csv'), file('made.sqlite3'), file('nothing/coldaisle.sqlite3')].filter((path) => existsSync(path))).toEqual([]);
  });

  it('an import stopped with Ctrl-C goes on with the same command', async () => {
    const out: string[] = [];
    for (let i = 0; i < 400_000; i++) out.push(sample(i % 10, Math.floor(i / 10)));
    writeFileSync(file('big.om'), `${out.join('')}# EOF\n`);
    const running = start(['import', file('big.om'), ...data('big')]);
    await new Promise<void>((done) => {
      const timer = setInterval(() => {
        if (!existsSync(file('big/imports')) && running.child.exitCode === null) return;
        clearInterval(timer);
        done();
      }, 5);
    });
    running.kill('SIGINT');
    const stopped = await running.finished;
    expect(stopped.code).toBe(130);
    expect(stopped.err).toContain('The same command goes on from there.');
    const rest = await runToEnd(['import', file('big.om'), ...data('big')]);
    expect(rest.code).toBe(0);
    expect(rest.out).toContain('400,000 samples');
  });
});

describe('while Coldaisle runs on the folder', () => {
  it('import and restore refuse, export and backup work; the page backs up and restores', async () => {
    writeFileSync(file('in2.om'), text);
    await runToEnd(['import', file('in2.om'), ...data('used')]);
    const served = await serve(file('used'));
    try {
      for (const words of [
        ['import', file('in2.om')],
        ['restore', file('none.sqlite3')],
      ]) {
        const { code, err } = await runToEnd([...words, ...data('used')]);
        expect(code).toBe(1);
        expect(err).toContain('in use by another Coldaisle');
      }
      expect(await runToEnd(['export', file('live.om'), '--metric', 'gpu.power', ...data('used')])).toMatchObject({ code: 0 });
      expect(readFileSync(file('live.om'), 'utf8')).toBe(text);
      expect(await runToEnd(['backup', file('live.sqlite3'), ...data('used')])).toMatchObject({ code: 0 });

      const { client, socket } = await openPage(served);
      const states: BackupState[] = [];
      client.subscribe('backup.live', {}, { onFrame: (state) => states.push(state) });
      const { series } = await client.call('series.list', {});
      const { name } = await client.call('backup.create', {});
      expect(states.at(-1)?.backups.map((backup) => backup.name)).toEqual([name]);
      await expect(client.call('backup.restore', { name: '../../etc/passwd' })).rejects.toMatchObject({ code: 'invalid-input' });
      copyFileSync(file('live.om'), join(states.at(-1)?.folder ?? '', 'garbage.sqlite3'));
      await expect(client.call('backup.restore', { name: 'garbage.sqlite3' })).rejects.toMatchObject({ code: 'invalid-input' });
      await client.call('backup.restore', { name });
      expect(states.at(-1)).toMatchObject({ staged: name, job: null });

      const seriesIds = series.filter(({ metric }) => metric === 'gpu.power').map(({ id }) => id);
      const entries: ExportEntry[] = [];
      client.subscribe('exports.live', {}, { onFrame: ({ exports }) => void entries.push(...exports) });
      const request = { format: 'openmetrics' as const, seriesIds, fromMs: 0, toMs: 4e12 };
      const { url } = await client.call('export.start', request);
      const answer = await fetch(`${served.origin}${url}`);
      const exported = Buffer.from(await answer.arrayBuffer());
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="coldaisle_.*\.om"$/);
      await vi.waitFor(() => expect(entries.at(-1)).toMatchObject({ state: 'done', bytes: exported.length }), 20_000);
      // An address of one use, and none that anybody made up.
      expect((await fetch(`${served.origin}${url}`)).status).toBe(404);
      expect((await fetch(`${served.origin}/export/${'A'.repeat(43)}`)).status).toBe(404);
      const { id, url: another } = await client.call('export.start', request);
      await client.call('export.cancel', { id: id ?? '' });
      expect((await fetch(`${served.origin}${another}`)).status).toBe(404);
      expect(served.running.out + served.running.err).not.toContain(url);
      expect(exported.toString()).toBe(text);
      socket.terminate();
    } finally {
      await served.stop();
    }
    const again = await serve(file('used'));
    const { err } = await again.stop();
    expect(err + again.running.out).toContain('the database before it is');
  });
});
