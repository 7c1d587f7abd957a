import { assertNever } from '@shared/base/assert-never';
import type { TrainerEvent, TrainerScalars } from '@shared/contract/trainer';
import { SCALARS_PER_RUN, type ScalarPoints, type Scalars } from '@shared/model/curve';
import { ENERGY_SCALAR } from '@shared/model/scalars';
import type { Run, RunFailure, RunInterruption, ScalarExtremes } from '@shared/model/run';
import { isFinal, RUN_INTERRUPTIONS_MAX } from '@shared/model/run';
import { message, type Message } from '@shared/text/message';
import { declare } from './scalar-definitions';

/**
 * A run, and what decides how it ends but is not part of its record: which event its trainer ended with, and why it is going
 * to fail although the trainer still runs.
 */
export interface RunState {
  readonly run: Run;
  readonly terminalEvent: 'result' | 'stopped' | 'failed' | null;
  /** Why it is going to fail: what the trainer said of itself, or what the core saw. */
  readonly failureReason: RunFailure | null;
  /** It is being killed for its failure reason. */
  readonly aborted: boolean;
  /** It was told that not all of its scalars are recorded. */
  readonly tooManyNames: boolean;
  /** How many of its definitions were not taken as they stand. */
  readonly refusedDefinitions: number;
}

export type RunEvent =
  | { readonly t: 'launched' }
  | { readonly t: 'launch-failed'; readonly message: Message }
  | { readonly t: 'trainer'; readonly event: TrainerEvent }
  | { readonly t: 'stop' }
  /** The core has seen enough: the trainer is to be killed and the run fails with this. */
  | { readonly t: 'abort'; readonly failure: RunFailure }
  /** Lines of the trainer's channel that could not be read; the run goes on but will not have succeeded. */
  | { readonly t: 'unreadable'; readonly message: Message }
  | RunExit
  /** Any program that is no trainer runs from its start on: it says nothing of an engine. */
  | { readonly t: 'program-runs' }
  /** Scalars that were read in what a program printed; `step`: how far it is, null = it does not tell. */
  | { readonly t: 'read'; readonly points: readonly ScalarPoints[]; readonly step: number | null }
  /** Its core was lost, and this one has found its program running. */
  | { readonly t: 'adopted'; readonly unwatched: RunInterruption }
  /** `atMs`: the last moment at which it is known to have been under way. */
  | { readonly t: 'core-lost'; readonly found: LostProcess; readonly atMs: number };

export interface RunExit {
  readonly t: 'exit';
  readonly code: number | null;
  readonly signal: string | null;
  readonly error: string | null;
  /** Wall clock, ms, where it ended before it was seen. */
  readonly atMs?: number;
  /** It is no trainer: there is no result to wait for, its exit code says it all. */
  readonly program?: boolean;
  /** It was started elsewhere: it tells no exit code here, and where it is still there it goes on. */
  readonly foreign?: boolean;
  /** It ended while no core was there; `found` says what is told of it where it left no exit code. */
  readonly away?: { readonly unwatched: RunInterruption; readonly found: LostProcess };
}

/**
 * What was found of a run's process by the core after the one that was lost. `unknown`: nobody had written down which it
 * was. `rebooted`: the machine was started anew. `gone`: it had ended, nobody saw how. `ended`: it still ran, and was ended.
 */
export type LostProcess = 'unknown' | 'rebooted' | 'gone' | 'ended';

export type RunEffect =
  | { readonly t: 'ask-stop' }
  | { readonly t: 'kill' }
  /** The trainer has sent its terminal event: it is to exit soon. */
  | { readonly t: 'expect-exit' }
  | { readonly t: 'points'; readonly points: readonly ScalarPoints[] }
  | { readonly t: 'log'; readonly source: 'trainer' | 'core'; readonly text: string };

export interface Step {
  readonly state: RunState;
  readonly effects: readonly RunEffect[];
}

/** Wall clock of a trainer may differ from ours by this before its times are replaced, ms. */
const CLOCK_TOLERANCE_MS = 60_000;

export function initialState(run: Run): RunState {
  return { run, terminalEvent: null, failureReason: null, aborted: false, tooManyNames: false, refusedDefinitions: 0 };
}

