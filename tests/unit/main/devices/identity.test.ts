import { describe, expect, it } from 'vitest';
import { matchDevices, nvidiaPciId, pciAddress, realSerial, type FoundDevice } from '../../../../src-main/core/devices/identity';

const device = (signs: Partial<FoundDevice>): FoundDevice => ({
  uuid: null,
  serial: null,
  bus: null,
  pciId: null,
  model: null,
  preferred: 'gpu0',
  ...signs,
});
const known = (label: string, signs: Partial<FoundDevice>) => ({ ...device(signs), device: label });
const match = (rows: ReturnType<typeof known>[], ...found: FoundDevice[]): (string | null)[] =>
  matchDevices(rows, found).map((row) => row?.device ?? null);

describe('which known device a found one is', () => {
  it('goes by the UUID before the slot: two cards that changed places', () => {
    const rows = [known('gpu0', { uuid: 'GPU-a', bus: '0000:1b:00.0' }), known('gpu1', { uuid: 'GPU-b', bus: '0000:2b:00.0' })];
    expect(match(rows, device({ uuid: 'GPU-b', bus: '0000:1b:00.0' }), device({ uuid: 'GPU-a', bus: '0000:2b:00.0' }))).toEqual([
      'gpu1',
      'gpu0',
    ]);
  });

  it('takes another UUID in the same slot for another card', () => {
    expect(match([known('gpu0', { uuid: 'GPU-a', bus: '0000:1b:00.0' })], device({ uuid: 'GPU-z', bus: '0000:1b:00.0' }))).toEqual([null]);
  });

  it('finds by serial number, then by address, a card whose UUID its source does not tell', () => {
    const rows = [
      known('gpu0', { uuid: 'GPU-a', serial: '165', bus: '0000:1b:00.0' }),
      known('gpu1', { uuid: 'GPU-b', bus: '0000:2b:00.0' }),
    ];
    expect(match(rows, device({ serial: '165', bus: '0000:5b:00.0' }), device({ bus: '0000:2b:00.0' }))).toEqual(['gpu0', 'gpu1']);
    expect(match(rows, device({ serial: '999', bus: '0000:1b:00.0' }))).toEqual([null]);
  });

  it('tells the two GPUs of one board apart, which share its serial number', () => {
    const rows = [known('gpu0', { serial: 'K80', bus: '0000:04:00.0' }), known('gpu1', { serial: 'K80', bus: '0000:05:00.0' })];
    expect(match(rows, device({ serial: 'K80', bus: '0000:05:00.0' }), device({ serial: 'K80', bus: '0000:04:00.0' }))).toEqual([
      'gpu1',
      'gpu0',
    ]);
  });

  it('takes another kind of chip at the same address for another card', () => {
    const rows = [known('gpu/card0', { bus: '0000:03:00.0', pciId: '1002:744c' })];
    expect(match(rows, device({ bus: '0000:03:00.0', pciId: '8086:56a0' }))).toEqual([null]);
    expect(match(rows, device({ bus: '0000:03:00.0', pciId: '1002:744c' }))).toEqual(['gpu/card0']);
  });

  it('follows the one card of its kind whose address changed, and does not guess between two', () => {
    const rows = [
      known('gpu/card0', { bus: '0000:03:00.0', pciId: '8086:56a0' }),
      known('gpu/card1', { bus: '0000:07:00.0', pciId: '1002:744c' }),
    ];
    expect(match(rows, device({ bus: '0000:04:00.0', pciId: '8086:56a0' }))).toEqual(['gpu/card0']);
    const twins = [...rows, known('gpu/card2', { bus: '0000:09:00.0', pciId: '8086:56a0' })];
    expect(match(twins, device({ bus: '0000:04:00.0', pciId: '8086:56a0' }))).toEqual([null]);
    // The one that is where it was leaves only the other.
    expect(match(twins, device({ bus: '0000:04:00.0', pciId: '8086:56a0' }), device({ bus: '0000:09:00.0', pciId: '8086:56a0' }))).toEqual([
      'gpu/card0',
      'gpu/card2',
    ]);
  });

  it('gives what tells nothing of itself no place that belongs to one that does', () => {
    expect(match([known('gpu0', { uuid: 'GPU-a' })], device({}))).toEqual([null]);
    expect(match([known('gpu0', {})], device({}))).toEqual(['gpu0']);
  });
});

describe('the signs', () => {
  it.each([
    ['00000000:1B:00.0', '0000:1b:00.0'],
    ['0000:C1:00.0', '0000:c1:00.0'],
    ['10000:01:00.0', '10000:01:00.0'],
    ['[GPU is lost]', null],
    ['device', null],
    [null, null],
  ])('the address %s is %s', (text, address) => expect(pciAddress(text)).toBe(address));

  it.each([
    ['0x233010DE', '10de:2330'],
    ['233010DE', '10de:2330'],
    ['[N/A]', null],
  ])('the chip %s is %s', (text, id) => expect(nvidiaPciId(text)).toBe(id));

  it.each([
    ['1652522034567', '1652522034567'],
    ['0', null],
    ['[N/A]', null],
    ['N/A', null],
    ['', null],
    ['Unknown Error', null],
    ['To be filled by O.E.M.', null],
  ])('the serial number %j is %j', (text, serial) => expect(realSerial(text)).toBe(serial));
});
