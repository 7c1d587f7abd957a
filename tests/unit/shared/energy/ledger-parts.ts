import type { Booked, Share } from '@shared/energy/booking';
import type { LedgerPart, LedgerTick } from '@shared/energy/ledger';

export const idle: readonly Share[] = [{ account: 'idle', share: 1, allocated: false }];
export const noon = Date.UTC(2026, 2, 1, 12);

export const part = (powerW: number | null, more: Partial<LedgerPart> = {}): LedgerPart => ({
  place: 'gpu0',
  powerW,
  provenance: 'measured',
  counter: null,
  ...more,
});
export const tick = (passedMs: number, parts: readonly LedgerPart[], more: Partial<LedgerTick> = {}): LedgerTick => ({
  atMs: noon + passedMs,
  passedMs,
  parts,
  facilityW: null,
  facilityProvenance: 'modelled',
  sharesOf: () => idle,
  ...more,
});
export const counter = (valueJ: number, more: Partial<NonNullable<LedgerPart['counter']>> = {}): LedgerPart['counter'] => ({
  valueJ,
  isNew: true,
  wrapJ: null,
  maxW: 5_000,
  stepJ: 1e-3,
  ...more,
});
export const sum = (
  booked: Booked,
  of: 'joules' | 'knownMs' | 'unknownMs',
  where: (account: string, place: string) => boolean = () => true,
): number =>
  booked.bookings.reduce(
    (total, booking) => total + (booking.place !== 'room' && where(booking.account, booking.place) ? booking[of] : 0),
    0,
  );
