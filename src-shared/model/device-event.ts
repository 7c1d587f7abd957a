import { z } from 'zod';
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
  kind: z.enum(['xid', 'gpu-lost', 'gpu-back', 'driver-lost', 'driver-back', 'power-scope']),
  code: z.number().int().nullable(),
  /** English, for logs and export; the page translates by kind and code. */
  text: z.string(),
  severity: z.enum(['info', 'warning', 'critical']),
});
export type DeviceEvent = z.infer<typeof DeviceEvent>;

/** XIDs with a settled meaning; source: NVIDIA, "XID Errors" (GPU deployment and management documentation). */
const xids: Readonly<Record<number, readonly [text: string, severity: DeviceEvent['severity']]>> = {
  13: ['graphics engine exception', 'warning'],
  31: ['GPU memory page fault', 'warning'],
  43: ['GPU stopped processing', 'warning'],
  45: ['preemptive cleanup after earlier errors', 'info'],
  48: ['double-bit ECC error', 'critical'],
  61: ['internal microcontroller breakpoint', 'critical'],
  62: ['internal microcontroller halt', 'critical'],
  63: ['memory row remapping or page retirement recorded', 'warning'],
  64: ['memory row remapping or page retirement failed', 'critical'],
  74: ['NVLink error', 'critical'],
  79: ['the GPU has fallen off the bus', 'critical'],
  92: ['high rate of single-bit ECC errors', 'warning'],
  94: ['contained ECC error', 'warning'],
  95: ['uncontained ECC error', 'critical'],
  119: ['GPU system processor timed out', 'critical'],
  120: ['GPU system processor error', 'critical'],
};

/** What an XID means; one not known here is a warning. */
export function describeXid(code: number): { readonly text: string; readonly severity: DeviceEvent['severity'] } {
  const [text, severity] = xids[code] ?? ['', 'warning'];
  return { text: `XID ${code}${text ? `: ${text}` : ''}`, severity };
}
