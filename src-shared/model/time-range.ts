import { z } from 'zod';

const wallMs = z.number().int().nonnegative();

/** A span of wall clock, whole ms since the epoch; `toMs` after `fromMs`. Further fields come by `safeExtend`, which keeps the check. */
export const TimeRange = z.object({ fromMs: wallMs, toMs: wallMs }).refine(({ fromMs, toMs }) => toMs > fromMs, {
  message: 'toMs must be after fromMs',
});
export type TimeRange = Readonly<z.infer<typeof TimeRange>>;

/** The smallest range of whole ms that holds a span which a hand dragged. */
export function wholeRange({ fromMs, toMs }: TimeRange): { fromMs: number; toMs: number } {
  return { fromMs: Math.max(0, Math.floor(fromMs)), toMs: Math.ceil(toMs) };
}