/**
 * What happens to a run: pure, total over every state and event. A final run never changes again.
 *
 * @param atMs wall clock of the event, whole ms
 */
export function reduceRun(state: RunState, event: RunEvent, atMs: number): Step {
  if (isFinal(state.run.status)) return same(state);
  switch (event.t) {
    case 'launched':
      return state.run.status === 'queued' ? to(state, { status: 'starting', startedAtMs: atMs }) : same(state);
    case 'launch-failed':
      return fail(state, { code: 'launch-failed', message: event.message }, atMs);
    case 'core-lost':
      return fail(state, { code: 'core-lost', message: lostMessage(event.found) }, Math.min(event.atMs, atMs));
    case 'program-runs':
      return state.run.status === 'starting' ? to(state, { status: 'running' }) : same(state);
    case 'read':
      // Files come to be read long after they say that a value was: event files are written every two minutes.
      return take(state, event.points, event.step === null ? {} : { step: event.step }, atMs, state.run.startedAtMs ?? atMs);
    case 'adopted':
      return step({ ...state, run: interrupted(state.run, event.unwatched) });
    case 'stop':
      return stop(state, atMs);
    case 'abort':
      if (state.aborted) return same(state);
      return step({ ...state, aborted: true, failureReason: event.failure }, { t: 'kill' });
    case 'unreadable':
      return same({ ...state, failureReason: state.failureReason ?? { code: 'protocol', message: event.message } });
    case 'exit': {
      const { run } = state;
      // The clock may have been set meanwhile: no run ends before it began.
      const endedAtMs = Math.max(run.startedAtMs ?? run.createdAtMs, Math.min(event.atMs ?? event.away?.unwatched.fromMs ?? atMs, atMs));
      return onExit(event.away ? { ...state, run: interrupted(run, event.away.unwatched) } : state, event, endedAtMs);
    }
    case 'trainer':
      return onTrainerEvent(state, event.event, atMs);
    default:
      return assertNever(event);
  }
}

const step = (state: RunState, ...effects: RunEffect[]): Step => ({ state, effects });
const same = (state: RunState): Step => ({ state, effects: [] });
const to = (state: RunState, change: Partial<Run>, ...effects: RunEffect[]): Step =>
  step({ ...state, run: { ...state.run, ...change } }, ...effects);

function fail(state: RunState, failure: RunFailure, atMs: number): Step {
  return to(state, { status: 'failed', failure, endedAtMs: atMs });
}

function interrupted(run: Run, unwatched: RunInterruption): Run {
  return { ...run, interruptions: [...run.interruptions, unwatched].slice(-RUN_INTERRUPTIONS_MAX) };
}

function stop(state: RunState, atMs: number): Step {
  switch (state.run.status) {
    case 'queued':
      return to(state, { status: 'stopped', endedAtMs: atMs });
    case 'starting':
    case 'running':
      return to(state, { status: 'stopping' }, { t: 'ask-stop' });
    default:
      return same(state);
  }
}

function onExit(state: RunState, exit: RunExit, atMs: number): Step {
  const { run, failureReason, terminalEvent } = state;
  if (exit.foreign) return onForeignExit(state, atMs);
  if (exit.error !== null && run.engineUsed === null) return fail(state, { code: 'launch-failed', message: exit.error }, atMs);
  // A stop that was asked for ends as stopped, however roughly, unless the trainer had finished or failed before.
  if (run.status === 'stopping' && (terminalEvent === null || terminalEvent === 'stopped'))
    return to(state, { status: 'stopped', endedAtMs: atMs });
  if (failureReason) return fail(state, failureReason, atMs);
  if (exit.program) return onProgramExit(state, exit, atMs);
  if (terminalEvent === 'result') return to(state, { status: 'succeeded', endedAtMs: atMs });
  return fail(state, unexplained(exit), atMs);
}

function onForeignExit(state: RunState, atMs: number): Step {
  const { control, status } = state.run;
  const isLetGo = status === 'stopping';
  const stopped = message(isLetGo ? 'message.adopted.letGo' : 'message.adopted.ended');
  return to(state, { status: isLetGo ? 'stopped' : 'succeeded', endedAtMs: atMs, control: { ...control, stopped } });
}

