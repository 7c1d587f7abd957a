import { PREDICTION_KIND } from '@shared/model/prediction';
import { PROGRAM_KIND } from '@shared/model/program';
import { isFinal, RECIPE_KIND, type Run } from '@shared/model/run';
import { isOfStep } from '@shared/studio/recipe-scalars';
import { ENERGY_SCALAR } from '@shared/model/scalars';
import { SERVING_KIND } from '@shared/model/serving';
import { EpochLines } from './epoch-lines';
import { formatBar, formatDuration } from './format';
import { OutputLines } from './output-lines';
import { scalarText } from './scalars';
import { runTable } from './run-table';
import type { RpcClient } from '@shared/rpc/client';
import type { CommandInput } from '@shared/contract';
import type { AppError } from '@shared/contract/errors';
import { english } from '@shared/text/message';
import { runDurationMs } from '@shared/model/run-duration';
import type { Terminal } from './terminal';

/** Exit codes: 0 it succeeded, 1 it failed, 130 it was stopped from the terminal. */
export type RunExit = 0 | 1 | 130;

/** Characters of a bar of progress. */
const BAR_WIDTH = 24;
/** Scalars of a run of no known recipe that the live line has room for. */
const LIVE_SCALARS = 3;
/** How long after its end a run's last power samples may take to arrive and be priced, ms. */
const BILL_LIMIT_MS = 5_000;
/** How long a run waits for the first power sample before it, ms. */
const METER_LIMIT_MS = 4_000;

/** What is started, once the room's power is known. */
export interface Started {
  /** @returns the id of the run @throws AppError what the core refused */
  readonly start: () => Promise<string> | string;
  /** Print what it prints. */
  readonly showOutput: boolean;
  /** The run that is the next attempt of one that failed; null = there is none. */
  readonly nextOf: (runId: string) => string | null | Promise<string | null>;
}

/**
 * Starts one run of a recipe, follows it to its end and prints what it learned, drew and cost.
 * @param onStop registers what asks for a stop (Ctrl-C); the run then ends by itself and is still priced
 * @throws AppError what the core refused
 */
export function train(
  client: RpcClient,
  terminal: Terminal,
  input: CommandInput<'runs.start'>,
  onStop: (stop: () => void) => void,
): Promise<RunExit> {
  const start = async (): Promise<string> => (await client.call('runs.start', input)).runId;
  return follow(client, terminal, { start, showOutput: false, nextOf: () => null }, onStop);
}

/** The same for any run, and for all its attempts: the last one tells how it went. */
export async function follow(
  client: RpcClient,
  terminal: Terminal,
  { start, showOutput, nextOf }: Started,
  onStop: (stop: () => void) => void,
): Promise<RunExit> {
  await firstWatt(client);
  let runId = await start();
  let stopping = false;
  const stop = (): void =>
    // When the run has ended by itself meanwhile there is nothing left to stop.
    void client.call('runs.stop', { runId }).catch((error: AppError) => terminal.note(`Stop: ${error.message}`));
  onStop(() => {
    if (stopping) return;
    stopping = true;
    terminal.note('Stopping.');
    stop();
  });
  for (;;) {
    const exit = await followOne(client, terminal, runId, showOutput);
    const next = exit === 1 ? await nextOf(runId) : null;
    if (next === null) return exit;
    runId = next;
    if (stopping) stop();
  }
}

async function followOne(client: RpcClient, terminal: Terminal, runId: string, showOutput: boolean): Promise<RunExit> {
  const output = showOutput ? new OutputLines(client, runId, (line) => terminal.line(line)) : null;
  try {
    const run = await untilEnd(client, terminal, runId);
    await output?.rest();
    const efficiency = run.startedAtMs === null ? null : await client.call('runs.efficiency', { runId });
    for (const line of runTable(run, efficiency)) terminal.line(line);
    if (run.status === 'succeeded') return 0;
    if (run.status === 'stopped') return 130;
    terminal.note(await failureText(client, run, !showOutput));
    return 1;
  } finally {
    output?.dispose();
  }
}

/** Resolves when the room's power is known, so that the run's bill has no gap at its start; or soon, where it never is. */
function firstWatt(client: RpcClient): Promise<void> {
  return new Promise((resolve) => {
    const ready = (): void => {
      clearTimeout(limit);
      subscription.dispose();
      resolve();
    };
    const limit = setTimeout(ready, METER_LIMIT_MS);
    const subscription = client.subscribe(
      'room.live',
      {},
      {
        onFrame(room) {
          if (room.itPowerW.value !== null) ready();
        },
      },
    );
  });
}

