import { z } from 'zod';
import { Message } from '../text/message';

const count = z.number().int().nonnegative();

export const Histogram = z.object({
  /** One more than there are counts, rising. */
  edges: z.array(z.number()),
  counts: z.array(count),
});
export type Histogram = Readonly<z.infer<typeof Histogram>>;

export const NumberStatistics = z.object({
  kind: z.literal('number'),
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  /** Of a sample (n − 1); null of a single value. */
  deviation: z.number().nullable(),
  median: z.number(),
  lowerQuartile: z.number(),
  upperQuartile: z.number(),
  distinct: count,
  /** Beyond 1.5 interquartile ranges below or above the quartiles (Tukey 1977). */
  outliers: count,
  histogram: Histogram,
});
export type NumberStatistics = Readonly<z.infer<typeof NumberStatistics>>;

export const WordStatistics = z.object({
  kind: z.literal('words'),
  /** Null of sounds. */
  distinct: count.nullable(),
  /** Most frequent first. */
  top: z.array(z.object({ value: z.string(), count })),
  /** Characters of a text, or samples of a sound; null of categories. */
  length: z.object({ min: z.number(), max: z.number(), mean: z.number() }).nullable(),
});
export type WordStatistics = Readonly<z.infer<typeof WordStatistics>>;

/** Of the values of all rows together: of an image the brightness of its channels. */
export const ElementStatistics = z.object({
  kind: z.literal('elements'),
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  deviation: z.number().nullable(),
  histogram: Histogram,
});
export type ElementStatistics = Readonly<z.infer<typeof ElementStatistics>>;

export const ColumnStatistics = z.discriminatedUnion('kind', [NumberStatistics, WordStatistics, ElementStatistics]);
export type ColumnStatistics = NumberStatistics | WordStatistics | ElementStatistics;

/** What is known of a version: of each column in its order, null = it has no values; and what speaks against it. */
export const DataProfile = z.object({
  columns: z.array(ColumnStatistics.nullable()),
  /** Rows that repeat an earlier one in all columns but the target. */
  duplicates: count,
  warnings: z.array(Message),
});
export type DataProfile = Readonly<z.infer<typeof DataProfile>>;
