import { describe, expect, it } from 'vitest';
import { dcmiPower, sensorsOf } from '../../../../../src-main/core/telemetry/collectors/ipmi/parse';

const reading = (watts: string, state: string): string =>
  `Loading IANA PEN Registry...\n\n    Instantaneous power reading:  ${watts} Watts\n    Minimum during sampling period:  4 Watts\n` +
  `    IPMI timestamp:   Thu Jan  1 00:00:00 1970    Sampling period:   01131466 Seconds.\n    Power reading state is:  ${state}\n\n`;

describe('what ipmitool says', () => {
  it.each([
    [reading('254', 'activated'), { value: 254, why: null }],
    [reading('0', 'activated'), { value: 0, why: null }],
    [reading('0', 'deactivated'), { value: null }],
    [reading('180', 'deactivated'), { value: 180, unconfirmed: true }],
    [reading('65535', 'activated'), { value: null }],
    ['\n    DCMI request failed because: Node busy (c0)\n', { value: null, raw: 'Node busy (c0)' }],
  ])('of power is read with its state: %#', (output, expected) => {
    expect(dcmiPower(output, '')).toMatchObject({ quantity: 'power', part: '', ...expected });
  });

  it('of a controller without DCMI is no power at all', () => {
    expect(dcmiPower('\n    DCMI request failed because: Invalid command (c1)\n', '')).toBeNull();
  });

  it('of sensors is known by number and unit, whatever they are called and whichever comma they have', () => {
    const lines = [
      'Current          | 94h | ns  | 10.1 | No Reading',
      'Current          | 95h | ok  | 10.2 | 0,48 Amps',
      '12V              | 30h | ok  |  7.17 | 12,06 Volts',
      'Pwr Consumption  | 77h | ok  |  7.1 | 98 Watts',
      'CPU|1 Temp       | 0Eh | nc  |  3.1 | 104 degrees F',
      'Temp             | 20h | ok  |  3.1 | -4 degrees C',
      'Temp             | 20h | ok  |  3.2 | 41 degrees C',
      'Fan duty         | 55h | ok  | 29.1 | 40 percent',
      'SEL              | 72h | ns  |  7.1 | No Reading',
      'Get SDR 0042 command failed',
    ];
    expect(sensorsOf(lines.join('\n')).map(({ key, name, measured }) => [key, name, measured?.quantity, measured?.value])).toEqual([
      ['94h', 'Current 94h', undefined, undefined],
      ['95h', 'Current 95h', 'current', 0.48],
      ['30h', '12V', 'voltage', 12.06],
      ['77h', 'Pwr Consumption', 'power', 98],
      ['0eh', 'CPU|1 Temp', 'temperature', 40],
      ['20h-3-1', 'Temp 20h-3-1', 'temperature', -4],
      ['20h-3-2', 'Temp 20h-3-2', 'temperature', 41],
      ['55h', 'Fan duty', undefined, undefined],
      ['72h', 'SEL', undefined, undefined],
    ]);
  });
});
