import { z } from 'zod';
import { Said } from '../phrases/phrase';
import { Quantity } from './provenance';
import { DeviceId } from './series';

export const runStatuses = ['queued', 'starting', 'running', 'stopping', 'succeeded', 'failed', 'stopped'] as const;
export const RunStatus = z.enum(runStatuses);
export type RunStatus = z.infer<typeof RunStatus>;

export function isFinal(status: RunStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'stopped';
}

const score = z.object({ loss: z.number(), accuracy: z.number() });

export const RunResult = z.object({
  train: score,
  validation: score,
  test: score,
  /** Training samples per second over the whole fit, validation excluded. */
  samplesPerSecond: z.number(),
});
export type RunResult = z.infer<typeof RunResult>;

/** Why a run failed: code for the page to translate, message as the source said it. */
export const RunFailure = z.object({
  /** `unknown`: another version's; its words are in the message. */
  code: z.enum(['engine-unavailable', 'trainer-crashed', 'trainer-killed', 'trainer-error', 'protocol', 'core-lost', 'launch-failed', 'unknown']),
  message: Said,
});
export type RunFailure = z.infer<typeof RunFailure>;

/** What a run drew and cost. Energy at the IT boundary unless it says facility; each part reported apart. */
export const RunEnergy = z.object({
  /** Everything the host drew during the run (J). */
  itJ: Quantity,
  /** The part above the idle power (J): the run's own, dynamic share. */
  aboveIdleJ: Quantity,
  /** Idle power times the time covered (J). */
  idleJ: Quantity,
  /** Losses and cooling on top of `itJ` (J). */
  infrastructureJ: Quantity,
  /** itJ + infrastructureJ (J): what is paid for. */
  facilityJ: Quantity,
  meanItW: Quantity,
  peakItW: Quantity,
  /** J of IT energy per training sample seen. */
  jPerSample: Quantity,
  /** In the tariff's currency. */
  cost: Quantity,
  /** kg CO2e, location-based. */
  co2eKg: Quantity,
  /** ms of the span that samples cover, and ms of gaps: reported, not bridged. */
  coveredMs: z.number(),
  gapMs: z.number(),
  /** GPUs that were left out of IT power at some moment of it, by the operator. */
  leftOut: z.array(DeviceId).default([]),
  /** What it was priced with. */
  pricePerKwh: z.number(),
  currency: z.string(),
  gridKgPerKwh: z.number(),
  /** false while the run goes on, or when its last samples are still to come. */
  final: z.boolean(),
});
export type RunEnergy = z.infer<typeof RunEnergy>;

/** By name; of the recipes known here those of {@link TrainParams}. */
export const RunParams = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]));
export type RunParams = z.infer<typeof RunParams>;

/** Those made here have 12 characters; another version may make longer ones. */
export const RunId = z.string().min(1).max(200);

export const Run = z.object({
  id: RunId,
  /** A RecipeId, or that of another version: shown as it is. */
  recipe: z.string().min(1),
  /** An EngineId, or that of another version. */
  engine: z.string().min(1),
  /** As the trainer reported it, e.g. "wasm (SIMD, 1 thread), tfjs 4.22.0"; null until it has started. */
  engineUsed: z.string().nullable(),
  params: RunParams,
  status: RunStatus,
  createdAtMs: z.number(),
  startedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  failure: RunFailure.nullable(),
  plan: z
    .object({ epochs: z.number(), stepsPerEpoch: z.number(), trainSamples: z.number(), validationSamples: z.number(), testSamples: z.number(), weights: z.number() })
    .nullable(),
  progress: z.object({ epoch: z.number(), step: z.number() }),
  last: z.object({
    loss: z.number().nullable(),
    accuracy: z.number().nullable(),
    valLoss: z.number().nullable(),
    valAccuracy: z.number().nullable(),
    samplesPerSecond: z.number().nullable(),
  }),
  result: RunResult.nullable(),
  energy: RunEnergy.nullable(),
});
export type Run = z.infer<typeof Run>;

/** Learning curves as columns of equal length, oldest first. `step` counts batches from the start of the run, 1-based. */
export const BatchColumns = z.object({
  step: z.array(z.number()),
  epoch: z.array(z.number()),
  atMs: z.array(z.number()),
  loss: z.array(z.number().nullable()),
  accuracy: z.array(z.number().nullable()),
});
export type BatchColumns = z.infer<typeof BatchColumns>;

export const EpochPoint = z.object({
  epoch: z.number(),
  atMs: z.number(),
  loss: z.number(),
  accuracy: z.number(),
  valLoss: z.number().nullable(),
  valAccuracy: z.number().nullable(),
  samplesPerSecond: z.number(),
});
export type EpochPoint = z.infer<typeof EpochPoint>;

export const LogLine = z.object({
  seq: z.number(),
  atMs: z.number(),
  source: z.enum(['trainer', 'stdout', 'stderr', 'core']),
  text: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;
