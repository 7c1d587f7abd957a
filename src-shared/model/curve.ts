import { z } from 'zod';
import { RunId } from './run-id';
import { Provenance } from './provenance';
import { Doubles } from './binary';

/** Any name that a program gives one of its numbers: `train/loss`, `val/mAP50`. */
export const ScalarName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}+$/u, 'a name without control characters');
export type ScalarName = z.infer<typeof ScalarName>;

/** Names of one run that are recorded; a program that invents more has lost count of its own. */
export const SCALARS_PER_RUN = 500;

/** The newest or final number of each scalar, by name; null = it was not a finite number. */
export const Scalars = z.record(ScalarName, z.number().nullable());
export type Scalars = z.infer<typeof Scalars>;

/** JSON has no NaN and no infinity, and a loss that became one is no missing loss. */
export const ScalarValue = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);
export type ScalarValue = z.infer<typeof ScalarValue>;

export function toScalarValue(value: number): ScalarValue {
  return Number.isFinite(value) ? value : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** Points of one scalar in the order they came. `step` may repeat or go back; a value may be NaN or infinite. */
export interface ScalarPoints {
  readonly name: ScalarName;
  readonly step: readonly number[];
  /** Wall clock, ms since the epoch. */
  readonly atMs: readonly number[];
  readonly value: readonly number[];
}

/**
 * What a curve is read over.
 *
 * `step`: a run that went back to an earlier step (it was resumed from a checkpoint) goes on from there: its points from
 * that step on which came before are superseded. Points of one step that follow each other all count.
 * `time`: all points; where the clock was set back, a point stands no earlier than the one before it.
 * `energy`: IT energy the run had drawn by then, J; a point of a moment for which that is not known has no place on this axis.
 */
export const curveAxes = ['step', 'time', 'energy'] as const;
export const CurveAxis = z.enum(curveAxes);
export type CurveAxis = z.infer<typeof CurveAxis>;

/** Entries of one answer, of all curves together. */
export const MAX_CURVE_ENTRIES = 500_000;

export const CurveQuery = z.object({
  runIds: z.array(RunId).min(1).max(200),
  /** Left out = all of each run. */
  names: z.array(ScalarName).min(1).max(SCALARS_PER_RUN).optional(),
  x: CurveAxis,
  /** Entries of each curve at most. */
  maxPoints: z.number().int().min(2).max(10_000),
  /** Only this part of the axis, both inclusive, rounded outward to whole entries and one entry beyond each end. Left out = all of it. */
  range: z.object({ from: z.number(), to: z.number() }).optional(),
  /** What the asker has: only points beyond the first `points` of such a curve are told. Those not named here are told whole. */
  after: z
    .array(z.object({ runId: RunId, name: ScalarName, points: z.number().int().nonnegative() }))
    .max(10_000)
    .optional(),
});
export type CurveQuery = z.infer<typeof CurveQuery>;

/**
 * One curve: columns of equal length, ascending in `x`. An entry stands for `entryPoints` (a power of two) points that follow
 * each other: where its first point lies, the mean of their values, the lowest and the highest (both left out where each entry
 * is one point). NaN is no value of these; infinities are. An entry of NaN has nothing but NaN in it.
 */
export const Curve = z
  .object({
    runId: RunId,
    name: ScalarName,
    /** All points recorded, on this axis or not: what to ask `after` next time. */
    points: z.number().int().nonnegative(),
    /** The points before this one are not in the answer. */
    after: z.number().int().nonnegative(),
    /** Some of what was told before is superseded: the curve is to be asked for anew. */
    restarted: z.boolean(),
    entryPoints: z.number().int().positive(),
    x: Doubles,
    y: Doubles,
    low: Doubles.optional(),
    high: Doubles.optional(),
    /** Points that have no place on the axis: superseded, or of a moment whose energy is not known. */
    unplaced: z.number().int().nonnegative(),
    /** Points that could not be read: their block is damaged. */
    damaged: z.number().int().nonnegative(),
  })
  .refine(
    ({ x, y, low, high }) => y.length === x.length && (low ?? x).length === x.length && (high ?? x).length === x.length,
    'columns of different lengths',
  );
export type Curve = z.infer<typeof Curve>;

export const CurveAnswer = z.object({
  curves: z.array(Curve),
  /** Of x = energy: how each run's energy is known, and for how much of its time (0 to 1); null = it is not known at all. */
  energy: z.array(z.object({ runId: RunId, provenance: Provenance.nullable(), coverage: z.number().nullable() })),
});
export type CurveAnswer = z.infer<typeof CurveAnswer>;
