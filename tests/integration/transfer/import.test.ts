import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { foundOut } from '@shared/model/import';
import { english } from '@shared/text/message';
import { parseRules } from '../../../src-main/core/transfer/mapping';
import { previewImport } from '../../../src-main/core/transfer/preview';
import { NOON_MS, readerBundle, seriesKey, temporaryFolder, testReader, testWriter } from '../store/support/stores';
import { contents, importInto, keyOf, startHere, writeOpenMetrics } from './support/files';

const FROM_MS = NOON_MS - 86_400_000;
const line = (device: string, value: number | string, second: number): string =>
  `coldaisle_gpu_power_watts{device="${device}"} ${value} ${FROM_MS / 1000 + second}\n`;

describe('lines that cannot be taken', () => {
  it('are skipped, named by number in the report and counted; the rest is in', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const reader = await testReader(writer.path);
    const path = join(temporaryFolder(), 'mixed.om');
    writeFileSync(
      path,
      `# TYPE x gauge\n${line('gpu0', 1, 0)}this is no line\n${line('gpu0', 'x', 1)}node_load1 0.5 1795000000\n${line('gpu0', 2, 2)}${line('gpu0', 999_999, 3)}node_load1 0.6 1795000001\n${line('gpu0', 4, 4)}`,
    );
    const result = await importInto(writer, dataDir, path);
    expect(result).toMatchObject({ done: true, samples: 5, badLines: 3, unmapped: [], endMissing: true });
    expect(await contents(writer, reader)).toEqual({
      [keyOf(seriesKey({ label: '' }))]: [0, 2, 4].map((second, i) => [FROM_MS + second * 1000, [1, 2, 4][i]]),
      [keyOf(seriesKey({ device: 'file/mixed', metric: 'host.load1', label: '' }))]: [
        [1_795_000_000_000, 0.5],
        [1_795_000_001_000, 0.6],
      ],
    });
    const report = readFileSync(result.report ?? '', 'utf8').split('\n');
    expect(report[0]).toMatch(/^line 3: it has no value|^line 3: .*this is no line/);
    expect(report[1]).toMatch(/^line 4: "x" is not a number: coldaisle_gpu_power_watts/);
    expect(report[2]).toMatch(/^line 7: 999999 is outside/);
    expect(report[3]).toBe('');
    // Done with, nothing of the import is kept but its report.
    expect(readdirSync(join(dataDir, 'imports')).filter((name) => name.endsWith('.json'))).toEqual([]);
  });

  it('a report goes where it was asked to, and over no file', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const folder = temporaryFolder();
    const path = join(folder, 'bad.om');
    writeFileSync(path, 'nothing good\n');
    const reportPath = join(folder, 'report.txt');
    await importInto(writer, dataDir, path, { format: 'openmetrics', reportPath });
    expect(readFileSync(reportPath, 'utf8')).toContain('line 1: ');
    await expect(importInto(writer, dataDir, path, { format: 'openmetrics', reportPath })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('files that are none of ours are refused in a sentence', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const folder = temporaryFolder();
    await expect(importInto(writer, dataDir, join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(importInto(writer, dataDir, folder)).rejects.toMatchObject({ code: 'not-found' });
    writeFileSync(join(folder, 'empty'), '');
    await expect(importInto(writer, dataDir, join(folder, 'empty'))).rejects.toThrow('is empty');
    writeFileSync(join(folder, 'a.csv'), 'colour,weight\nred,1\n');
    await expect(importInto(writer, dataDir, join(folder, 'a.csv'))).rejects.toMatchObject({ code: 'invalid-input' });
    writeFileSync(join(folder, 'b'), Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 256)));
    expect(await importInto(writer, dataDir, join(folder, 'b'), { format: 'openmetrics' })).toMatchObject({ samples: 0 });
  });
});

