import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { foundOut, type ImportEntry, type ImportPlan, type ImportStage } from '@shared/model/import';
import { english } from '@shared/text/message';
import type { StoreWriter } from '../../../src-main/core/store/types';
import { Imports } from '../../../src-main/core/transfer/imports';
import { NOON_MS, temporaryFolder, testReader, testWriter } from '../store/support/stores';
import { contents, importInto, writeOpenMetrics } from './support/files';

const FROM_MS = NOON_MS - 86_400_000;
const plain: ImportPlan = { timeColumn: null, rules: [], csv: foundOut, machine: null };
const line = (device: string, value: number | string, second: number): string =>
  `coldaisle_gpu_power_watts{device="${device}"} ${value} ${FROM_MS / 1000 + second}\n`;

function importsOn(dataDir: string, writer: StoreWriter, chosen: (() => Promise<string | null>) | null): Imports {
  return new Imports({ dataDir, writer, chooseFile: chosen, onSeries: () => undefined, log: () => undefined });
}

/** Resolves when an entry has come to a stage; as soon as `when` holds, when it is given. */
function until(imports: Imports, id: string, stage: ImportStage, when: (entry: ImportEntry) => boolean = () => true): Promise<ImportEntry> {
  return new Promise((resolve) => {
    const look = (): void => {
      const entry = imports.state.entries.find((each) => each.id === id);
      if (entry?.stage !== stage || !when(entry)) return;
      subscription.dispose();
      resolve(entry);
    };
    const subscription = imports.changed.on(look);
    look();
  });
}

async function reportText(imports: Imports, id: string): Promise<string> {
  let text = '';
  for await (const remarks of imports.report(id))
    for (const remark of remarks) text += `line ${remark.line}: ${english(remark.problem)}: ${remark.text}\n`;
  return text;
}

