import { z } from 'zod';
import { Message } from '../text/message';
import { ScalarName, Scalars } from './curve';
import { RunControl, RunLaunch } from './launch';
import { ParamSpec, ParamValue } from './param';
import { BillLine } from './price-list';
import { RunId } from './run-id';
import { ScalarDeclaration } from './scalar-declaration';
import { Quantity } from './provenance';
import { DeviceId } from './series';

export const runStatuses = ['queued', 'starting', 'running', 'stopping', 'succeeded', 'failed', 'stopped'] as const;
export const RunStatus = z.enum(runStatuses);
export type RunStatus = z.infer<typeof RunStatus>;

export function isFinal(status: RunStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'stopped';
}

/** Why a run failed: code for the page to translate, message as the source said it. */
export const RunFailure = z.object({
  /** `unknown`: another version's; its words are in the message. */
  code: z.enum([
    'engine-unavailable',
    'trainer-crashed',
    'trainer-killed',
    'trainer-error',
    'protocol',
    'core-lost',
    'launch-failed',
    'unknown',
  ]),
  message: Message,
});
export type RunFailure = z.infer<typeof RunFailure>;

/**
 * What a run drew, and cost: its bill, which stays as it was made. By the ledger (`basis`) it is the run's own account: the GPUs it
 * held, and of processors, memory and the rest its share of CPU time; what nobody used is idle, and no run's. A bill of before the
 * ledger (`samples`) holds all that the node drew meanwhile. Energy at the IT boundary unless it says facility; each part is
 * reported apart, over the time its own meters cover (`coverage`).
 */
export const RunEnergy = z.object({
  basis: z.enum(['samples', 'ledger']).default('samples'),
  /** What was booked to the run (J); by samples: everything the node drew, or the run's equal share of it. */
  itJ: Quantity,
  /** By samples only: the part above the node's idle power (J), and that power times the time covered (J). */
  aboveIdleJ: Quantity.optional(),
  idleJ: Quantity.optional(),
  /** Losses and cooling on top of IT (J): the run's share of infrastructure by IT energy, quarter of an hour by quarter. */
  infrastructureJ: Quantity,
  /** IT and infrastructure (J): what is paid for. */
  facilityJ: Quantity,
  meanItW: Quantity,
  peakItW: Quantity,
  /** J of IT energy per training sample seen. */
  jPerSample: Quantity,
  /** In `currency`. */
  cost: Quantity,
  /** kg CO2e, location-based. */
  co2eKg: Quantity,
  /** From the start to the end, or to the newest sample, ms. */
  spanMs: z.number(),
  /** By samples: time in which the facility's meters told less than the IT they feed draws, ms. The ledger has it as unknown time. */
  inconsistentMs: z.number(),
  /**
   * Not null where a part is allocated, not metered. `runs`: others on the node at the same time. `ofRoom`: the facility feeds
   * more than this run. `byUse` (by the ledger): a device's energy was parted by its use; by samples it was parted equally.
   */
  allocated: z.object({ runs: z.array(z.string()), ofRoom: z.boolean(), byUse: z.boolean().default(false) }).nullable(),
  /** Devices that a person had left out of IT power at some moment of it. */
  excludedDevices: z.array(DeviceId),
  /** What it was priced with last. */
  pricePerKwh: z.number(),
  currency: z.string(),
  gridKgPerKwh: z.number(),
  /** What it is made of, by price list; none for a bill by samples, which knew no versions. */
  lines: z.array(BillLine).default([]),
  /** false while the run goes on, or when its last samples are still to come. */
  final: z.boolean(),
});
export type RunEnergy = z.infer<typeof RunEnergy>;

/** A time in which no core watched a run: what it drew then was not metered. */
export const RunInterruption = z.object({ fromMs: z.number(), toMs: z.number() });
export type RunInterruption = z.infer<typeof RunInterruption>;
/** Of more than so many the oldest are dropped. */
export const RUN_INTERRUPTIONS_MAX = 100;

/** By name; what each is stands in the run's own {@link ParamSpec}s. */
export const RunParams = z.record(z.string(), ParamValue);
export type RunParams = z.infer<typeof RunParams>;

export const RUN_NAME_MAX = 200;
export const RUN_NOTES_MAX = 20_000;
export const RUN_TAGS_MAX = 32;
/** A word or a few that runs are found by. */
export const RunTag = z.string().trim().min(1).max(60);
/** What a run is: `recipe`, `program`, or another one of a later version's. */
export const RunKind = z.string().min(1).max(40);
/** The kind of a run that trains what a recipe describes. */
export const RECIPE_KIND = 'recipe';
/** The kind of a run that was read from files: no process of this machine, and nothing it drew is known. */
export const IMPORTED_KIND = 'imported';

/** What a person calls a run and writes to it. */
export const RunLabels = z.object({
  /** Null = it has none of its own and is called after its recipe. */
  name: z.string().trim().min(1).max(RUN_NAME_MAX).nullable(),
  /** Each once, in the order of the alphabet. */
  tags: z
    .array(RunTag)
    .max(RUN_TAGS_MAX)
    .transform((tags) => [...new Set(tags)].sort()),
  notes: z.string().max(RUN_NOTES_MAX),
});
export type RunLabels = z.infer<typeof RunLabels>;
/** What is left out stays as it is. */
export const RunLabelsChange = RunLabels.partial();
export type RunLabelsChange = z.infer<typeof RunLabelsChange>;

/** By name; what none was declared of is shown as it is. */
export const RunDeclarations = z.record(ScalarName, ScalarDeclaration);
/**
 * The lowest and the highest finite number of each scalar, of all that was told, and at which step each was told first; earlier
 * versions did not keep that.
 */
export const ScalarExtremes = z.record(
  ScalarName,
  z.object({ min: z.number(), max: z.number(), minStep: z.number().optional(), maxStep: z.number().optional() }),
);
export type ScalarExtremes = z.infer<typeof ScalarExtremes>;

export const Run = RunLabels.extend({
  id: RunId,
  kind: RunKind,
  /** The run that this one is a part of, such as a sweep. */
  parent: RunId.nullable(),
  /** The id of a recipe, which may be gone; of a program its name. */
  recipe: z.string().min(1),
  /** An EngineId, or that of another version. */
  engine: z.string().min(1),
  /** As the trainer reported it, e.g. "wasm (SIMD, 1 thread), tfjs 4.22.0"; null until it has started. */
  engineUsed: z.string().nullable(),
  params: RunParams,
  /** What its parameters are, as they were declared when it was started; empty for runs of versions that did not keep it. */
  paramSpecs: z.array(ParamSpec),
  status: RunStatus,
  createdAtMs: z.number(),
  startedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  /** Its program ran on, or ended, while no core was there: in their order. */
  interruptions: z.array(RunInterruption),
  failure: RunFailure.nullable(),
  plan: z
    .object({
      epochs: z.number(),
      stepsPerEpoch: z.number(),
      trainSamples: z.number(),
      validationSamples: z.number(),
      testSamples: z.number(),
      weights: z.number(),
    })
    .nullable(),
  progress: z.object({ epoch: z.number(), step: z.number() }),
  /** The newest of each scalar. */
  last: Scalars,
  extremes: ScalarExtremes,
  /** What it says of its own scalars; those that all runs share are not in it. */
  declared: RunDeclarations,
  /** What it ended with, by its own account; null while it goes on and where it never said. */
  result: Scalars.nullable(),
  energy: RunEnergy.nullable(),
  launch: RunLaunch,
  control: RunControl,
});
export type Run = z.infer<typeof Run>;
