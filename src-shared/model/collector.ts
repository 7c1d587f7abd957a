import { z } from 'zod';
import { Message } from '../text/message';
import { ParamName, ParamSpec, ParamValue } from './param';

/** Names an instance of a kind of collector for good: `nvidia`, `modbus-3`. */
export const CollectorId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/);

export const CollectorSettings = z.record(ParamName, ParamValue);
export type CollectorSettings = Readonly<z.infer<typeof CollectorSettings>>;

/** A way to read something: this machine's own sensors, or a feed that a person adds as often as there is something to read. */
export const CollectorKindInfo = z.object({
  id: CollectorId,
  name: Message,
  /** A person adds and removes instances; else there is one, of this machine. */
  isFeed: z.boolean(),
  /** Its settings and how to ask for them; none = nothing can be set here. */
  params: z.array(ParamSpec),
  /** It can be read once before it is added. */
  canTest: z.boolean(),
});
export type CollectorKindInfo = z.infer<typeof CollectorKindInfo>;

/** off: a person switched it off. starting: not asked yet. failing: it answers with errors. hung: it does not answer. */
export const collectorConditions = ['off', 'starting', 'ok', 'failing', 'hung'] as const;

/** One source of readings as it is now. */
export const CollectorInfo = z.object({
  id: CollectorId,
  kind: z.string(),
  name: Message,
  enabled: z.boolean(),
  settings: CollectorSettings,
  condition: z.enum(collectorConditions),
  /** Why it is failing or hung; null = it is not. */
  error: Message.nullable(),
  /** For how long it has given nothing, ms; null = it answers, or was not asked yet. */
  failingForMs: z.number().nonnegative().nullable(),
  /** When it answered last (wall clock, ms), and how many values it gave then. */
  lastAtMs: z.number().nullable(),
  lastValues: z.number().int().nonnegative(),
  /** How many series its last answer was for, those without a value included. */
  series: z.number().int().nonnegative(),
  /** How many values are not taken as measured now; the doctor says which, and why. */
  implausible: z.number().int().nonnegative(),
});
export type CollectorInfo = z.infer<typeof CollectorInfo>;