describe('an import of the running core', () => {
  it('reads the file a person chose, and tells what came of it with a report by line numbers', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const path = join(temporaryFolder(), 'mixed.om');
    writeFileSync(path, `# TYPE x gauge\n${line('gpu0', 1, 0)}this is no line\nnode_load1 0.5 1795000000\n${line('gpu1', 2, 2)}# EOF\n`);
    const imports = importsOn(dataDir, writer, () => Promise.resolve(path));
    expect(imports.state).toMatchObject({ canChoose: true, notKept: [{ id: 'message.import.aged' }], entries: [] });
    const id = (await imports.choose()) ?? '';
    expect(imports.state.entries).toMatchObject([
      {
        id,
        name: 'mixed.om',
        stage: 'ready',
        preview: { format: 'openmetrics', packed: false, foreign: [{ name: 'node_load1', labels: [] }] },
      },
    ]);
    // The page learns no path.
    expect(JSON.stringify(imports.state)).not.toContain(path);
    imports.start(id, plain);
    const { outcome, figures } = await until(imports, id, 'done');
    expect(figures).toMatchObject({ samples: 3, badLines: 1, line: 7 });
    expect(outcome).toMatchObject({
      newSeries: 3,
      unmapped: [],
      endMissing: false,
      hasReport: true,
      fromMs: Math.min(FROM_MS, 1_795_000_000_000),
      toMs: FROM_MS + 2000,
    });
    expect(outcome?.seriesIds).toEqual(writer.samples.listSeries().map((series) => series.id));
    expect(await reportText(imports, id)).toMatch(/^line 3: .*this is no line\n$/);
    await imports.forget(id);
    expect(imports.state.entries).toEqual([]);
    expect(existsSync(path)).toBe(true);
    expect(readdirSync(join(dataDir, 'imports'))).toEqual(['list.json']);
  });

  it('takes foreign metrics in by the rules of the page', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const reader = await testReader(writer.path);
    const path = join(temporaryFolder(), 'power.csv');
    writeFileSync(path, `when,kW,rack\n${FROM_MS},0.4,a1\n`);
    const imports = importsOn(dataDir, writer, () => Promise.resolve(path));
    const id = (await imports.choose()) ?? '';
    const at = `${new Date(FROM_MS).toISOString().slice(0, 23).replace('T', ' ')}+00:00`;
    const value = { at, device: 'a1', metric: 'power', value: 400 };
    expect(imports.state.entries[0]?.preview).toMatchObject({
      format: 'csv',
      columns: ['when', 'kW', 'rack'],
      timeColumn: 'when',
      foreign: [{ name: 'kW' }, { name: 'rack' }],
      samples: [value],
      problem: null,
    });
    imports.start(id, {
      timeColumn: 'when',
      csv: foundOut,
      machine: null,
      rules: [{ name: 'kW', metric: 'gpu.power', device: 'node/{rack}/gpu0', scale: 1000 }],
    });
    await until(imports, id, 'done');
    expect(await contents(writer, reader)).toEqual({ [JSON.stringify(['node/a1/gpu0', 'gpu.power', 'measured', ''])]: [[FROM_MS, 400]] });
  });

  it('is interrupted by the core closing, is found again by the next one, and goes on where it was', async () => {
    const dataDir = temporaryFolder();
    const path = join(temporaryFolder(), 'big.om');
    writeOpenMetrics(path, 300_000, FROM_MS);
    const writer = testWriter(dataDir);
    const imports = importsOn(dataDir, writer, () => Promise.resolve(path));
    const id = (await imports.choose()) ?? '';
    imports.start(id, plain);
    expect(() => imports.start(id, plain)).toThrow(/under way/);
    await until(imports, id, 'running', ({ figures }) => (figures?.samples ?? 0) > 40_000);
    await imports.close();
    writer.close();
    imports.settle();

    const next = testWriter(dataDir);
    const again = importsOn(dataDir, next, null);
    const [entry] = again.state.entries;
    expect(entry).toMatchObject({ id, name: 'big.om', stage: 'stopped', plan: plain });
    expect(entry?.figures?.samples).toBeGreaterThan(40_000);
    expect(entry?.figures?.samples).toBeLessThan(300_000);
    let least = Infinity;
    again.changed.on(({ entries: [now] }) => (least = Math.min(least, now?.figures?.samples ?? Infinity)));
    again.start(id, plain);
    expect((await until(again, id, 'done')).figures).toMatchObject({ samples: 300_000, badLines: 0 });
    // It never counted from the start again.
    expect(least).toBeGreaterThan(40_000);
    const all = await contents(next, await testReader(next.path));
    expect(Object.values(all).map((samples) => samples.length)).toEqual(Array.from({ length: 10 }, () => 30_000));
  });

  it('is stopped by a person and gone on with', async () => {
    const dataDir = temporaryFolder();
    const path = join(temporaryFolder(), 'big.om');
    // Large enough that it is told of in its midst, also on a fast machine.
    writeOpenMetrics(path, 1_500_000, FROM_MS - 2 * 86_400_000);
    const imports = importsOn(dataDir, testWriter(dataDir), () => Promise.resolve(path));
    const id = (await imports.choose()) ?? '';
    imports.start(id, plain);
    await until(imports, id, 'running', ({ figures }) => (figures?.samples ?? 0) > 1);
    await imports.stop(id);
    expect(imports.state.entries[0]).toMatchObject({ stage: 'stopped', samplesPerS: null });
    // The same file chosen again is the same entry.
    expect(await imports.choose()).toBe(id);
    imports.start(id, plain);
    expect((await until(imports, id, 'done')).figures?.samples).toBe(1_500_000);
  });
});

