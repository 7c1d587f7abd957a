import { z } from 'zod';
import { Message } from '../text/message';
import { CollectorId, CollectorInfo, CollectorKindInfo, CollectorSettings } from '../model/collector';
import { MetricName } from '../model/metric';
import { ParamName } from '../model/param';
import { Provenance } from '../model/provenance';
import { SecretValue } from '../model/secret';
import { DeviceId } from '../model/series';
import { command, nothing, stream } from './define';

const name = z.string().trim().min(1).max(120);
/**
 * Of parameters that are secrets, what was typed: kept encrypted as the source's own, whose id is the setting then. Another
 * setting there is the id of a secret that is kept already.
 */
const secrets = z.record(ParamName, SecretValue).optional();

export const collectorsCommands = {
  /** Changes what is given, in force at once and kept. Fails with `not-found`, or `invalid-input` by the first setting that is refused. */
  'collectors.set': command(
    z.object({ id: CollectorId, enabled: z.boolean().optional(), name: name.optional(), settings: CollectorSettings.optional(), secrets }),
    nothing,
  ),
  /** Adds an instance of a feed; it is read from the next second on. */
  'collectors.add': command(z.object({ kind: CollectorId, name, settings: CollectorSettings, secrets }), z.object({ id: CollectorId })),
  /** Ends a feed and takes it off the list; its own secrets go too, its series end, and what is recorded of them stays. */
  'collectors.remove': command(z.object({ id: CollectorId }), nothing),
  /** Reads a feed once by these settings, without recording or keeping anything. Fails with what its source says. */
  'collectors.test': command(
    z.object({ kind: CollectorId, settings: CollectorSettings, secrets }),
    z.object({
      readings: z.array(
        z.object({
          device: DeviceId,
          label: z.string(),
          metric: MetricName,
          provenance: Provenance,
          value: z.number().nullable(),
          /** As the device gave it; empty = in no other form than the value. */
          raw: z.string(),
          /** Why there is no value, or why it is not taken as measured; null = it is, or nobody knows. */
          why: Message.nullable(),
          /** When its source took it, wall clock, ms; null = when it was read. */
          atMs: z.number().nullable(),
        }),
      ),
    }),
  ),
} as const;

export const collectorsStreams = {
  /** All at once, then each second while anything of them is other than before. Empty for a simulated room. */
  'collectors.live': stream(nothing, z.object({ kinds: z.array(CollectorKindInfo), collectors: z.array(CollectorInfo) })),
} as const;
