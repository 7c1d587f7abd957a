import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rollUp } from '../../../../src-main/core/store/samples/rollup-entries';
import { openForReading } from '../../../../src-main/core/store/file/open';
import { needsProgram } from '../../../helpers/needs';
import { random } from '../../../helpers/random';
import { NOON_MS, seriesKey, testWriter } from '../support/stores';

const program = join(import.meta.dirname, '..', 'support', 'read_blocks.py');
const document = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'storage-format.md');
const hasPython = spawnSync('python3', ['--version']).status === 0;

const python = (...args: string[]): string[] => {
  const { status, stdout, stderr } = spawnSync('python3', [program, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(stderr);
  return stdout.trimEnd().split('\n');
};
const parsed = (text: string): number | null => (text === 'None' ? null : Number(text));

describe('the documented format', needsProgram(hasPython, 'python3', 'python3'), () => {
  const rand = random(3);
  let [walk, total] = [3e5, 1e9];
  const kinds: (() => number | null)[] = [
    () => (walk += Math.round((rand() - 0.5) * 4000)) / 1000,
    () => (total += Math.round(4000 * rand())),
    () => Math.round((450_000 + 9000 * rand()) / 1) / 1000,
    () => 42.5,
    () => null,
    () => (rand() < 0.1 ? null : Math.round(rand() * 3)),
    () => rand() * 1e-3,
    () => -Math.round(rand() * 2 ** 48),
    () => (rand() < 0.5 ? -0 : 5e-324),
    () => (rand() < 0.01 ? 1e15 * Math.round(rand() * 100) : 0),
  ];

  const every = (i: number): number => (i % 4 === 3 ? 10 : i % 4 === 1 && i > 4 ? 60 : 1);

  it('is enough to read every sample and every rollup, with nothing of this program', () => {
    const writer = testWriter();
    const ids = kinds.map((_, i) => writer.samples.ensureSeries(seriesKey({ device: `gpu${i}` })).id);
    const expected: string[][] = ids.map(() => []);
    const columns = ids.map(() => ({ times: [] as number[], values: [] as number[] }));
    for (let second = 0; second < 3600 + 600; second++) {
      const atMs = NOON_MS + second * 1000 + Math.floor(rand() * 4);
      // Some are asked less often, so that a block has several lists of times; some so seldom that they lie in blocks of days.
      const due = ids.filter((_, i) => second % every(i) === 0);
      const samples = due.map((seriesId) => ({ seriesId, atMs, value: kinds[ids.indexOf(seriesId)]?.() ?? null }));
      writer.samples.commit(samples);
      for (const { seriesId, value } of samples) {
        columns[ids.indexOf(seriesId)]?.times.push(atMs);
        // A negative zero is a zero once it is stored.
        columns[ids.indexOf(seriesId)]?.values.push(value === 0 ? 0 : (value ?? NaN));
      }
    }
    // Pieces of the hour that goes on, an hour that is sealed, and rows that are in no block yet.
    const db = openForReading(writer.path);
    expect(
      db
        .query(
          'SELECT count(DISTINCT slot_ms) AS hours, max(part) > 2 AS pieces, (SELECT count(*) > 100 FROM sample_recent) AS rows, (SELECT sum(samples) FROM block WHERE level = 5) AS sparse FROM block WHERE level = 0',
        )
        .get(),
    ).toEqual({ hours: 2, pieces: 1, rows: 1, sparse: 120 });
    db.close();
    for (const [i, { times, values }] of columns.entries())
      expected[i] = times.map((time, at) => `${ids[i]} ${time} ${Number.isNaN(values[at]) ? null : values[at]}`);
    const read = python(writer.path).map((line) => line.split(' '));
    const asText = read.map(([series, time, value]) => `${series} ${time} ${parsed(value ?? '')}`);
    expect(asText).toEqual(expected.flat());

    const minutes = python(writer.path, '2').map((line) => line.split(' ').map(parsed));
    const rollups = ids.flatMap((id, i) => {
      if (every(i) === 60) return [];
      const { times = [], values = [] } = columns[i] ?? {};
      const n = times.findIndex((time) => time >= NOON_MS + 3_600_000);
      const { starts, min, max, sum, count } = rollUp(
        { times: Float64Array.from(times.slice(0, n)), values: Float64Array.from(values.slice(0, n)) },
        60_000,
      );
      const number = (value: number | undefined): number | null => (value === undefined || Number.isNaN(value) ? null : value);
      return Array.from(starts, (start, at) => [id, start, number(min[at]), number(max[at]), number(sum[at]), number(count[at])]);
    });
    expect(minutes).toEqual(rollups);
  });

  it('says what the bytes of its example are', () => {
    const text = readFileSync(document, 'utf8');
    const hex = /```hex\n([^`]+)```/.exec(text)?.[1]?.replace(/#.*$/gm, '').replace(/\s+/g, '') ?? '';
    const answer = spawnSync(
      'python3',
      [
        '-c',
        `import sys; sys.path.insert(0, sys.argv[1]); import read_blocks; print(read_blocks.block(bytes.fromhex(sys.argv[2]), ${NOON_MS}, 1))`,
        join(program, '..'),
        hex,
      ],
      { encoding: 'utf8', env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } },
    );
    expect(answer.stderr).toBe('');
    expect(answer.stdout.trim()).toBe(
      `{(1, 0): ([${[0, 1000, 2000, 3000].map((ms) => NOON_MS + ms).join(', ')}], [71.5, 71.6, None, 71.4])}`,
    );
  });
});
