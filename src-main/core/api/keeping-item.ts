import type { DoctorItem } from '@shared/model/doctor';
import { message, type KeyedMessage } from '@shared/text/message';
import type { Keeping } from '../store/samples/types';

const HOUR_MS = 3_600_000;
/** A clock this much ahead of the time that passed is worth a word. */
const TOLD_FROM_MS = 24 * HOUR_MS;

/** What was not kept since the start, and why; whether the wall clock can be believed. */
export function keepingItem({ expired, late, unrecorded, refusedAtMs, aheadMs }: Keeping): DoctorItem {
  const item = { id: 'storage.keeping', group: 'storage', name: message('doctor.item.storage.keeping') } as const;
  const counts = message('message.keeping.counts', { expired: samples(expired), late: samples(late), unrecorded: samples(unrecorded) });
  const repair = message('message.keeping.setClock', { command: 'sudo timedatectl set-ntp true' });
  if (refusedAtMs !== null) {
    return { ...item, state: 'failing', detail: message('message.keeping.refused', { clockAtMs: refusedAtMs, counts }), repair };
  }
  if (aheadMs < TOLD_FROM_MS) return { ...item, state: 'works', detail: counts, repair: null };
  const days = message('message.count.days', { count: Math.round(aheadMs / (24 * HOUR_MS)) });
  return { ...item, state: 'partial', detail: message('message.keeping.ahead', { days, counts }), repair };
}

const samples = (count: number): KeyedMessage => message('message.count.samples', { count });
