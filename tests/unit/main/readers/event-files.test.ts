import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileFormats } from '../../../../src-main/core/readers/files';
import { crc32c } from '../../../../src-main/core/readers/files/crc32c';
import { RunFolderFiles } from '../../../../src-main/core/readers/files/folder';
import { event, field, fixed, record, simple, varint, version } from '../../../helpers/event-files';
import { gather } from '../../../helpers/file-sink';
import { notOnWindows } from '../../../helpers/needs';

const fixtures = join(import.meta.dirname, 'fixtures', 'event-files');
const NAME = 'events.out.tfevents.1700000000.host.1.0';
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coldaisle-files-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function readAll(folder = root): Promise<ReturnType<typeof gather>> {
  const sink = gather();
  await new RunFolderFiles({ root: folder, formats: fileFormats, sink }).look({ isEnd: true });
  return sink;
}

const read = (...parts: Buffer[]): Promise<ReturnType<typeof gather>> => {
  writeFileSync(join(root, NAME), Buffer.concat(parts));
  return readAll();
};

describe('a CRC-32C', () => {
  it('has the values of RFC 3720, in one piece and in parts', () => {
    const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);
    expect(crc32c(new Uint8Array(32), 0, 32) >>> 0).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(255), 0, 32) >>> 0).toBe(0x62a8ab43);
    expect(crc32c(ascending, 0, 32) >>> 0).toBe(0x46dd794e);
    expect(crc32c(ascending, 5, 32, crc32c(ascending, 0, 5)) >>> 0).toBe(0x46dd794e);
  });
});

describe('event files of real writers', () => {
  it('hold what TensorBoard and TensorFlow read in them, of every number type', async () => {
    const sink = await readAll(fixtures);
    const expected = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as Record<string, [number, string, number][]>;
    const points = new Map<string, unknown[]>();
    for (const { name, step, value, atMs } of sink.scalars)
      points.set(name, [
        ...(points.get(name) ?? []),
        [step, value, Math.abs((atMs ?? 0) - wallOf(name, points.get(name)?.length ?? 0, expected) * 1000) <= 0.5],
      ]);
    const theirs = Object.entries(expected).map(
      ([name, list]) => [name, list.map(([step, value]) => [step, numberOf(value), true])] as const,
    );
    expect(Object.fromEntries(points)).toEqual(Object.fromEntries(theirs));
    expect(Object.keys(expected).filter((name) => name.startsWith('tensors/'))).toHaveLength(27);
    expect(sink.notices).toEqual([]);
  });

  it('list what is no scalar, and give the parameters', async () => {
    const sink = await readAll(fixtures);
    expect(sink.parameters).toEqual({ 'torch/hp/lr': 0.1, 'torch/hp/batch': 32, 'torch/hp/amp': 1, 'torch/hp/optimizer': 'adam' });
    expect(sink.others).toMatchObject({
      'torch/weights': 'histogram',
      'torch/sample': 'image',
      'torch/note/text_summary': 'text',
      'torch/pr': 'pr_curves',
      'torch/custom_scalars__config__': 'custom_scalars',
      'torch/hp/_hparams_/experiment': 'hparams',
      'tensors/histogram': 'histogram',
      'tensors/image': 'image',
      'tensors/text': 'text',
      'tensors/empty': 'scalars',
      'tensorboard_x/note/text_summary': 'text',
    });
  });

  const wallOf = (name: string, index: number, expected: Record<string, [number, string, number][]>): number =>
    expected[name]?.[index]?.[2] ?? NaN;
  const numberOf = (text: string): number =>
    text === 'nan' ? NaN : text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text);
});

