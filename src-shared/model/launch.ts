import { z } from 'zod';
import { Message } from '../text/message';
import { RunId } from './run-id';
import { SecretId } from './secret';
import { Served } from './serving';
import { DeviceId } from './series';

/** A variable of a program's environment, as POSIX and Windows both take it. */
export const EnvName = z
  .string()
  .max(200)
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a variable has letters, digits and "_", and begins with no digit');

/** Most variables that are chosen for one program. */
const ENV_MAX = 256;
/** What a person chose of a program's environment, by name. */
export const Environment = z.record(EnvName, z.string().max(32_000)).refine((variables) => Object.keys(variables).length <= ENV_MAX, {
  message: `at most ${ENV_MAX} variables`,
});

export const PRIORITY_MAX = 100;
/** Of two that wait for the same, the one with the higher goes first. */
export const Priority = z.number().int().min(-PRIORITY_MAX).max(PRIORITY_MAX);

/** A run that is to be over before this one begins: however it ended, or only if it succeeded. */
export const RunDependency = z.object({ run: RunId, on: z.enum(['success', 'end']) });
export type RunDependency = z.infer<typeof RunDependency>;

/** Signals that ask a program to end; it may save something first. */
export const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
export const StopSignal = z.enum(stopSignals);
export type StopSignal = z.infer<typeof StopSignal>;

/** A word of a command, the program or an argument, in which a mask stands for each secret. */
export const SecretArgument = z.object({
  /** Which word it is; the program is 0. */
  at: z.number().int().min(0),
  /** As it is kept and shown, and so the word before it: by both a repeated run finds it again. */
  shown: z.string(),
  after: z.string(),
  /** Where the value of each mask is kept, in their order. */
  secrets: z.array(SecretId).min(1),
});
export type SecretArgument = z.infer<typeof SecretArgument>;

const limit = z.number().positive().finite().nullable().default(null);

/** At the first of these that is reached, the run is stopped; null = none. */
export const RunLimits = z.object({
  /** Under way, pauses left out, s. */
  seconds: limit,
  /** Facility energy, kWh. */
  kWh: limit,
  /** In the currency of the tariff. */
  cost: limit,
  /** Main memory of all its processes together, bytes. */
  memoryBytes: limit,
});
export type RunLimits = z.infer<typeof RunLimits>;

const noLimits: RunLimits = { seconds: null, kWh: null, cost: null, memoryBytes: null };

/** How a run is to be started, kept and ended, beside what is started. */
export const RunLaunch = z.object({
  /** Added to what every program gets. The value of one whose name promises a secret is masked: it is in `secrets`. */
  env: Environment.default({}),
  /** Where the values of the masked ones are kept. */
  secrets: z.record(EnvName, SecretId).default({}),
  /** Words of its command that hold secrets. */
  secretArguments: z.array(SecretArgument).max(1_000).default([]),
  /** The GPUs it waits for, and is shown alone. None: it gets all, and waits for no GPU. */
  gpus: z.array(DeviceId).max(64).default([]),
  /** Others that say so too may have the same GPUs meanwhile. */
  shared: z.boolean().default(false),
  priority: Priority.default(0),
  after: z.array(RunDependency).max(32).default([]),
  /** Begun again so many times when it fails; the first time after so long, then each time after twice as long. */
  retries: z.object({ count: z.number().int().min(0).max(100), delayS: z.number().min(0).max(86_400) }).default({ count: 0, delayS: 30 }),
  limits: RunLimits.default(noLimits),
  /** `graceS`: from the signal until it is killed; null = as every run. */
  stop: z.object({ signal: StopSignal, graceS: z.number().min(0).max(86_400).nullable() }).default({ signal: 'SIGTERM', graceS: null }),
  /** Its output is a terminal, so that bars of progress are drawn. */
  pty: z.boolean().default(false),
});
export type RunLaunch = z.infer<typeof RunLaunch>;
/** What is left out is as every run has it. */
export type RunLaunchInput = z.input<typeof RunLaunch>;
export const plainLaunch: RunLaunch = RunLaunch.parse({});

export const PAUSES_MAX = 100;

/** Where a run stands between being asked for and being over, beside its status. */
export const RunControl = z.object({
  /** Which attempt it is, the first being 1, and the run that was the one before. */
  attempt: z.number().int().min(1).default(1),
  retryOf: RunId.nullable().default(null),
  /** It does not begin before, wall clock, ms. */
  notBeforeMs: z.number().nullable().default(null),
  /** Its place among those of its priority: ascending. Null = by its age. */
  order: z.number().nullable().default(null),
  /** What it waits for, while it does. */
  wait: Message.nullable().default(null),
  /** When its processes were halted, wall clock, ms; `toMs` null = they are. */
  pauses: z
    .array(z.object({ fromMs: z.number(), toMs: z.number().nullable() }))
    .max(PAUSES_MAX)
    .default([]),
  /** Why the core ended it, where no person did; of an adopted one how its watch ended. */
  stopped: Message.nullable().default(null),
  /** Its limits that do not hold, and why: what they limit is not metered, or has no price. */
  unheld: z.array(Message).max(8).default([]),
  /** A process that was started elsewhere and is only watched here; `startedAtMs`: when it was started there, wall clock. */
  adopted: z
    .object({
      pid: z.number().int().positive(),
      startedAtMs: z.number().nullable(),
      user: z.string().nullable(),
      /** It sees other files than this machine does: its folder is reached through its process, while that is there. */
      isContained: z.boolean().default(false),
    })
    .nullable()
    .default(null),
  /** Where the model is served that this run serves, and what it takes. */
  served: Served.nullable().default(null),
});
export type RunControl = z.infer<typeof RunControl>;
export const freshControl: RunControl = RunControl.parse({});

export function isPaused({ pauses }: Pick<RunControl, 'pauses'>): boolean {
  return pauses.at(-1)?.toMs === null;
}

/** How long its processes were halted until then, ms. */
export function pausedMs({ pauses }: Pick<RunControl, 'pauses'>, untilMs: number): number {
  return pauses.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs ?? untilMs, untilMs) - fromMs), 0);
}

/** With its processes halted from then on, or going on. */
export function withPause(control: RunControl, paused: boolean, atMs: number): RunControl {
  const { pauses } = control;
  const begun = [...pauses, { fromMs: atMs, toMs: null }].slice(-PAUSES_MAX);
  return { ...control, pauses: paused ? begun : pauses.map((one) => ({ ...one, toMs: one.toMs ?? atMs })) };
}