function onProgramExit(state: RunState, { code, signal, error, away }: RunExit, atMs: number): Step {
  if (code === 0) return to(state, { status: 'succeeded', endedAtMs: atMs });
  if (error !== null) return fail(state, { code: 'trainer-crashed', message: error }, atMs);
  if (signal !== null) return fail(state, { code: 'trainer-killed', message: message('message.run.programKilled', { signal }) }, atMs);
  if (code !== null) return fail(state, { code: 'trainer-crashed', message: message('message.run.programFailed', { code }) }, atMs);
  return fail(state, { code: 'core-lost', message: lostMessage(away?.found ?? 'gone') }, atMs);
}

function lostMessage(found: LostProcess): Message {
  switch (found) {
    case 'unknown':
      return message('message.run.coreLost');
    case 'rebooted':
      return message('message.run.coreLostRebooted');
    case 'gone':
      return message('message.run.coreLostGone');
    case 'ended':
      return message('message.run.coreLostEnded');
    default:
      return assertNever(found);
  }
}

function unexplained({ code, signal, error }: RunExit): RunFailure {
  if (error !== null) return { code: 'trainer-crashed', message: error };
  if (signal !== null) return { code: 'trainer-killed', message: message('message.run.killed', { signal }) };
  if (code === 0) return { code: 'protocol', message: message('message.run.noResult') };
  return { code: 'trainer-crashed', message: message('message.run.crashed', { code: code ?? '?' }) };
}

function onTrainerEvent(state: RunState, event: TrainerEvent, atMs: number): Step {
  const { run } = state;
  if (run.status === 'queued') return same(state);
  if (state.terminalEvent !== null)
    return step(state, { t: 'log', source: 'core', text: `Ignored after the trainer's terminal event: ${event.t}` });
  switch (event.t) {
    case 'hello':
      return to(state, { engineUsed: event.detail, status: run.status === 'starting' ? 'running' : run.status });
    case 'plan': {
      const { t: _, ...plan } = event;
      return to(state, { plan });
    }
    case 'define':
      return define(state, event.scalars);
    case 'scalars':
      return scalars(state, event, atMs);
    case 'serving':
      return to(state, { control: { ...run.control, served: event.served } });
    case 'log':
      return step(state, { t: 'log', source: 'trainer', text: event.text });
    case 'result':
      return step({ ...state, run: { ...run, result: resultOf(event.values) }, terminalEvent: 'result' }, { t: 'expect-exit' });
    case 'stopped':
      return step({ ...state, run: { ...run, status: 'stopping' }, terminalEvent: 'stopped' }, { t: 'expect-exit' });
    case 'failed':
      return step(
        { ...state, terminalEvent: 'failed', failureReason: { code: event.code, message: event.localized ?? event.message } },
        { t: 'expect-exit' },
      );
    default:
      return assertNever(event);
  }
}

/** Lines of the log about definitions of one run. */
const REFUSALS_TOLD = 50;

function define(state: RunState, told: Readonly<Record<string, unknown>>): Step {
  const { declared, refused } = declare(state.run.declared, told);
  const refusedDefinitions = state.refusedDefinitions + refused.length;
  const lines = refused.slice(0, Math.max(0, REFUSALS_TOLD - state.refusedDefinitions));
  if (refusedDefinitions > REFUSALS_TOLD && state.refusedDefinitions <= REFUSALS_TOLD)
    lines.push('More definitions are not taken; they are not told of');
  return step(
    { ...state, refusedDefinitions, run: { ...state.run, declared } },
    ...lines.map((text): RunEffect => ({ t: 'log', source: 'core', text })),
  );
}

function resultOf(values: Extract<TrainerEvent, { t: 'result' }>['values']): Scalars {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? value : null]));
}

/** Whole ms near our own clock; else our own. */
const saneTime = (claimedMs: number, atMs: number, fromMs: number): number =>
  claimedMs >= fromMs - CLOCK_TOLERANCE_MS && claimedMs <= atMs + CLOCK_TOLERANCE_MS ? Math.round(claimedMs) : atMs;