describe('an event file that is cut', () => {
  it('at any byte of its last record gives all before it at once, and the last one exactly once when it is whole', async () => {
    const [first, last] = [event(1, [simple('loss', 0.5)]), event(2, [simple('loss', 0.25)])];
    const head = Buffer.concat([version, first]);
    for (let cut = 0; cut < last.length; cut++) {
      const path = join(root, NAME);
      writeFileSync(path, Buffer.concat([head, last.subarray(0, cut)]));
      const sink = gather();
      const files = new RunFolderFiles({ root, formats: fileFormats, sink });
      await files.look();
      expect(sink.points('loss'), `cut at ${cut}`).toEqual([[1, 0.5]]);
      appendFileSync(path, last.subarray(cut));
      await files.look();
      await files.look();
      expect(sink.points('loss'), `cut at ${cut}`).toEqual([
        [1, 0.5],
        [2, 0.25],
      ]);
      await files.look({ isEnd: true });
      expect(sink.notices).toEqual([]);
    }
  });

  it('and stays so says it at the end', async () => {
    const sink = await read(version, event(1, [simple('loss', 0.5)]), event(2, [simple('loss', 0.25)]).subarray(0, 30));
    expect(sink.points('loss')).toEqual([[1, 0.5]]);
    expect(sink.notices).toEqual([`${NAME}: its last record is not complete; what stands before it is kept.`]);
  });

  it('waits for bytes that a shared disk shows as zeros first', async () => {
    const whole = Buffer.concat([version, event(1, [simple('loss', 0.5)]), event(2, [simple('loss', 0.25)])]);
    const holed = Buffer.from(whole);
    holed.fill(0, version.length + 60);
    writeFileSync(join(root, NAME), holed);
    const sink = gather();
    const files = new RunFolderFiles({ root, formats: fileFormats, sink });
    await files.look();
    writeFileSync(join(root, NAME), Buffer.concat([whole, event(3, [simple('loss', 0.125)])]));
    await files.look();
    expect(sink.points('loss').at(-1)).toEqual([3, 0.125]);
    expect(sink.points('loss')).toHaveLength(3);
    expect(sink.notices).toEqual([]);
  });

  it('may be empty, or have no more than its version', async () => {
    expect((await read()).notices).toEqual([]);
    expect((await read(version)).scalars).toEqual([]);
  });
});

describe('a damaged event file', () => {
  const good = (step: number): Buffer => event(step, [simple('loss', step)]);

  it('loses the record whose data is damaged, and no other', async () => {
    const bad = Buffer.from(good(2));
    bad[20] = (bad[20] ?? 0) ^ 1;
    const sink = await read(version, good(1), bad, good(3));
    expect(sink.points('loss')).toEqual([
      [1, 1],
      [3, 3],
    ]);
    expect(sink.notices).toEqual([
      `${NAME}, byte ${version.length + good(1).length}: a record is damaged (its checksum is wrong) and left out.`,
    ]);
  });

  it('is gone on with at the next sound record where a length is damaged', async () => {
    const bad = Buffer.from(good(2));
    bad[8] = (bad[8] ?? 0) ^ 1;
    const sink = await read(version, good(1), bad, good(3), good(4));
    expect(sink.points('loss')).toEqual([
      [1, 1],
      [3, 3],
      [4, 4],
    ]);
    expect(sink.notices).toEqual([expect.stringContaining(`${bad.length} bytes are no records and are passed`)]);
  });

  it('with a length of up to 2^64 and a right checksum of it needs no memory', async () => {
    for (const length of [2n ** 31n + 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
      const sink = await read(version, good(1), record(Buffer.alloc(8), length), good(3));
      expect(sink.points('loss')).toEqual([
        [1, 1],
        [3, 3],
      ]);
    }
    const sink = await read(version, good(1), record(Buffer.alloc(8), 2n ** 30n));
    expect(sink.points('loss')).toEqual([[1, 1]]);
    expect(sink.notices).toHaveLength(1);
  });

  it('passes a large record without decoding it, and names what it holds', async () => {
    const image = Buffer.concat([field(1, 'picture'), field(4, field(4, Buffer.alloc(20_000_000, 7)))]);
    const sink = await read(version, good(1), event(2, [image]), good(3));
    expect(sink.points('loss')).toHaveLength(2);
    expect(sink.others).toEqual({ picture: 'image' });
    expect(sink.notices).toEqual([]);
    const whole = readFileSync(join(root, NAME));
    whole[10_000_000] = 8;
    writeFileSync(join(root, NAME), whole);
    expect((await readAll()).notices).toEqual([expect.stringContaining('a large record is damaged')]);
  });

  it('never stops the reader, whatever its bytes', async () => {
    const message = fc.uint8Array({ maxLength: 60 }).map((bytes) => record(Buffer.from(bytes)));
    const mixed = fc.oneof(
      message,
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc.nat(50).map(good),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(mixed, { maxLength: 12 }), async (parts) => {
        const sink = await read(version, ...parts, good(77), good(78));
        // What follows the rubbish is found again, unless a torn length before it claims its bytes.
        const steps = sink.points('loss').map(([step]) => step);
        if (!sink.notices.some((notice) => notice.includes('not complete'))) expect(steps.at(-1)).toBe(78);
      }),
      { numRuns: 150 },
    );
  });
});

