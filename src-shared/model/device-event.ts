import { z } from 'zod';
import { isMessageId, message, Message, type KeyedMessage } from '../text/message';
import { DeviceId } from './series';

export const deviceEventKinds = [
  'xid',
  'gpu-lost',
  'gpu-back',
  'driver-lost',
  'driver-back',
  'device-missing',
  'device-lost',
  'device-back',
  'device-removed',
  'device-added',
  'device-slept',
  'device-woke',
  'power-scope',
] as const;

/**
 * Something that happened to a device at a time, as opposed to a sampled value.
 *
 * - `xid`: the NVIDIA driver reported an error, `code` is its XID.
 * - `gpu-lost`, `gpu-back`: a GPU left or rejoined its bus. `device-lost`, `device-back`: the same of any other device,
 *   said by the source that meters it.
 * - `driver-lost`, `driver-back`: the driver went away under a working meter, or answered again (device `host`).
 * - `device-missing`: known by its identity from before, and not there at the start.
 * - `device-removed`: a person, or the source of hot-plug, says that it is gone for good. `device-added`: it is new here.
 * - `device-slept`, `device-woke`: the system suspended a device that rests, or resumed it.
 * - `power-scope`: a person counted a device's power, or left it out.
 *
 * {@link powerEffects} says what each does to a sum of powers.
 */
export const DeviceEvent = z.object({
  /** Wall clock, ms, when it was seen. */
  atMs: z.number(),
  device: DeviceId,
  kind: z.enum(deviceEventKinds),
  code: z.number().int().nullable(),
  text: Message,
  severity: z.enum(['info', 'warning', 'critical']),
});
export type DeviceEvent = z.infer<typeof DeviceEvent>;

/** Why a part that is still known is in no sum: it fell off its bus, or rests without power. */
export const absences = ['lost', 'asleep'] as const;
export type Absence = (typeof absences)[number];

/**
 * What an event does to the power sums its device (and all that hangs on it) is a part of. A kind that is not here does
 * nothing: behind a lost driver the cards go on drawing power that nobody reads, and a missing device may be anywhere. Their
 * silence withholds the sum and is named, until an event or a person says more.
 */
export const powerEffects: Readonly<Partial<Record<DeviceEvent['kind'], Absence | 'present' | 'removed'>>> = {
  'gpu-lost': 'lost',
  'device-lost': 'lost',
  'device-slept': 'asleep',
  'device-removed': 'removed',
  'gpu-back': 'present',
  'device-back': 'present',
  'device-woke': 'present',
  'device-added': 'present',
};

/** How grave the XIDs are whose meaning is settled (src-shared/text/events.ts). */
const severities: Readonly<Record<number, DeviceEvent['severity']>> = {
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
export function describeXid(code: number): { readonly text: KeyedMessage; readonly severity: DeviceEvent['severity'] } {
  const meaning = `message.xid.${code}`;
  const text = isMessageId(meaning)
    ? message('message.xidMeans', { code, meaning: { id: meaning, params: {} } })
    : message('message.xid', { code });
  return { text, severity: severities[code] ?? 'warning' };
}
