import { z } from 'zod';

/** A counter only grows, until its source starts anew: what it grew by is the quantity, not its value. */
export const metricKinds = ['gauge', 'rate', 'counter'] as const;
export const MetricKind = z.enum(metricKinds);
export type MetricKind = z.infer<typeof MetricKind>;

/** Open: the catalogue's (`gpu.power`), or one that a run, a meter or a file brought along (`val/mAP50`, `node_load15`). */
export const MetricName = z.string().min(1).max(200);
export type MetricName = z.infer<typeof MetricName>;

/** What is known of a metric. */
export const MetricDefinition = z.object({
  /** As people call it, in English or as its source wrote it; the page translates those of the catalogue. */
  name: z.string().min(1).max(200),
  /** UCUM-like, as shown: W, J, °C, %, B, B/s, MHz, 1 (dimensionless), EUR/h (¤/h: of a currency that was not recorded); empty = not known. */
  unit: z.string().max(40),
  kind: MetricKind,
  /** After the point, when shown in `unit`. */
  digits: z.number().int().min(0).max(12),
  /** Values outside are garbage from a driver or sensor and count as missing; null = any finite number may be meant. */
  range: z.tuple([z.number(), z.number()]).readonly().nullable(),
  /** Which way is better, of what is to be judged; left out = neither. */
  better: z.enum(['lower', 'higher']).optional(),
});
export type MetricDefinition = Readonly<z.infer<typeof MetricDefinition>>;