describe('steps', () => {
  it('beyond 2^53 − 1 are told and left out, those below 0 are kept', async () => {
    const sink = await read(
      version,
      event(9007199254740991n, [simple('loss', 1)]),
      event(9007199254740992n, [simple('loss', 2)]),
      event(9007199254740993n, [simple('loss', 3)]),
      event(-5n, [simple('loss', 4)]),
    );
    expect(sink.points('loss')).toEqual([
      [9007199254740991, 1],
      [-5, 4],
    ]);
    expect(sink.notices).toEqual(['loss: points whose step is beyond 2^53 − 1 are left out: no two of them could be told apart.']);
  });

  it('that are all 0 are counted, with a word', async () => {
    const sink = await read(version, ...[5, 6, 7, 8].map((value) => event(0, [simple('loss', value)])));
    expect(sink.points('loss')).toEqual([
      [0, 5],
      [1, 6],
      [2, 7],
      [3, 8],
    ]);
    expect(sink.notices).toEqual(['loss: every point is written at step 0; they are counted in their order instead.']);
  });

  it('that are 0 twice and then go on stay as they are', async () => {
    const sink = await read(version, event(0, [simple('loss', 5)]), event(0, [simple('loss', 6)]), event(10, [simple('loss', 7)]));
    expect(sink.points('loss')).toEqual([
      [0, 5],
      [0, 6],
      [10, 7],
    ]);
    expect(sink.notices).toEqual([]);
  });

  it('may stand behind the summary; a wall clock of 0 is none', async () => {
    const late = record(Buffer.concat([field(5, field(1, simple('loss', 3))), field(2, 12)]));
    const sink = await read(version, late);
    expect(sink.scalars).toEqual([{ name: 'loss', step: 12, value: 3, atMs: null }]);
  });
});

describe('values', () => {
  it('are not-a-number, infinite and −0 as they were written', async () => {
    const sink = await read(version, ...[NaN, Infinity, -Infinity, -0].map((value, i) => event(i + 1, [simple('loss', value)])));
    expect(sink.points('loss').map(([, value]) => value)).toEqual([NaN, Infinity, -Infinity, -0]);
  });

  it('of a tensor are packed or single, or in its bytes, with any order of fields', async () => {
    const tensor = (name: string, ...parts: Buffer[]): Buffer => Buffer.concat([field(1, name), field(8, Buffer.concat(parts))]);
    const packed = Buffer.alloc(4);
    packed.writeFloatLE(1.5);
    const int16 = Buffer.from([0xfe, 0xff]);
    const sink = await read(
      version,
      event(1, [
        tensor('single', field(1, 1), fixed(5, 1.5, 4)),
        tensor('packed', field(5, packed), field(1, 1)),
        tensor('bytes', field(4, int16), field(1, 5)),
        tensor('int', field(1, 9), field(10, -7n)),
        tensor('half', field(1, 19), field(13, varint(0x3e00))),
        tensor('bfloat16', field(1, 14), field(13, varint(0x3fc0))),
        tensor('list', field(1, 1), field(2, field(2, field(1, 3))), field(5, Buffer.alloc(12))),
        tensor('short', field(1, 2), field(4, packed)),
      ]),
    );
    expect(Object.fromEntries(sink.scalars.map(({ name, value }) => [name, value]))).toEqual({
      single: 1.5,
      packed: 1.5,
      bytes: -2,
      int: -7,
      half: 1.5,
      bfloat16: 1.5,
    });
    expect(sink.others).toEqual({ list: 'tensor', short: 'tensor' });
  });
});

