import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { z } from 'zod';
import { EnvName, PRIORITY_MAX, RunLaunch, stopSignals } from '@shared/model/launch';
import { RunFile } from '@shared/model/run-file';
import { suggestion } from './nearest';
import { UsageError } from './usage';
import { list, wholeNumber } from './values';

const Typed = z
  .object({
    gpu: z.string(),
    shared: z.boolean(),
    env: z.array(z.string()),
    priority: z.string(),
    after: z.string(),
    retries: z.string(),
    retryDelay: z.string(),
    limitTime: z.string(),
    limitKwh: z.string(),
    limitCost: z.string(),
    limitMemory: z.string(),
    stopSignal: z.string(),
    grace: z.string(),
    pty: z.boolean(),
  })
  .partial();

const gather = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];

/** How a program is started, kept and ended: for each command that starts one. */
export const launchOptions = (): Option[] => [
  new Option('--gpu <GPUS>', 'separated by commas: the GPUs it waits for and sees, as gpu0, a UUID or a PCI address'),
  new Option('--shared', 'others that say so too may have the same GPUs meanwhile'),
  new Option(
    '--env <NAME=VALUE>',
    'a variable, as often as needed; NAME alone: as it is here. Secrets are kept apart, and masked',
  ).argParser(gather),
  new Option('--priority <N>', `-${PRIORITY_MAX} to ${PRIORITY_MAX}, default 0: the higher goes first`),
  new Option(
    '--after <RUNS>',
    'separated by commas: runs that have to succeed before, by id, its beginning or name; RUN:end, to be over before',
  ),
  new Option('--retries <N>', 'begun again so many times when it fails'),
  new Option('--retry-delay <S>', 'seconds before the first of them, then twice as long each time; default 30'),
  new Option('--limit-time <T>', 'stopped after that time, as 90s, 30m, 12h, 2d'),
  new Option('--limit-kwh <X>', 'stopped when it has used that energy'),
  new Option('--limit-cost <X>', 'stopped when it has cost that much'),
  new Option('--limit-memory <SIZE>', 'stopped when its processes take that much main memory, as 512M or 64G'),
  new Option('--stop-signal <S>', `what asks it to end: ${stopSignals.join(', ')}; default SIGTERM`),
  new Option('--grace <S>', 'seconds from that signal until it is killed; default 7'),
  new Option('--pty', 'its output is a terminal, so that bars of progress are drawn'),
];

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };
const BYTES: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

function positive(option: string, typed: string): number {
  const value = /^\d+(\.\d+)?$/.test(typed) ? Number(typed) : Number.NaN;
  if (!(value > 0)) throw new UsageError(`${option} ${typed}: a number above 0 is needed.`);
  return value;
}

function scaled(option: string, typed: string, units: Readonly<Record<string, number>>, example: string): number {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)([a-z]?)(?:i?b)?$/i.exec(typed) ?? [];
  const factor = unit === '' ? 1 : units[unit.toLowerCase()];
  if (factor === undefined || !(Number(amount) > 0)) throw new UsageError(`${option} ${typed}: ${example} is needed.`);
  return Number(amount) * factor;
}

function variable(typed: string): [string, string] {
  const [name = ''] = typed.split('=', 1);
  if (!EnvName.safeParse(name).success) throw new UsageError(`--env ${name}: a variable has letters, digits and "_".`);
  if (name !== typed) return [name, typed.slice(name.length + 1)];
  const here = process.env[name];
  if (here === undefined) throw new UsageError(`--env ${name}: there is no such variable here; --env ${name}=VALUE gives it.`);
  return [name, here];
}

/** What was typed over what there was: a file's, or that of the run that is repeated. @throws UsageError */
export function launchOf(options: unknown, before: RunLaunch): RunLaunch {
  const typed = Typed.parse(options);
  const { limits, stop, retries } = before;
  const number = (option: string, value: string | undefined, otherwise: number | null): number | null =>
    value === undefined ? otherwise : positive(option, value);
  const signal = stopSignals.find((one) => one === (typed.stopSignal ?? stop.signal));
  if (signal === undefined) throw new UsageError(`--stop-signal ${typed.stopSignal}: ${suggestion(typed.stopSignal ?? '', stopSignals)}`);
  const launch = RunLaunch.safeParse({
    ...before,
    env: { ...before.env, ...Object.fromEntries((typed.env ?? []).map(variable)) },
    gpus: typed.gpu === undefined ? before.gpus : list(typed.gpu),
    shared: typed.shared ?? before.shared,
    priority: typed.priority === undefined ? before.priority : wholeNumber('--priority', typed.priority, -PRIORITY_MAX, PRIORITY_MAX),
    after:
      typed.after === undefined
        ? before.after
        : list(typed.after).map((one) => ({ run: one.replace(/:end$/, ''), on: one.endsWith(':end') ? 'end' : 'success' })),
    retries: {
      count: typed.retries === undefined ? retries.count : wholeNumber('--retries', typed.retries, 0, 100),
      delayS: typed.retryDelay === undefined ? retries.delayS : wholeNumber('--retry-delay', typed.retryDelay, 0, 86_400),
    },
    limits: {
      seconds:
        typed.limitTime === undefined ? limits.seconds : scaled('--limit-time', typed.limitTime, SECONDS, 'a time as 90s, 30m or 12h'),
      kWh: number('--limit-kwh', typed.limitKwh, limits.kWh),
      cost: number('--limit-cost', typed.limitCost, limits.cost),
      memoryBytes:
        typed.limitMemory === undefined ? limits.memoryBytes : scaled('--limit-memory', typed.limitMemory, BYTES, 'a size as 512M or 64G'),
    },
    stop: { signal, graceS: typed.grace === undefined ? stop.graceS : wholeNumber('--grace', typed.grace, 0, 86_400) },
    pty: typed.pty ?? before.pty,
  });
  if (launch.success) return launch.data;
  const [issue] = launch.error.issues;
  throw new UsageError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** A run's file; its folder is where the file lies, unless it names another. @throws UsageError */
export function readRunFile(path: string): RunFile {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = RunFile.safeParse(json);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new UsageError(
      `${path}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''} (npm start -- run --schema tells what it may say)`,
    );
  }
  return { ...read.data, folder: resolve(dirname(path), read.data.folder) };
}
