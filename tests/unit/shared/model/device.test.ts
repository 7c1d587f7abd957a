import { describe, expect, it } from 'vitest';
import { clockEventReasons, decodeClockEvents, isThrottled } from '@shared/model/clock-events';
import { describeXid } from '@shared/model/device-event';
import { saneValue } from '@shared/model/metrics';
import { english } from '@shared/text/message';
import { inWindow } from '../../../helpers/messages';

describe('clock event reasons', () => {
  it('are the bits of nvml.h, in its order', () => {
    expect(clockEventReasons.map((_, bit) => decodeClockEvents(2 ** bit))).toEqual(clockEventReasons.map((reason) => [reason]));
    expect(decodeClockEvents(0x1)).toEqual(['idle']);
    expect(decodeClockEvents(0x4 | 0x20 | 0x80)).toEqual(['sw-power-cap', 'sw-thermal', 'hw-power-brake']);
    expect(decodeClockEvents(0)).toEqual([]);
  });

  it('leave out bits of newer drivers, and what is no mask', () => {
    expect(decodeClockEvents(0x8 + 2 ** 31)).toEqual(['hw-slowdown']);
    for (const value of [null, -1, 0.5, NaN]) expect(decodeClockEvents(value)).toEqual([]);
  });

  it('throttle only by power and heat', () => {
    expect([0x1, 0x2, 0x10, 0x100, 0x0].map(isThrottled)).toEqual([false, false, false, false, false]);
    expect([0x4, 0x8, 0x20, 0x40, 0x80, 0x81].map(isThrottled)).toEqual([true, true, true, true, true, true]);
  });
});

it('says what an XID means, and that one not known is worth a look', () => {
  expect(english(describeXid(79).text)).toBe('XID 79: the GPU has fallen off the bus');
  expect(inWindow(describeXid(79).text, 'zh-CN')).toBe('XID 79：GPU 已从总线脱落');
  expect(describeXid(79).severity).toBe('critical');
  expect(english(describeXid(4242).text)).toBe('XID 4242');
  expect(describeXid(4242).severity).toBe('warning');
  // Every XID that there is a meaning for has a weight, and the other way round.
  const codes = Array.from({ length: 200 }, (_, code) => code);
  expect(codes.filter((code) => english(describeXid(code).text).includes(':'))).toEqual([
    13, 31, 43, 45, 48, 61, 62, 63, 64, 74, 79, 92, 94, 95, 119, 120,
  ]);
  expect(codes.filter((code) => describeXid(code).severity !== 'warning')).toEqual([45, 48, 61, 62, 64, 74, 79, 95, 119, 120]);
});

it('takes a counter’s value however large, and no negative one', () => {
  expect(saneValue('gpu.energy', 4e12)).toBe(4e12);
  expect(saneValue('gpu.energy', -1)).toBeNull();
});