it('takes foreign metrics and columns in by mapping, and keeps the name of a device that is known', async () => {
  const dataDir = temporaryFolder();
  const writer = testWriter(dataDir);
  const reader = await testReader(writer.path);
  writer.samples.ensureSeries(seriesKey({ device: 'gpu0', label: 'known here' }));
  const folder = temporaryFolder();
  const dcgm = join(folder, 'dcgm.prom');
  writeFileSync(dcgm, `DCGM_POWER{gpu="0"} 70 ${FROM_MS}\nDCGM_POWER{gpu="1"} 71 ${FROM_MS}\n`);
  await importInto(writer, dataDir, dcgm, { rules: parseRules('DCGM_POWER=gpu.power@gpu{gpu}') });
  const csv = join(folder, 'log.csv');
  writeFileSync(csv, `time,"power, kW"\n${FROM_MS / 1000 + 1},0.072\n`);
  const rules = [{ ...parseRules('x=gpu.power@gpu0*1000')[0]!, name: 'power, kW' }];
  await importInto(writer, dataDir, csv, { rules });
  expect(await contents(writer, reader)).toEqual({
    [keyOf(seriesKey({ device: 'gpu0', label: 'known here' }))]: [
      [FROM_MS, 70],
      [FROM_MS + 1000, 72],
    ],
    [keyOf(seriesKey({ device: 'gpu1', label: '' }))]: [[FROM_MS, 71]],
  });
});

describe('an import that is interrupted', () => {
  it('goes on where it was, report included; of a file that changed it begins anew', async () => {
    const dataDir = temporaryFolder();
    const path = join(temporaryFolder(), 'big.om');
    const each = writeOpenMetrics(path, 100_000, FROM_MS);
    const bad = 'bad at the start\n';
    writeFileSync(path, bad + readFileSync(path, 'utf8').replace('# EOF\n', 'bad at the end\n# EOF\n'));
    const writer = testWriter(dataDir);
    const abort = new AbortController();
    const half = await importInto(writer, dataDir, path, {
      format: 'openmetrics',
      signal: abort.signal,
      onProgress: ({ line: at }) => at > 40_000 && abort.abort(),
    });
    expect(half.done).toBe(false);
    expect(half.samples).toBeGreaterThan(30_000);
    expect(half.samples).toBeLessThan(99_000);
    writer.close();
    half.settle();

    const again = testWriter(dataDir);
    const reader = await testReader(again.path);
    const rest = await importInto(again, dataDir, path, { format: 'openmetrics' });
    expect(rest).toMatchObject({ done: true, resumedAtLine: half.line, samples: 100_000, badLines: 2 });
    const all = await contents(again, reader);
    expect(Object.values(all).map((samples) => samples.length)).toEqual(Array.from({ length: 10 }, () => each));
    expect(readFileSync(rest.report ?? '', 'utf8').match(/bad at the/g)).toHaveLength(2);

    const aborted = new AbortController();
    await importInto(again, dataDir, path, { format: 'openmetrics', signal: aborted.signal, onProgress: () => aborted.abort() });
    utimesSync(path, new Date(), new Date(Date.now() - 5000));
    expect(await importInto(again, dataDir, path, { format: 'openmetrics' })).toMatchObject({ resumedAtLine: null, badLines: 2 });
    expect(await contents(again, reader)).toEqual(all);
  });

  it('of another database it begins anew', async () => {
    const dataDir = temporaryFolder();
    const path = join(temporaryFolder(), 'big.om');
    writeOpenMetrics(path, 50_000, FROM_MS);
    const writer = testWriter(dataDir);
    const abort = new AbortController();
    await importInto(writer, dataDir, path, { signal: abort.signal, onProgress: () => abort.abort() });
    const aside = join(dataDir, 'aside.sqlite3');
    writer.close();
    writeFileSync(aside, readFileSync(writer.path));
    const kept = statSync(writer.path).ino;
    rmSync(writer.path);
    // Something takes the place of the old file, so that the new one cannot be given its number.
    writeFileSync(join(dataDir, 'place'), '');
    const other = testWriter(dataDir);
    expect(statSync(other.path).ino).not.toBe(kept);
    expect(await importInto(other, dataDir, path)).toMatchObject({ resumedAtLine: null, samples: 50_000, newSeries: 10 });
  });

  it('by SIGKILL in the middle: the next goes on from what was committed, and all of it is there once', async () => {
    const path = join(temporaryFolder(), 'big.om');
    const each = writeOpenMetrics(path, 200_000, FROM_MS);
    const dataDir = temporaryFolder();
    let resumed = 0;
    for (const stopAt of [30_000, 120_000]) {
      const { child, output, ended } = await startHere('importer', [], dataDir, path);
      const reached = (): number => Number(/.*\nat (\d+)/s.exec(output())?.[1] ?? 0);
      while (reached() < stopAt && child.exitCode === null) await wait(2);
      child.kill('SIGKILL');
      await ended;
      expect(output()).not.toContain('imported');
      const first = Number(/at (\d+)/.exec(output())?.[1]);
      if (stopAt > 30_000) resumed = first;
    }
    // The second began near where the first was killed, not at the start.
    expect(resumed).toBeGreaterThan(20_000);
    const writer = testWriter(dataDir);
    expect(writer.setAside).toBeNull();
    const result = await importInto(writer, dataDir, path);
    expect(result.resumedAtLine).toBeGreaterThan(100_000);
    expect(result).toMatchObject({ done: true, samples: 200_000, badLines: 0 });
    const all = await contents(writer, await testReader(writer.path));
    expect(Object.keys(all)).toHaveLength(10);
    for (const [gpu, samples] of Object.values(all).entries()) {
      expect(samples).toHaveLength(each);
      expect(samples.every(([atMs, value], i) => atMs === FROM_MS + i * 1000 && value === 100 + ((i * 7919 + gpu) % 50_000) / 1000)).toBe(
        true,
      );
    }
  });
});

