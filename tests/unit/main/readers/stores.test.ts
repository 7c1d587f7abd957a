import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileFormats } from '../../../../src-main/core/readers/files';
import { RunFolderFiles } from '../../../../src-main/core/readers/files/folder';
import { field } from '../../../helpers/event-files';
import { gather } from '../../../helpers/file-sink';

const real = join(import.meta.dirname, 'fixtures', 'wandb');
const OFFLINE = 'wandb/offline-run-20261127_032251-qzsnt6xg';
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coldaisle-stores-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function read(folder = root): Promise<ReturnType<typeof gather>> {
  const sink = gather();
  await new RunFolderFiles({ root: folder, formats: fileFormats, sink }).look({ isEnd: true });
  return sink;
}

function put(name: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
}

/** The log of a run as W&B lays it out, in blocks of 32 KiB. */
function wandbLog(records: readonly Buffer[]): Buffer {
  let file = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0]);
  for (const record of records) {
    for (let at = 0, first = true; first || at < record.length; first = false) {
      let left = 32_768 - (file.length % 32_768);
      if (left < 7) {
        file = Buffer.concat([file, Buffer.alloc(left)]);
        left = 32_768;
      }
      const part = record.subarray(at, at + left - 7);
      at += part.length;
      const kind = first ? (at === record.length ? 1 : 2) : at === record.length ? 4 : 3;
      const header = Buffer.alloc(7);
      header.writeUInt16LE(part.length, 4);
      header[6] = kind;
      header.writeUInt32LE(crc32(Buffer.concat([header.subarray(6), part])));
      file = Buffer.concat([file, header, part]);
    }
  }
  return file;
}

const row = (step: number, values: Record<string, string>): Buffer =>
  field(
    2,
    Buffer.concat([
      ...Object.entries(values).map(([name, json]) => field(1, Buffer.concat([field(2, name), field(16, json)]))),
      field(2, field(1, step)),
    ]),
  );

