import { z } from 'zod';
import { isPhraseId, phrase, Said, type Phrase } from '../phrases/phrase';
import { DeviceId } from './series';

/**
 * Something that happened to a device at a time, as opposed to a sampled value.
 * xid: the NVIDIA driver reported an error, `code` is its XID. gpu-lost, gpu-back: a GPU left or rejoined its bus.
 * power-scope: a person counted a GPU's power into IT power, or left it out.
 * driver-lost, driver-back: the driver went away under a working meter, or answered again (device `host`).
 */
export const DeviceEvent = z.object({
  /** Wall clock, ms, when it was seen. */
  atMs: z.number(),
  device: DeviceId,
  kind: z.enum(['xid', 'gpu-lost', 'gpu-back', 'driver-lost', 'driver-back', 'device-missing', 'device-lost', 'device-back', 'device-removed', 'device-added', 'device-slept', 'device-woke', 'power-scope']),
  code: z.number().int().nullable(),
  text: Said,
  severity: z.enum(['info', 'warning', 'critical']),
});
export type DeviceEvent = z.infer<typeof DeviceEvent>;

/** How grave the XIDs are whose meaning is settled (src-shared/phrases/events.ts). */
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
export function describeXid(code: number): { readonly text: Phrase; readonly severity: DeviceEvent['severity'] } {
  const meaning = `said.xid.${code}`;
  const text = isPhraseId(meaning) ? phrase('said.xidMeans', { code, meaning: { id: meaning, params: {} } }) : phrase('said.xid', { code });
  return { text, severity: severities[code] ?? 'warning' };
}
