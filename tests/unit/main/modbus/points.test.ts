import { describe, expect, it } from 'vitest';
import { messageOf, english } from '@shared/text/message';
import { meterModels, pointsOfModel } from '../../../../src-main/core/telemetry/collectors/modbus/meters';
import { blocksOf, parsePoint, type AddressKind } from '../../../../src-main/core/telemetry/collectors/modbus/points';

describe('a point as a person writes it', () => {
  it('has a quantity, a part, registers, a type and a scale in the metric’s unit', () => {
    expect(parsePoint('power.L2 input:0x28 int32 words=low scale=0.1 unit=kW', 'wire')).toEqual({
      quantity: 'power',
      part: 'L2',
      registers: 'input',
      address: 0x28,
      type: 'int32',
      scale: 100,
      lowWordFirst: true,
    });
    expect(parsePoint('energy.import 0x5000 uint64 scale=0.01 unit=kWh none=0xFFFFFFFFFFFFFFFF', 'wire')).toMatchObject({
      quantity: 'energy.import',
      scale: 36_000,
      noValue: 0xffff_ffff_ffff_ffffn,
    });
    expect(parsePoint('power.apparent 7 int16 sf=9', 'wire')).toMatchObject({ quantity: 'power.apparent', part: '', scaleFactor: 9 });
  });

  it.each<[string, AddressKind, 'holding' | 'input', number]>([
    ['0', 'wire', 'holding', 0],
    ['3060', 'one', 'holding', 3059],
    ['input:0x1', 'one', 'input', 0],
    ['40001', 'modicon', 'holding', 0],
    ['30053', 'modicon', 'input', 52],
    ['400108', 'modicon', 'holding', 107],
    ['4x00001', 'wire', 'holding', 0],
    ['3x0053', 'one', 'input', 52],
  ])('%s, counted as %s, is %s register %i on the wire', (written, kind, registers, address) => {
    expect(parsePoint(`power ${written} int16`, kind)).toMatchObject({ registers, address });
  });

  it.each([
    ['', 'NAME ADDRESS TYPE'],
    ['watts 1 int16', 'watts: power,'],
    ['power', 'ADDRESS'],
    ['power 70000 int16', '70000'],
    ['power 1 int17', 'int17: int16,'],
    ['power 1 int16 scale=0', 'scale=0'],
    ['power 1 int16 unit=V', 'unit=V: mW, W, kW, MW'],
    ['energy.import 1 uint32', 'unit=kWh'],
    ['power 1 int16 gain=2', 'gain=2'],
  ])('“%s” is refused where it is wrong', (text, what) => {
    try {
      parsePoint(text, 'wire');
    } catch (error) {
      return expect(english(messageOf(error))).toContain(what);
    }
    throw new Error('it was taken');
  });
});

describe('requests', () => {
  it('take what lies together at once, a value and its factor always, and no more than a device bears', () => {
    const points = ['power 10 int16 sf=14', 'voltage 11 uint16', 'current 200 int32', 'frequency input:11 uint16'].map((text) =>
      parsePoint(text, 'wire'),
    );
    expect(blocksOf(points).map(({ registers, address, count }) => [registers, address, count])).toEqual([
      ['holding', 10, 5],
      ['holding', 200, 2],
      ['input', 11, 1],
    ]);
    const many = Array.from({ length: 300 }, (_, i) => parsePoint(`power.p${i} ${i} uint16`, 'wire'));
    expect(Math.max(...blocksOf(many).map(({ count }) => count))).toBe(100);
  });
});

it('every known meter has a source, and points that are understood, with its power and an energy or a current', () => {
  for (const { id, source } of meterModels) {
    const points = pointsOfModel(id) ?? [];
    expect(source.length, id).toBeGreaterThan(10);
    expect(
      points.some(({ quantity, part }) => quantity === 'power' && part === ''),
      id,
    ).toBe(true);
    expect(
      points.some(({ quantity }) => quantity === 'energy.import' || quantity === 'current'),
      id,
    ).toBe(true);
  }
  expect(new Set(meterModels.map(({ id }) => id)).size).toBe(meterModels.length);
});