/** Resolves with the run as it ended, priced to its end. */
function untilEnd(client: RpcClient, terminal: Terminal, runId: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const epochs = new EpochLines(client, (text) => terminal.line(text));
    const notes = new Set<string>();
    let headShown = false;
    let engineShown = false;
    let latest: Run | null = null;
    let limit: NodeJS.Timeout | null = null;
    const finish = (run: Run): void => {
      if (limit) clearTimeout(limit);
      subscription.dispose();
      void epochs.tell(run).then(() => resolve(run));
    };
    const subscription = client.subscribe(
      'run.live',
      { runId },
      {
        onFrame({ run, curves }) {
          latest = run;
          if (!headShown) terminal.line(headOf(run));
          headShown = true;
          if (!engineShown && run.engineUsed !== null) {
            engineShown = true;
            terminal.line(`Engine: ${run.engineUsed}`);
          }
          for (const note of run.control.unheld.map(english)) {
            if (!notes.has(note)) terminal.note(note);
            notes.add(note);
          }
          if (curves) void epochs.tell(run);
          terminal.setLive(isFinal(run.status) ? '' : liveLine(run));
          if (!isFinal(run.status)) return;
          if (run.startedAtMs === null || run.energy?.final) finish(run);
          else limit ??= setTimeout(() => finish(latest ?? run), BILL_LIMIT_MS);
        },
        onEnd(error) {
          if (limit) clearTimeout(limit);
          terminal.setLive('');
          reject(error ?? new Error('the core stopped telling of the run before it ended'));
        },
      },
    );
  });
}

function headOf({ id, kind, name, recipe, engine, params }: Run): string {
  if (kind === PROGRAM_KIND) return `Run ${id}: ${name ?? recipe}`;
  if (kind === SERVING_KIND) return `Run ${id}: serves ${recipe} on ${engine}`;
  if (kind === PREDICTION_KIND) return `Run ${id}: predicts by ${recipe} on ${engine}`;
  const values = Object.entries(params).map(([param, value]) => `${param} ${String(value)}`);
  return `Run ${id}: ${recipe} on ${engine}, ${values.join(', ')}`;
}

/** The bar of the epoch under way. */
export function liveLine(run: Run): string {
  if (!run.plan) {
    const { wait } = run.control;
    if (run.status === 'queued' && wait !== null) return english(wait);
    if (run.kind !== PROGRAM_KIND && run.kind !== SERVING_KIND) return `${run.status} …`;
    const told = Object.entries(run.last).filter(([name]) => name !== ENERGY_SCALAR);
    return [`${run.status} …`, ...told.slice(0, LIVE_SCALARS).map(([name, value]) => scalarText(name, value))].join('  ');
  }
  const { stepsPerEpoch, epochs } = run.plan;
  const epoch = Math.min(epochs, Math.floor(run.progress.step / stepsPerEpoch) + 1);
  const share = run.progress.step / stepsPerEpoch - (epoch - 1);
  const parts = [`Epoch ${epoch}/${epochs} ${formatBar(share, BAR_WIDTH)} ${String(Math.floor(share * 100)).padStart(3)} %`];
  const names = Object.keys(run.last)
    .filter((name) => run.kind !== RECIPE_KIND || isOfStep(name))
    .slice(0, LIVE_SCALARS);
  for (const name of names) if (run.last[name] !== undefined) parts.push(scalarText(name, run.last[name]));
  if (run.status === 'stopping') parts.push('stopping');
  return parts.join('  ');
}

async function failureText(client: RpcClient, run: Run, withLog: boolean): Promise<string> {
  const why = run.failure ? `${english(run.failure.message)} (${run.failure.code})` : 'no reason was given';
  const ranMs = run.endedAtMs === null ? null : runDurationMs(run, run.endedAtMs);
  const ran = ranMs === null ? '' : ` after ${formatDuration(ranMs)}`;
  const { lines } = withLog ? await client.call('runs.log', { runId: run.id, query: { limit: 10 } }) : { lines: [] };
  const last = lines.map((line) => `  ${line.source}: ${line.text}`);
  return [...(last.length > 0 ? ['Its last lines:', ...last] : []), `The run failed${ran}: ${why}`].join('\n');
}