type Extremes = ScalarExtremes[string];

/** With these numbers; what is not finite is neither low nor high. */
function widened(before: Extremes | undefined, values: readonly number[], steps: readonly number[]): Extremes | undefined {
  let { min, max, minStep, maxStep } = before ?? { min: Infinity, max: -Infinity };
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    if (value < min) [min, minStep] = [value, steps[i]];
    if (value > max) [max, maxStep] = [value, steps[i]];
  });
  if (min > max) return undefined;
  return { min, max, ...(minStep === undefined ? {} : { minStep }), ...(maxStep === undefined ? {} : { maxStep }) };
}

/** The run with other curves in the place of those that were dropped. @param step how far it is by them; null = they do not tell */
export function withCurves(run: Run, dropped: readonly string[], curves: readonly ScalarPoints[], step: number | null): Run {
  const rest = <T>(of: Readonly<Record<string, T>>): Map<string, T> =>
    new Map(Object.entries(of).filter(([name]) => !dropped.includes(name)));
  const [last, extremes] = [rest(run.last), rest(run.extremes)];
  for (const { name, step: steps, value } of curves) {
    const newest = value.at(-1);
    if (newest === undefined) continue;
    last.set(name, Number.isFinite(newest) ? newest : null);
    const widest = widened(undefined, value, steps);
    if (widest !== undefined) extremes.set(name, widest);
  }
  return {
    ...run,
    progress: { ...run.progress, step: Math.max(run.progress.step, step ?? 0) },
    last: Object.fromEntries(last),
    extremes: Object.fromEntries(extremes),
  };
}

/** Of a trainer's columns, the points of each name. */
function scalars(state: RunState, { step: steps, atMs: times, values, progress }: TrainerScalars, atMs: number): Step {
  const points = Object.entries(values).map(([name, column]) => {
    const told = { name, step: [] as number[], atMs: [] as number[], value: [] as number[] };
    column.forEach((value, i) => {
      const at = steps[i];
      if (value === null || at === undefined) return;
      told.step.push(at);
      told.atMs.push(times[i] ?? atMs);
      told.value.push(Number(value));
    });
    return told;
  });
  const newest = steps.at(-1);
  return take(state, points, progress ?? (newest === undefined ? {} : { step: newest }), atMs);
}

/**
 * Takes points by name, in the order they came.
 * @param fromMs since when what they tell may have been
 */
function take(state: RunState, told: readonly ScalarPoints[], progress: Partial<Run['progress']>, atMs: number, fromMs = atMs): Step {
  const { run } = state;
  const points: ScalarPoints[] = [];
  const last = new Map(Object.entries(run.last));
  const extremes = new Map(Object.entries(run.extremes));
  let ignored = 0;
  for (const { name, step: steps, atMs: times, value } of told) {
    const newest = value.at(-1);
    // The run's bill writes it: points of another origin would misplace all curves over energy.
    if (name === ENERGY_SCALAR || newest === undefined) continue;
    if (!last.has(name) && last.size >= SCALARS_PER_RUN) {
      ignored++;
      continue;
    }
    last.set(name, Number.isFinite(newest) ? newest : null);
    const widest = widened(extremes.get(name), value, steps);
    if (widest !== undefined) extremes.set(name, widest);
    points.push({ name, step: steps, atMs: times.map((claimedMs) => saneTime(claimedMs, atMs, Math.min(fromMs, atMs))), value });
  }
  const complaint: RunEffect[] =
    ignored === 0 || state.tooManyNames
      ? []
      : [{ t: 'log', source: 'core', text: `Ignored ${ignored} scalar(s): ${SCALARS_PER_RUN} names of a run are recorded` }];
  return step(
    {
      ...state,
      tooManyNames: state.tooManyNames || ignored > 0,
      run: {
        ...run,
        progress: { ...run.progress, ...progress },
        last: Object.fromEntries(last),
        extremes: Object.fromEntries(extremes),
      },
    },
    ...(points.length === 0 ? [] : [{ t: 'points', points } as const]),
    ...complaint,
  );
}