describe('a folder of event files', () => {
  it('is read in the order of the times in their names, and folders below it name what theirs tell', async () => {
    const put = (name: string, step: number, tag = 'epoch_loss'): void =>
      writeFileSync(join(root, name), Buffer.concat([version, event(step, [simple(tag, step)])]));
    mkdirSync(join(root, 'train'));
    mkdirSync(join(root, 'validation'));
    put('train/events.out.tfevents.1700000100.b.2.0.v2', 110);
    put('train/events.out.tfevents.999999999.a.1.0.v2', 100);
    put('validation/events.out.tfevents.1700000000.a.1.1.v2', 7);
    put('train/events.out.tfevents.1700000000.a.profile-empty', 9);
    const sink = await readAll();
    expect(sink.points('train/epoch_loss')).toEqual([
      [100, 100],
      [110, 110],
    ]);
    expect(sink.points('validation/epoch_loss')).toEqual([[7, 7]]);
  });

  it('takes files that appear, are replaced, cut short, deleted', async () => {
    const sink = gather();
    const files = new RunFolderFiles({ root, formats: fileFormats, sink });
    expect(await files.look()).toBe(false);
    const path = join(root, NAME);
    writeFileSync(path, Buffer.concat([version, event(1, [simple('loss', 1)]), event(2, [simple('loss', 2)])]));
    expect(await files.look()).toBe(true);
    expect(await files.look()).toBe(false);
    truncateSync(path, version.length);
    await files.look();
    appendFileSync(path, event(5, [simple('loss', 5)]));
    await files.look();
    writeFileSync(`${path}.new`, Buffer.concat([version, ...[6, 7, 8].map((step) => event(step, [simple('loss', step)]))]));
    renameSync(`${path}.new`, path);
    await files.look();
    rmSync(path);
    await files.look();
    await files.look();
    expect(sink.points('loss').map(([step]) => step)).toEqual([1, 2, 5, 6, 7, 8]);
    expect(sink.notices).toEqual([
      `${NAME} was cut short while it was read; it is read from its beginning.`,
      `${NAME} was replaced while it was read; it is read from its beginning.`,
      `${NAME} was deleted; what was read of it is kept.`,
    ]);
  });

  it('is never left by a link, and is searched within bounds', notOnWindows, async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'coldaisle-files-'));
    try {
      writeFileSync(join(elsewhere, NAME), Buffer.concat([version, event(1, [simple('secret', 1)])]));
      symlinkSync(elsewhere, join(root, 'link'));
      symlinkSync(join(elsewhere, NAME), join(root, NAME));
      for (let i = 0; i < 5; i++) {
        mkdirSync(join(root, `run${i}`));
        writeFileSync(join(root, `run${i}`, NAME), Buffer.concat([version, event(1, [simple('loss', i)])]));
      }
      mkdirSync(join(root, 'run0', 'a', 'b'), { recursive: true });
      writeFileSync(join(root, 'run0', 'a', 'b', NAME), Buffer.concat([version, event(1, [simple('deep', 1)])]));
      const sink = gather();
      await new RunFolderFiles({ root, formats: fileFormats, sink, limits: { files: 3, depth: 2 } }).look({ isEnd: true });
      expect(sink.scalars.map(({ name }) => name)).toEqual(['run0/loss', 'run1/loss', 'run2/loss']);
      expect(sink.notices).toEqual([expect.stringContaining('run0/a holds more'), expect.stringContaining('more than 3 files')]);
      expect(readdirSync(elsewhere)).toEqual([NAME]);
    } finally {
      rmSync(elsewhere, { recursive: true, force: true });
    }
  });
});
