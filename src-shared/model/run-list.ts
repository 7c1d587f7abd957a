import { z } from 'zod';
import { message, Message, type KeyedMessage } from '../text/message';
import { isPaused } from './launch';
import { isFinal, Run, RunEnergy, RunFailure, RunKind, RunStatus, RunTag } from './run';
import { RunId } from './run-id';
import { bestOf, scalarsOf, usualQuantities } from './run-scalars';

/** Most rows of one page. */
export const MAX_RUNS_PER_PAGE = 200;
/** Names of tags, scalars and parameters that are told of at most. */
export const MAX_FACETS = 500;

/** What a list shows of a run: as little as many runs at a time allow. */
export const RunRow = Run.pick({
  id: true,
  kind: true,
  name: true,
  tags: true,
  parent: true,
  recipe: true,
  engine: true,
  status: true,
  createdAtMs: true,
  startedAtMs: true,
  endedAtMs: true,
  params: true,
  progress: true,
  declared: true,
}).extend({
  failure: RunFailure.shape.code.nullable(),
  /** Among those that wait: the higher goes first, then the one of the lower order. */
  priority: z.number(),
  order: z.number(),
  paused: z.boolean(),
  attempt: z.number(),
  /** Why it failed or was ended, what it waits for, or that it was not watched all the time. */
  note: Message.nullable(),
  plan: z.object({ epochs: z.number(), stepsPerEpoch: z.number() }).nullable(),
  /** By name: the final value where there is one, else the newest. */
  scalars: z.record(z.string(), z.number()),
  /** By name, of those of which one way is better. */
  best: z.record(z.string(), z.number()),
  energy: RunEnergy.pick({ itJ: true, cost: true, spanMs: true }).nullable(),
});
export type RunRow = z.infer<typeof RunRow>;

/** Every condition that is given has to hold. */
export const RunFilter = z.object({
  status: z.array(RunStatus).max(16).optional(),
  kind: z.array(RunKind).max(16).optional(),
  /** Words that all occur in the name, notes, recipe, engine, tags, parameters or id; the case does not matter. */
  text: z.string().max(200).optional(),
  /** A run has to have all of them. */
  tags: z.array(RunTag).max(16).optional(),
  /** Runs that were there (waiting, under way) at some moment from here … */
  fromMs: z.number().int().nonnegative().optional(),
  /** … to here. */
  toMs: z.number().int().nonnegative().optional(),
  parent: RunId.optional(),
});
export type RunFilter = z.infer<typeof RunFilter>;

const ownSorts = ['created', 'ended', 'name', 'status', 'energy', 'cost'] as const;
/**
 * A scalar (its newest or its best) or a parameter is named: `scalar:loss`, `best:loss`, `param:batchSize`; `outcome:loss` is what
 * {@link outcomeOf} has of a run. Runs without the value come last, newest first.
 */
export const RunSort = z.object({
  by: z.union([
    z.enum(ownSorts),
    z.templateLiteral(['outcome:', z.enum(usualQuantities)]),
    z.templateLiteral(['scalar:', z.string().min(1)]),
    z.templateLiteral(['best:', z.string().min(1)]),
    z.templateLiteral(['param:', z.string().min(1)]),
  ]),
  direction: z.enum(['ascending', 'descending']),
});
export type RunSort = z.infer<typeof RunSort>;
export const newestFirst: RunSort = { by: 'created', direction: 'descending' };

export const RunQuery = z.object({
  filter: RunFilter.default({}),
  sort: RunSort.default(newestFirst),
  offset: z.number().int().nonnegative().default(0),
  limit: z.number().int().min(1).max(MAX_RUNS_PER_PAGE).default(50),
});
export type RunQuery = z.infer<typeof RunQuery>;

export const RunPage = z.object({
  rows: z.array(RunRow),
  /** Runs that the filter lets through. */
  total: z.number(),
});
export type RunPage = z.infer<typeof RunPage>;

/** What runs can be filtered and sorted by, of all runs there are. */
export const RunFacets = z.object({
  /** All runs. */
  runs: z.number(),
  tags: z.array(z.object({ tag: z.string(), runs: z.number() })),
  kinds: z.array(z.string()),
  scalars: z.array(z.string()),
  /** Scalars of which one way is better. */
  best: z.array(z.string()),
  params: z.array(z.string()),
});
export type RunFacets = z.infer<typeof RunFacets>;

export function rowOf(run: Run): RunRow {
  const {
    id,
    kind,
    name,
    tags,
    parent,
    recipe,
    engine,
    status,
    createdAtMs,
    startedAtMs,
    endedAtMs,
    params,
    progress,
    declared,
    plan,
    energy,
  } = run;
  return {
    ...{ id, kind, name, tags, parent, recipe, engine, status, createdAtMs, startedAtMs, endedAtMs, params, progress, declared },
    failure: run.failure?.code ?? null,
    priority: run.launch.priority,
    order: run.control.order ?? createdAtMs,
    paused: !isFinal(status) && isPaused(run.control),
    attempt: run.control.attempt,
    note: run.failure?.message ?? run.control.stopped ?? run.control.wait ?? unwatchedNote(run),
    plan: plan && { epochs: plan.epochs, stepsPerEpoch: plan.stepsPerEpoch },
    scalars: scalarsOf(run),
    best: bestOf(run),
    energy: energy && { itJ: energy.itJ, cost: energy.cost, spanMs: energy.spanMs },
  };
}

/** How long no core watched a run; null = one always did. */
export function unwatchedNote({ interruptions }: Pick<Run, 'interruptions'>): KeyedMessage | null {
  if (interruptions.length === 0) return null;
  const ms = interruptions.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, toMs - fromMs), 0);
  return message('message.run.unwatched', { seconds: Math.round(ms / 1000) });
}