it('a million lines in and out take no more memory than a few thousand', async () => {
  const path = join(temporaryFolder(), 'million.om');
  writeOpenMetrics(path, 1_000_000, FROM_MS - 100_000_000);
  expect(statSync(path).size).toBeGreaterThan(90e6);
  const { output, ended } = await startHere('importer', ['--max-old-space-size=64'], temporaryFolder(), path, await readerBundle());
  expect(await ended, output().slice(-2000)).toBe(0);
  const told = output()
    .trim()
    .split('\n')
    .map((text) => text.split(' '));
  const rss = (what: string, from: number): number[] =>
    told.filter(([name, at]) => name === what && Number(at) >= from).map((fields) => Number(fields[3]));
  expect(told.find(([name]) => name === 'imported')?.[2]).toBe('1000000');
  for (const what of ['at', 'csv', 'openmetrics', 'parquet']) {
    const early = Math.max(...rss(what, 0).slice(0, Math.ceil(rss(what, 0).length / 5)));
    const late = Math.max(...rss(what, 500_000));
    expect((late - early) / 1e6, `${what}: MB more at the end than in the first fifth`).toBeLessThan(60);
  }
  expect(existsSync(path)).toBe(true);
}, 180_000);

it('gives a log of this machine to its cards by UUID, and a log of another machine devices of its own', async () => {
  const dataDir = temporaryFolder();
  const writer = testWriter(dataDir);
  const reader = await testReader(writer.path);
  const at = { firstSeenMs: FROM_MS, lastSeenMs: FROM_MS, awaySinceMs: null, removedAtMs: null };
  writer.devices.save([
    { ...at, device: 'gpu2', kind: 'nvidia', uuid: 'GPU-aaaa0000-1', serial: null, bus: '0000:01:00.0', pciId: null, model: 'H100' },
  ]);
  const path = join(temporaryFolder(), 'smi.csv');
  const rows = ['0, GPU-aaaa0000-1, 300 W', '1, GPU-eeee0000-9, 200 W'].map((row) => `2026/11/20 10:00:00.000, ${row}\n`);
  writeFileSync(path, `timestamp, index, uuid, power.draw [W]\n${rows.join('')}`);
  const csv = { ...foundOut, zone: 'UTC' };
  const result = await importInto(writer, dataDir, path, { csv });
  expect(Object.keys(await contents(writer, reader)).map((key) => (JSON.parse(key) as string[])[0])).toEqual(['file/smi/gpu1', 'gpu2']);
  expect(result.detected.map(english).join('\n')).toContain('below file/smi (--machine local, or --machine NAME)');
  const preview = await previewImport(path, 'smi.csv', writer.devices.load(), { timeColumn: null, rules: [], csv, machine: 'n7' });
  expect([preview.apart, ...preview.samples.map(({ device }) => device)]).toEqual([null, 'gpu2', 'node/n7/gpu1']);
});