describe('a file that the page sends', () => {
  it('is gathered in the data folder, goes on after a break, is read, and goes', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const bytes = Buffer.from(`${line('gpu0', 1, 0)}${line('gpu0', 2, 1)}# EOF\n`);
    const first = importsOn(dataDir, writer, null);
    await expect(first.choose()).rejects.toMatchObject({ code: 'invalid-input' });
    const { id } = await first.beginUpload('../../etc/measured.om', bytes.length, 5);
    expect(first.state.entries[0]).toMatchObject({ name: 'measured.om', stage: 'receiving', receivedBytes: 0 });
    await first.receive(id, 0, bytes.subarray(0, 30));
    await expect(first.receive(id, 10, bytes.subarray(10, 30))).rejects.toMatchObject({ code: 'conflict' });
    await expect(first.receive(id, 30, Buffer.alloc(bytes.length))).rejects.toMatchObject({ code: 'conflict' });

    const imports = importsOn(dataDir, writer, null);
    expect(await imports.beginUpload('measured.om', bytes.length, 5)).toEqual({ id, receivedBytes: 30 });
    expect((await imports.beginUpload('measured.om', bytes.length, 6)).id).not.toBe(id);
    await imports.receive(id, 30, bytes.subarray(30));
    expect(imports.state.entries.find((entry) => entry.id === id)).toMatchObject({ stage: 'ready', preview: { format: 'openmetrics' } });
    imports.start(id, plain);
    await until(imports, id, 'done');
    expect(Object.values(await contents(writer, await testReader(writer.path)))).toEqual([
      [
        [FROM_MS, 1],
        [FROM_MS + 1000, 2],
      ],
    ]);
    expect(readdirSync(join(dataDir, 'imports', 'received'))).toEqual([]);
  });

  it('that was there in whole when the core ended, before it was looked at, is ready when it is offered again', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const bytes = Buffer.from(`${line('gpu0', 1, 0)}${line('gpu0', 2, 1)}# EOF\n`);
    const first = importsOn(dataDir, writer, null);
    const { id } = await first.beginUpload('measured.om', bytes.length, 5);
    await first.receive(id, 0, bytes.subarray(0, 30));
    appendFileSync(join(dataDir, 'imports', 'received', id), bytes.subarray(30));
    const imports = importsOn(dataDir, writer, null);
    expect(await imports.beginUpload('measured.om', bytes.length, 5)).toEqual({ id, receivedBytes: bytes.length });
    expect(imports.state.entries[0]).toMatchObject({ stage: 'ready', preview: { format: 'openmetrics' } });
  });

  it('is imported, also where its series cannot be told of at its end', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const bytes = Buffer.from(`${line('gpu0', 1, 0)}# EOF\n`);
    const onSeries = (): void => {
      throw new Error('the disk does not answer');
    };
    const imports = new Imports({ dataDir, writer, chooseFile: null, onSeries, log: () => undefined });
    const { id } = await imports.beginUpload('measured.om', bytes.length, 5);
    await imports.receive(id, 0, bytes);
    imports.start(id, plain);
    await until(imports, id, 'done');
    await imports.close();
  });
});

describe('a file packed with gzip', () => {
  it('is read as what is packed in it, and gone on with in the middle', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const reader = await testReader(writer.path);
    const folder = temporaryFolder();
    const open = join(folder, 'big.om');
    writeOpenMetrics(open, 100_000, FROM_MS);
    // Two members one after the other are one file; the name says nothing.
    const text = readFileSync(open);
    const path = join(folder, 'packed.bin');
    writeFileSync(path, Buffer.concat([gzipSync(text.subarray(0, 3_000_000)), gzipSync(text.subarray(3_000_000))]));
    const abort = new AbortController();
    const half = await importInto(writer, dataDir, path, {
      signal: abort.signal,
      onProgress: ({ samples }) => samples > 30_000 && abort.abort(),
    });
    expect(half).toMatchObject({ done: false });
    expect(half.doneBytes).toBeLessThan(half.totalBytes);
    const rest = await importInto(writer, dataDir, path);
    expect(rest).toMatchObject({ done: true, resumedAtLine: half.line, samples: 100_000, badLines: 0, endMissing: false });
    expect(rest.doneBytes).toBe(rest.totalBytes);
    const packed = await contents(writer, reader);
    const other = temporaryFolder();
    const plainWriter = testWriter(other);
    await importInto(plainWriter, other, open);
    expect(packed).toEqual(await contents(plainWriter, await testReader(plainWriter.path)));
  });

  it('that is cut off says so; what could be unpacked is in', async () => {
    const dataDir = temporaryFolder();
    const writer = testWriter(dataDir);
    const path = join(temporaryFolder(), 'cut.om.gz');
    const noise = Array.from({ length: 40_000 }, (_, i) => line('gpu0', (i * 7919) % 997, i)).join('');
    const whole = gzipSync(noise);
    writeFileSync(path, whole.subarray(0, whole.length - 500));
    await expect(importInto(writer, dataDir, path)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/cut off or damaged as a gzip file.*get the file anew/) as string,
    });
    const [samples] = Object.values(await contents(writer, await testReader(writer.path)));
    expect(samples?.length).toBeGreaterThan(30_000);
    expect(basename(path)).toBe('cut.om.gz');
  });
});

