import { isMessageId, message, type KeyedMessage } from '../text/message';
import type { EventKind, EventSeverity } from './event';

/** Why a part that is still known is in no sum: it fell off its bus, or rests without power. */
export const absences = ['lost', 'asleep'] as const;
export type Absence = (typeof absences)[number];

/**
 * What an event does to the power sums its device (and all that hangs on it) is a part of. A kind that is not here does
 * nothing: behind a lost driver the cards go on drawing power that nobody reads, and a missing device may be anywhere. Their
 * silence withholds the sum and is named, until an event or a person says more.
 */
export const powerEffects: Readonly<Partial<Record<EventKind, Absence | 'present' | 'removed'>>> = {
  'device.lost': 'lost',
  'device.asleep': 'asleep',
  'device.removed': 'removed',
  'device.back': 'present',
  'device.awake': 'present',
  'device.added': 'present',
};

/** How grave the XIDs are whose meaning is settled (src-shared/text/events.ts). */
const severities: Readonly<Record<number, EventSeverity>> = {
  13: 'warning',
  31: 'warning',
  43: 'warning',
  45: 'info',
  48: 'critical',
  61: 'critical',
  62: 'critical',
  63: 'warning',
  64: 'critical',
  74: 'critical',
  79: 'critical',
  92: 'warning',
  94: 'warning',
  95: 'critical',
  119: 'critical',
  120: 'critical',
};

/** What an XID means; one not known here is a warning. */
export function describeXid(code: number): { readonly text: KeyedMessage; readonly severity: EventSeverity } {
  const meaning = `message.xid.${code}`;
  const text = isMessageId(meaning)
    ? message('message.xidMeans', { code, meaning: { id: meaning, params: {} } })
    : message('message.xid', { code });
  return { text, severity: severities[code] ?? 'warning' };
}