describe("W&B's file of a run that was offline", () => {
  it('gives what the real one logged, and its configuration', async () => {
    const sink = await read(real);
    const steps = Array.from({ length: 20 }, (_, step) => step);
    expect(sink.points('loss')).toEqual(steps.map((step) => [step, 1 / (step + 1)]));
    expect(sink.points('val/acc')).toEqual(steps.map((step) => [step, step / 20]));
    expect(sink.points('nested.a')).toEqual(steps.map((step) => [step, step]));
    expect(sink.points('nan')).toEqual(steps.map((step) => [step, step === 3 ? NaN : step]));
    expect(new Set(sink.scalars.map(({ name }) => name))).toEqual(new Set(['loss', 'val/acc', 'nested.a', 'nan']));
    expect(sink.parameters).toEqual({ lr: 0.1, batch: 32, 'opt.name': 'adam', amp: true });
    expect(sink.others).toEqual({ text: 'text', hist: 'histogram' });
    expect(sink.notices).toEqual([]);
    const times = sink.scalars.map(({ atMs }) => atMs ?? NaN);
    expect(Math.min(...times)).toBeGreaterThan(Date.UTC(2026, 10, 27, 3, 22));
    expect(Math.max(...times)).toBeLessThan(Date.UTC(2026, 10, 27, 3, 24));
  });

  it('has records over several blocks, and beside a second run its own name', async () => {
    const long = row(1, { loss: '0.5', note: JSON.stringify('x'.repeat(100_000)) });
    put(`${OFFLINE}/run-a.wandb`, wandbLog([row(0, { loss: '1' }), long, row(2, { loss: '0.25' })]));
    put('wandb/run-20261127_040000-b/run-b.wandb', wandbLog([row(0, { loss: '"Infinity"' })]));
    const sink = await read();
    expect(sink.points('loss')).toEqual([
      [0, 1],
      [1, 0.5],
      [2, 0.25],
    ]);
    expect(sink.points('run-20261127_040000-b/loss')).toEqual([[0, Infinity]]);
    expect(sink.notices).toEqual([]);
  });

  it('is read as it grows, at any byte of its last record', async () => {
    const file = wandbLog([row(0, { loss: '1' }), row(1, { loss: '2' })]);
    const whole = wandbLog([row(0, { loss: '1' })]).length;
    for (let cut = whole; cut < file.length; cut++) {
      put('run.wandb', file.subarray(0, cut));
      const sink = gather();
      const files = new RunFolderFiles({ root, formats: fileFormats, sink });
      await files.look();
      expect(sink.points('loss'), `cut at ${cut}`).toEqual([[0, 1]]);
      put('run.wandb', file);
      await files.look();
      expect(sink.points('loss'), `cut at ${cut}`).toHaveLength(2);
    }
  });

  it('goes on in the next block behind a damage, and bears any bytes', async () => {
    const rows = Array.from({ length: 3000 }, (_, step) => row(step, { loss: String(step) }));
    const file = wandbLog(rows);
    file[40_000] = (file[40_000] ?? 0) ^ 255;
    put('run.wandb', file);
    const sink = await read();
    expect(sink.notices).toEqual([expect.stringContaining('records are damaged')]);
    expect(sink.points('loss').at(-1)).toEqual([2999, 2999]);
    expect(sink.points('loss').length).toBeLessThan(3000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 }),
        fc.uint8Array({ maxLength: 60 }),
        async (records, tail) => {
          put('run.wandb', Buffer.concat([wandbLog(records.map((bytes) => Buffer.from(bytes))), tail]));
          await read();
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("MLflow's store of files", () => {
  const RUN = 'mlruns/0/0123456789abcdef0123456789abcdef';
  const OTHER = 'mlruns/0/fedcba9876543210fedcba9876543210';
  beforeEach(() => {
    put(`${RUN}/meta.yaml`, 'run_name: mine\nstart_time: 1700000000000\n');
    put(`${RUN}/metrics/loss`, '1700000000000 0.5 0\n1700000001000 nan 1\n1700000002000 1e-05 2\n');
    put(`${RUN}/metrics/val/acc`, '1700000002000 0.75 2\n');
    put(`${RUN}/params/lr`, '0.001');
    put(`${RUN}/tags/mlflow.user`, 'someone');
  });

  it('has a file for each metric, with its time, value and step', async () => {
    const sink = await read();
    expect(sink.scalars).toEqual([
      { name: 'loss', step: 0, value: 0.5, atMs: 1_700_000_000_000 },
      { name: 'loss', step: 1, value: NaN, atMs: 1_700_000_001_000 },
      { name: 'loss', step: 2, value: 1e-5, atMs: 1_700_000_002_000 },
      { name: 'val/acc', step: 2, value: 0.75, atMs: 1_700_000_002_000 },
    ]);
    expect(sink.parameters).toEqual({ lr: '0.001' });
    expect(sink.notices).toEqual([]);
    for (const folder of ['mlruns', 'mlruns/0', RUN]) expect((await read(join(root, folder))).scalars).toEqual(sink.scalars);
  });

  it('names its runs where there are several, and tells torn and strange lines', async () => {
    put(`${OTHER}/metrics/loss`, '1700000000000 0.25 0\nno metric\n1700000000000 0.1');
    const sink = await read();
    expect(sink.points(`${OTHER.slice(9)}/loss`)).toEqual([[0, 0.25]]);
    expect(sink.notices).toEqual([
      expect.stringContaining('last line is not complete'),
      expect.stringContaining('1 lines could not be read'),
    ]);
  });

  it("does not take another program's folder for its own", async () => {
    put('metrics/loss', '1700000000000 0.25 0\n');
    cpSync(join(root, 'metrics'), join(root, 'out', 'metrics'), { recursive: true });
    expect((await read()).scalars).toHaveLength(4);
    expect(readdirSync(join(root, 'out', 'metrics'))).toEqual(['loss']);
    expect(readFileSync(join(root, 'metrics', 'loss'), 'utf8')).toContain('0.25');
  });
});
