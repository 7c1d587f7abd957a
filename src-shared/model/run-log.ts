import { z } from 'zod';

export const logSources = ['trainer', 'stdout', 'stderr', 'core'] as const;

/** One line of a run's log. */
export const LogLine = z.object({
  /** Counts from 1; a line that was dropped keeps its number. */
  seq: z.number().int(),
  /** Wall clock when it was read, ms; in a file, which tells no times, when that was written last. */
  atMs: z.number(),
  source: z.enum(logSources),
  text: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

/** A text that a program wrote while it ran, which can be read by its lines like what it printed. */
export const RunLogFile = z.object({
  path: z.string(),
  /** Its place below the folder of its program. */
  label: z.string(),
  /** Of the run's own. */
  bytes: z.number().int(),
});
export type RunLogFile = z.infer<typeof RunLogFile>;

/** What there is of a log. Of one beyond its limit the head and the tail are kept. */
export const RunLogExtent = z.object({
  /** 0 = there is none. */
  lastLine: z.number().int(),
  /** The lines between head and tail that made way for newer ones, both inclusive. */
  dropped: z.object({ fromLine: z.number().int(), toLine: z.number().int() }).nullable(),
  bytes: z.number().int(),
});
export type RunLogExtent = z.infer<typeof RunLogExtent>;

/** Lines of one answer at most; they are fewer where they are long. */
export const LOG_PAGE_MAX = 2000;

/** A part of a log: from a line or a time on, or the last before a line. None of these: the newest. */
export const RunLogQuery = z
  .object({
    fromLine: z.number().int().min(1).optional(),
    fromMs: z.number().optional(),
    beforeLine: z.number().int().min(1).optional(),
    limit: z.number().int().min(1).max(LOG_PAGE_MAX).default(500),
    /** Only lines with this text in them, whatever its case. */
    text: z.string().min(1).max(200).optional(),
  })
  .refine((query) => [query.fromLine, query.fromMs, query.beforeLine].filter((one) => one !== undefined).length <= 1, {
    message: 'only one of fromLine, fromMs and beforeLine',
  });
export type RunLogQuery = z.infer<typeof RunLogQuery>;

/** Oldest first. */
export const RunLogPage = RunLogExtent.extend({
  lines: z.array(LogLine),
  /** Where to go on, in the direction asked: there may be more there. Null = there is none. */
  next: z.number().int().nullable(),
});
export type RunLogPage = z.infer<typeof RunLogPage>;

/** A run's log as it grows: where it ends now, and the newest of the lines that came since the frame before. */
export const RunLogFrame = RunLogExtent.extend({ lines: z.array(LogLine) });
export type RunLogFrame = z.infer<typeof RunLogFrame>;
