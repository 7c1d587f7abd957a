import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { english } from '@shared/text/message';
import { notKept } from '../../../src-main/core/transfer/kept';
import { parseRules } from '../../../src-main/core/transfer/mapping';
import { defaultSettings } from '@shared/model/settings';
import { NOON_MS, seriesKey, temporaryFolder, testReader, testWriter } from '../store/support/stores';
import { contents, importInto, keyOf } from './support/files';

const FROM_S = (NOON_MS - 86_400_000) / 1000;
const DAY_MS = 86_400_000;

function written(text: string): string {
  const path = join(temporaryFolder(), 'file.prom');
  writeFileSync(path, text);
  return path;
}

async function into(text: string, over: Parameters<typeof importInto>[3] = {}) {
  const dataDir = temporaryFolder();
  const writer = testWriter(dataDir);
  const path = written(text);
  const run = () => importInto(writer, dataDir, path, over);
  return { writer, run, all: async () => contents(writer, await testReader(writer.path)) };
}

describe('two values for one series and time', () => {
  const two = `w{gpu="0",pod="a"} 70 ${FROM_S}\nw{gpu="0",pod="b"} 71 ${FROM_S}\n`;
  const rules = parseRules('w=gpu.power@gpu{gpu}');

  it('from two series of a file are refused: both are named, and the mapping that parts them, which does', async () => {
    const { run, writer } = await into(two, { rules });
    const refusal = await run().then(() => '', String);
    for (const part of [
      'gpu.power of gpu0',
      new Date(FROM_S * 1000).toISOString(),
      'w{gpu="0", pod="a"} = 70',
      'w{gpu="0", pod="b"} = 71',
      'They differ in pod',
      "--map 'w=gpu.power@gpu0-{pod}'",
    ])
      expect(refusal).toContain(part);
    expect(Object.values(await contents(writer, await testReader(writer.path))).flat()).toEqual([]);
    const parted = await into(two, { rules: parseRules('w=gpu.power@gpu0-{pod}') });
    expect(await parted.run()).toMatchObject({ samples: 2, stored: 2, fresh: 2 });
  });

  it('from one series are refused with the lines they stand in', async () => {
    const { run } = await into(`w 1 ${FROM_S}\nw 2 ${FROM_S + 1}\nw 3 ${FROM_S + 1}\n`);
    await expect(run()).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/line 2, w = 2, and line 3, w = 3.*Nothing in the file tells them apart/),
    });
  });

  it('are found when they stand far apart, also in different batches', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `w ${i} ${FROM_S + i}\n`).join('');
    for (const batch of [1_000_000, 100]) {
      const { run } = await into(`${lines}w 5 ${FROM_S + 7}\n`, { batch });
      await expect(run(), String(batch)).rejects.toMatchObject({
        code: 'invalid-input',
        message: expect.stringContaining('Two values for w of file/file'),
      });
    }
  });

  it('that take turns on one series, as one pod after another does on a GPU, are one series', async () => {
    const turns = Array.from({ length: 100 }, (_, i) => `w{gpu="0",pod="${i % 2 === 0 ? 'a' : 'b'}"} ${i} ${FROM_S + i}\n`).join('');
    const { run, all } = await into(turns, { rules });
    expect(await run()).toMatchObject({ samples: 100, stored: 100 });
    expect((await all())[keyOf(seriesKey({ label: '' }))]).toEqual(Array.from({ length: 100 }, (_, i) => [(FROM_S + i) * 1000, i]));
  });
});

it('what is stored is compared with what was taken, and a repeated import says that it changes nothing', async () => {
  const text = Array.from({ length: 200 }, (_, i) => `w ${i} ${FROM_S + i}\n`.repeat(i % 10 === 0 ? 2 : 1)).join('');
  for (const batch of [1_000_000, 50]) {
    const { run, all } = await into(text, { batch });
    expect(await run()).toMatchObject({ samples: 220, stored: 200, fresh: 200, changed: 0 });
    const before = await all();
    expect(await run()).toMatchObject({ samples: 220, stored: 200, fresh: 0, changed: 0 });
    expect(await all()).toEqual(before);
  }
  const { writer, run, all } = await into(text);
  const key = seriesKey({
    device: 'file/file',
    metric: 'w',
    label: '',
    definition: { name: 'w', unit: '', kind: 'gauge', digits: 3, range: null },
  });
  writer.samples.commit([
    { seriesId: writer.samples.ensureSeries(key).id, atMs: (FROM_S + 3) * 1000, value: -1 },
    { seriesId: writer.samples.ensureSeries(key).id, atMs: (FROM_S - 3) * 1000, value: -1 },
  ]);
  expect(await run()).toMatchObject({ stored: 200, fresh: 199, changed: 1 });
  expect(Object.values(await all())[0]).toHaveLength(201);
});

it('a time before 1990 or after tomorrow is no time of a measurement', async () => {
  const nowMs = NOON_MS;
  const second = (atMs: number): string => String(atMs / 1000);
  const { run, all } = await into(
    [
      '0',
      second(Date.UTC(1989, 11, 31)),
      second(Date.UTC(1990, 0, 1)),
      second(nowMs),
      second(nowMs + DAY_MS),
      second(nowMs + DAY_MS + 1000),
    ]
      .map((at, i) => `w ${i} ${at}\n`)
      .join(''),
    { now: () => nowMs },
  );
  const result = await run();
  expect(result).toMatchObject({ samples: 3, badLines: 3 });
  expect(Object.values(await all())[0]?.map(([, value]) => value)).toEqual([2, 3, 4]);
});

it('what is older than will be kept is said before anything is read, and of a file that was read when it holds such samples', () => {
  const writer = testWriter();
  const said = (): string => notKept(writer, NOON_MS).map(english).join('\n');
  expect(said()).toContain('before 2025-11-23 are older than 365 days');
  writer.settings.save({ retention: { ...defaultSettings.retention, rawDays: 30, maxBytes: 5e9 } });
  expect(said()).toMatch(/before 2026-10-24 are older than 30 days(.|\n)*more than 5000 MB/);
  writer.settings.save({ retention: { ...defaultSettings.retention, rawDays: 30 } });
  const dayMs = Date.UTC(2026, 9, 24) + (NOON_MS % DAY_MS);
  expect(notKept(writer, NOON_MS, dayMs + 1000)).toEqual([]);
  expect(notKept(writer, NOON_MS, dayMs - 1000).map(english)).toEqual([expect.stringContaining('older than 30 days')]);
});
