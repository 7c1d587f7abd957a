import { expect, it } from 'vitest';
import { meterReadings, type MeterValue } from '../../../../../src-main/core/telemetry/collectors/meters/readings';

const power = (part: string, value: number | null): MeterValue => ({
  quantity: 'power',
  part,
  value,
  raw: String(value),
  why: value === null ? 'no value' : null,
});
const sums = (values: readonly MeterValue[], flip = false) =>
  meterReadings(values, { counts: 'apart', flip }, { id: 'ups', label: 'UPS' }).filter(({ provenance }) => provenance === 'derived');

it('adds up the lines of a device that tells no sum, each side by itself', () => {
  const lines = ['L1', 'L2', 'L3'];
  expect(sums([...lines.map((line) => power(`input-${line}`, 1_000)), ...lines.map((line) => power(`output-${line}`, 900))])).toEqual([
    {
      device: 'sensor/ups/input',
      label: 'UPS input',
      metric: 'meter.power',
      provenance: 'derived',
      value: 3_000,
      raw: '1000 + 1000 + 1000',
      why: null,
    },
    {
      device: 'sensor/ups/output',
      label: 'UPS output',
      metric: 'meter.power',
      provenance: 'derived',
      value: 2_700,
      raw: '900 + 900 + 900',
      why: null,
    },
  ]);
  expect(
    sums(
      lines.map((line) => power(line, -100)),
      true,
    ),
  ).toMatchObject([{ device: 'sensor/ups', label: 'UPS', value: 300 }]);
});

it('makes none where the device tells one, a line is not told, or one has no value', () => {
  expect(sums([power('', 3_000), power('L1', 1_000), power('L2', 1_000), power('L3', 1_000)])).toEqual([]);
  expect(sums([power('L1', 1_000), power('L2', 1_000)])).toEqual([]);
  expect(sums([power('L1', 1_000), power('L2', null), power('L3', 1_000)])).toMatchObject([{ value: null, why: 'no value' }]);
});
