import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ScalarReading } from '../../../../src-main/core/readers/reading';
import { TextReaders } from '../../../../src-main/core/readers/text';

const printed = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'printed');

/** What is found in a recording, however its text is cut into pieces. */
function found(file: string, pieceLength = Infinity): ScalarReading[] {
  const text = readFileSync(join(printed, file), 'utf8');
  const readings: ScalarReading[] = [];
  const readers = new TextReaders(
    (reading) => readings.push(reading),
    () => undefined,
  );
  for (let from = 0; from < text.length; from += pieceLength) readers.push('stdout', text.slice(from, from + pieceLength), null);
  readers.end();
  return readings;
}

const valuesOf = (readings: readonly ScalarReading[], name: string): number[] =>
  readings.filter((reading) => reading.name === name).map(({ value }) => value);

describe('output of Keras 3, recorded', () => {
  it.each(['keras-pipe-0', 'keras-pipe-0.2', 'keras-pty-0', 'keras-pty-0.2'])(
    '%s tells what its history holds, to the printed digits',
    (name) => {
      const history = JSON.parse(readFileSync(join(printed, `${name}.json`), 'utf8')) as Record<string, number[]>;
      for (const pieceLength of [Infinity, 1, 7, 1000]) {
        const readings = found(`${name}.txt`, pieceLength);
        for (const [metric, values] of Object.entries(history)) {
          expect(valuesOf(readings, metric)).toEqual(values.map((value) => Number(value.toFixed(4))));
          const epochs = readings.filter((reading) => reading.name === metric).map(({ epoch }) => epoch);
          expect(epochs).toEqual([1, 2, 3]);
        }
        expect(valuesOf(readings, 'evaluate/loss')).toHaveLength(1);
      }
    },
  );
});

it('reads each step of Lightning’s rich bar, and the validation below it', () => {
  const readings = found('lightning-pty.txt');
  const steps = readings.filter(({ name }) => name === 'train_loss').map(({ step }) => step);
  expect(steps[0]).toBe(1);
  expect(steps.at(-1)).toBe(60);
  expect(steps).toEqual([...steps].sort((a, b) => (a ?? 0) - (b ?? 0)));
  expect(valuesOf(readings, 'train_loss').at(-1)).toBe(0.423);
  expect(valuesOf(readings, 'val_loss').at(-1)).toBe(0.396);
  expect(new Set(readings.map(({ name }) => name))).toEqual(new Set(['train_loss', 'val_loss']));
});

it('reads the dictionaries of Transformers 5, which have their numbers in quotes', () => {
  const readings = found('trainer-pty.txt');
  expect(valuesOf(readings, 'loss')).toEqual([0.8087, 0.7746, 0.8105, 0.7712]);
  expect(valuesOf(readings, 'eval_loss')).toEqual([0.7911, 0.7907]);
  expect(readings.filter(({ name }) => name === 'loss').map(({ epoch }) => epoch)).toEqual([0.5, 1, 1.5, 2]);
});
