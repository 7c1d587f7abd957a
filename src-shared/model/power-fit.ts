import { z } from 'zod';
import { KeyedMessage } from '../text/message';
import { DeviceId } from './series';

/**
 * What a curve tells: what a place loses between its sides by what it gives; what cooling draws, and what the whole facility draws beyond
 * the IT, by the IT's power and the outdoor temperature.
 */
export const powerFitKinds = ['loss', 'cooling', 'facility'] as const;
export const PowerFitKind = z.enum(powerFitKinds);
export type PowerFitKind = z.infer<typeof PowerFitKind>;

/** The place that a curve of the whole facility is of. */
export const WHOLE_FACILITY = 'facility';

/** W = noLoadW + load · (proportional + quadratic · load + perKelvin · max(0, outdoor − aboveC)), load in W. No part is below zero. */
const PowerCurve = z.object({
  noLoadW: z.number().nonnegative(),
  proportional: z.number().nonnegative(),
  /** 1/W */
  quadratic: z.number().nonnegative(),
  /** 1/K, of an outdoor temperature above `aboveC`. */
  perKelvin: z.number().nonnegative(),
  /** Null = the temperature has no part in it: none is known, or it hardly changed. */
  aboveC: z.number().nullable(),
});
export type PowerCurve = z.infer<typeof PowerCurve>;

const Range = z.object({ low: z.number(), high: z.number() });

/** A curve that was fitted to what meters told. */
export const PowerFit = z.object({
  /** A place of the power tree, or {@link WHOLE_FACILITY}. */
  of: z.string().min(1).max(80),
  kind: PowerFitKind,
  name: z.string(),
  curve: PowerCurve,
  /** The window it was made from. */
  fromMs: z.number(),
  toMs: z.number(),
  madeAtMs: z.number(),
  /** Each point is a mean over so long. */
  bucketMs: z.number().positive(),
  /** Points it was made from, and those of them that are too far off to count. */
  points: z.number().int().nonnegative(),
  outliers: z.number().int().nonnegative(),
  /** Points that cannot be: more comes out than goes in. */
  impossible: z.number().int().nonnegative(),
  /** Loads that were seen, W. Nothing is said beyond them. */
  loadW: Range,
  meanLoadW: z.number(),
  /** Outdoor temperatures that were seen, °C; null = not known. */
  outdoorC: Range.nullable(),
  meanOutdoorC: z.number().nullable(),
  r2: z.number(),
  /** Robust standard deviation of the residuals, W. */
  scaleW: z.number().nonnegative(),
  /** What it was made from: of what goes in, or is drawn, and of what comes out. */
  meters: z.object({ above: z.array(DeviceId), below: z.array(DeviceId) }),
  /** Some of its points, for a picture: the load, what the meters told, and what the curve says there, W. */
  sample: z.array(z.object({ loadW: z.number(), toldW: z.number(), fittedW: z.number() })).max(400),
});
export type PowerFit = z.infer<typeof PowerFit>;

export const PowerFits = z.object({
  /** When the meters' history was last looked at; null = not since the start. */
  lookedAtMs: z.number().nullable(),
  fits: z.array(
    PowerFit.extend({
      /** What it was made from is not metered any more: the curve is what is left of it. */
      isKept: z.boolean(),
    }),
  ),
  /** Places that lose power, or cool, without a curve, and why. */
  without: z.array(z.object({ of: z.string(), kind: PowerFitKind, name: z.string(), why: KeyedMessage })),
});
export type PowerFits = z.infer<typeof PowerFits>;