it('samples older than what is kept are left out and counted', async () => {
  const dataDir = temporaryFolder();
  const writer = testWriter(dataDir);
  const path = join(temporaryFolder(), 'old.om');
  writeFileSync(path, `${line('gpu0', 1, 0)}${line('gpu0', 2, 7200)}# EOF\n`);
  const samples = Object.create(writer.samples, { rawFromMs: { value: FROM_MS + 3_600_000 } }) as StoreWriter['samples'];
  const kept: StoreWriter = { ...writer, samples };
  expect(await importInto(kept, dataDir, path)).toMatchObject({ samples: 1, expired: 1, badLines: 0, fromMs: FROM_MS + 7_200_000 });
});

describe('uploads that never finish', () => {
  const sent = (dataDir: string): string[] => readdirSync(join(dataDir, 'imports', 'received')).sort();
  const hour = 3600_000;

  function uploading(): { dataDir: string; imports: Imports; pass: (ms: number) => void } {
    const dataDir = temporaryFolder();
    let nowMs = 0;
    const imports = new Imports({
      dataDir,
      writer: testWriter(dataDir),
      chooseFile: null,
      onSeries: () => undefined,
      monoMs: () => nowMs,
      log: () => undefined,
    });
    return { dataDir, imports, pass: (ms) => (nowMs += ms) };
  }
  async function begun(imports: Imports, name: string): Promise<string> {
    const { id } = await imports.beginUpload(name, 10, 1);
    await imports.receive(id, 0, Buffer.from('abc'));
    return id;
  }

  it('are removed, file and entry, a day after their last chunk', async () => {
    const { dataDir, imports, pass } = uploading();
    const [first, second] = [await begun(imports, 'first'), await begun(imports, 'second')];
    pass(20 * hour);
    await imports.receive(second, 3, Buffer.from('d'));
    pass(5 * hour);
    const third = await begun(imports, 'third');
    expect(imports.state.entries.map(({ id }) => id)).toEqual([third, second]);
    expect(sent(dataDir)).toEqual([second, third].sort());
    await expect(imports.receive(first, 3, Buffer.from('d'))).rejects.toMatchObject({ code: 'not-found' });
    await imports.close();
  });

  it('are four at most: one more takes the place of the longest silent, and waits while all are being sent', async () => {
    const { dataDir, imports, pass } = uploading();
    const ids = [];
    for (const name of ['a', 'b', 'c', 'd']) ids.push(await begun(imports, name));
    await expect(imports.beginUpload('e', 10, 1)).rejects.toThrow(/other files are being sent/);
    pass(2 * 60_000);
    for (const id of ids.slice(1)) await imports.receive(id, 3, Buffer.from('d'));
    const fifth = await begun(imports, 'e');
    expect(sent(dataDir)).toEqual([...ids.slice(1), fifth].sort());
    expect(imports.state.entries.map(({ name }) => name)).toEqual(['e', 'd', 'c', 'b']);
    // The one that was given up may be sent anew, from its start.
    pass(2 * 60_000);
    expect((await imports.beginUpload('a', 10, 1)).receivedBytes).toBe(0);
    await imports.close();
  });

  it('leave no file behind that no entry knows', async () => {
    const { dataDir, imports } = uploading();
    const id = await begun(imports, 'known');
    writeFileSync(join(dataDir, 'imports', 'received', 'unknown'), 'abc');
    await imports.close();
    const next = importsOn(dataDir, testWriter(temporaryFolder()), null);
    expect(sent(dataDir)).toEqual([id]);
    expect(next.state.entries).toMatchObject([{ id, stage: 'receiving', receivedBytes: 3 }]);
    await next.close();
  });
});
