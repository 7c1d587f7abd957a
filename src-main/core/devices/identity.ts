import type { StoredDevice } from '@shared/model/device-record';

/** What tells one device from another; null = its source does not say. */
export type Identity = Pick<StoredDevice, 'uuid' | 'serial' | 'bus' | 'pciId'>;

/** A device as a source finds it now. */
export interface FoundDevice extends Identity {
  readonly model: string | null;
  /** The label it would have by its place in the source's order. */
  readonly preferred: string;
}

type Row = Identity & Pick<StoredDevice, 'device'>;

/**
 * Which known device each found one is; null = none of them. The surest sign goes first: UUID, then serial number (one
 * board may carry two GPUs of one serial: only where it is unambiguous), then PCI address. Two different UUIDs, or two
 * different kinds of chip at one address, are never one device. A card that tells neither UUID nor serial and is not
 * where it was is taken for the one that is missing, when there is exactly one of its kind: a card that is added moves
 * the bus numbers of others.
 */
export function matchDevices<R extends Row>(known: readonly R[], found: readonly FoundDevice[]): (R | null)[] {
  const matched: (R | null)[] = found.map(() => null);
  const free = new Set(known);
  const pair = (same: (row: R, one: FoundDevice) => boolean, onlyIfUnique: boolean): void => {
    const open = found.flatMap((one, i) => (matched[i] === null ? [{ one, i }] : []));
    for (const { one, i } of open) {
      const rows = [...free].filter((row) => same(row, one));
      const row = rows[0];
      if (row === undefined) continue;
      if (onlyIfUnique && (rows.length > 1 || open.filter((other) => same(row, other.one)).length > 1)) continue;
      matched[i] = row;
      free.delete(row);
    }
  };
  pair((row, one) => same(row.uuid, one.uuid), false);
  pair((row, one) => same(row.serial, one.serial) && mayBeOne(row, one), true);
  pair((row, one) => same(row.bus, one.bus) && mayBeOne(row, one) && !differ(row.serial, one.serial), false);
  pair((row, one) => [row.uuid, one.uuid, row.serial, one.serial].every((sign) => sign === null) && same(row.pciId, one.pciId), true);
  // What tells nothing of itself has its place only, and never the place of one that does.
  pair((row, one) => row.device === one.preferred && !hasIdentity(row) && !hasIdentity(one), false);
  return matched;
}

export function hasIdentity({ uuid, serial, bus }: Identity): boolean {
  return uuid !== null || serial !== null || bus !== null;
}

const same = (a: string | null, b: string | null): boolean => a !== null && a === b;
const differ = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;
const mayBeOne = (a: Identity, b: Identity): boolean => !(a.uuid !== null && b.uuid !== null) && !differ(a.pciId, b.pciId);

/** "00000000:1B:00.0", "0000:1b:00.0" → "0000:1b:00.0"; null for what is no PCI address. */
export function pciAddress(text: string | null): string | null {
  const [, domain = '', rest = ''] = /^([0-9a-f]{1,8}):([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i.exec(text?.trim() ?? '') ?? [];
  return rest === '' ? null : `${domain.replace(/^0+/, '').padStart(4, '0')}:${rest}`.toLowerCase();
}

/** "0x233010DE", as NVIDIA writes device and vendor in one → "10de:2330". */
export function nvidiaPciId(text: string | null): string | null {
  const [, chip, vendor] = /^(?:0x)?([0-9a-f]{4})([0-9a-f]{4})$/i.exec(text?.trim() ?? '') ?? [];
  return chip === undefined || vendor === undefined ? null : `${vendor}:${chip}`.toLowerCase();
}

/** A serial number or unique id; null for the ways to say that there is none. */
export function realSerial(text: string | null): string | null {
  const serial = text?.trim() ?? '';
  return /^(0+|\[?N\/A\]?|\[.*\]|none|unknown.*|default string|to be filled.*)?$/i.test(serial) ? null : serial;
}
