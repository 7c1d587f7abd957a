import type { Log } from '@shared/base/log';
import { z } from 'zod';
import { freshControl, plainLaunch } from '@shared/model/launch';
import { ParamSpec } from '@shared/model/param';
import { Run, RunFailure } from '@shared/model/run';
import { english, message, Message } from '@shared/text/message';
import { firstIssue, parseJson } from '../../file/json';

/** Why a run failed, as any version may have stored it. */
const StoredFailure = z.object({ code: z.string(), message: z.unknown(), text: z.string() }).partial();

/** A row of `run`; `tags`, `param_specs` and the last twelve columns are JSON. */
export interface RunRow {
  readonly id: string;
  readonly kind: string;
  readonly name: string | null;
  readonly tags: string;
  readonly notes: string;
  readonly parent: string | null;
  readonly param_specs: string;
  readonly recipe: string;
  readonly engine: string;
  readonly engine_used: string | null;
  readonly status: string;
  readonly created_at_ms: number;
  readonly started_at_ms: number | null;
  readonly ended_at_ms: number | null;
  readonly params: string;
  readonly progress: string;
  readonly last: string;
  readonly interruptions: string;
  readonly failure: string | null;
  readonly plan: string | null;
  readonly result: string | null;
  readonly energy: string | null;
  readonly extremes: string;
  readonly declared: string;
  readonly launch: string;
  readonly control: string;
}

export const runColumns = [
  'id',
  'kind',
  'name',
  'tags',
  'notes',
  'parent',
  'param_specs',
  'recipe',
  'engine',
  'engine_used',
  'status',
  'created_at_ms',
  'started_at_ms',
  'ended_at_ms',
  'params',
  'progress',
  'last',
  'interruptions',
  'failure',
  'plan',
  'result',
  'energy',
  'extremes',
  'declared',
  'launch',
  'control',
] as const;

/** The values of a run's row, in the order of {@link runColumns}. Times are kept in whole ms. */
export function runValues(run: Run): (string | number | null)[] {
  const json = (part: unknown): string | null => (part === null ? null : JSON.stringify(part));
  const row: Record<(typeof runColumns)[number], string | number | null> = {
    id: run.id,
    kind: run.kind,
    name: run.name,
    tags: json(run.tags),
    notes: run.notes,
    parent: run.parent,
    param_specs: json(run.paramSpecs.map(storedSpec)),
    recipe: run.recipe,
    engine: run.engine,
    engine_used: run.engineUsed,
    status: run.status,
    created_at_ms: Math.round(run.createdAtMs),
    started_at_ms: run.startedAtMs === null ? null : Math.round(run.startedAtMs),
    ended_at_ms: run.endedAtMs === null ? null : Math.round(run.endedAtMs),
    params: json(run.params),
    progress: json(run.progress),
    last: json(run.last),
    interruptions: json(run.interruptions),
    // The English stands beside the message: a version that does not know it reads that.
    failure: json(run.failure && { ...run.failure, text: english(run.failure.message) }),
    plan: json(run.plan),
    result: json(run.result),
    energy: json(run.energy),
    extremes: json(run.extremes),
    declared: json(run.declared),
    launch: json(run.launch),
    control: json(run.control),
  };
  return runColumns.map((column) => row[column]);
}

const noProgress: Run['progress'] = { epoch: 0, step: 0 };

/**
 * A run as far as this version understands it: a part of another shape, or damaged, is as if it were missing, with a log
 * line. No run is left out of the list, so that each can be seen, and deleted.
 */
export function readRun(row: RunRow, log: Log): Run {
  const part = <T>(
    name: 'params' | 'progress' | 'last' | 'interruptions' | 'plan' | 'result' | 'energy' | 'extremes' | 'declared' | 'launch' | 'control',
    schema: z.ZodType<T>,
    missing: T,
  ): T => {
    const parsed = schema.safeParse(parseJson(row[name]));
    if (parsed.success) return parsed.data;
    log('warn', `run ${row.id}: stored ${name} is not valid and is left out (${firstIssue(parsed.error)})`);
    return missing;
  };
  const { shape } = Run;
  const status = shape.status.safeParse(row.status);
  const tags = shape.tags.safeParse(parseJson(row.tags));
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    tags: tags.success ? tags.data : [],
    notes: row.notes,
    parent: row.parent,
    paramSpecs: readSpecs(row.param_specs),
    recipe: row.recipe,
    engine: row.engine,
    engineUsed: row.engine_used,
    // What this version does not know it cannot take further: for it the run is over.
    status: status.success ? status.data : 'failed',
    createdAtMs: row.created_at_ms,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    params: part('params', shape.params, {}),
    progress: part('progress', shape.progress, noProgress),
    last: part('last', shape.last, {}),
    interruptions: part('interruptions', shape.interruptions, []),
    failure: status.success
      ? readFailure(row, log)
      : { code: 'unknown', message: message('message.run.foreignStatus', { status: row.status }) },
    plan: part('plan', shape.plan, null),
    result: part('result', shape.result, null),
    energy: part('energy', shape.energy, null),
    extremes: part('extremes', shape.extremes, {}),
    declared: part('declared', shape.declared, {}),
    launch: part('launch', shape.launch, plainLaunch),
    control: part('control', shape.control, freshControl),
  };
}

/** The English stands beside each message: a version that does not know it reads that. */
function storedSpec(spec: ParamSpec): unknown {
  const { label, help, choices } = spec;
  return {
    ...spec,
    labelText: english(label),
    helpText: english(help),
    ...(choices ? { choices: choices.map((choice) => ({ ...choice, labelText: english(choice.label) })) } : {}),
  };
}

/** Each as far as this version understands it; what is of no known shape is left out, and its value stands under its bare name. */
function readSpecs(json: string): ParamSpec[] {
  const stored = z.array(z.looseObject({})).safeParse(parseJson(json));
  if (!stored.success) return [];
  return stored.data.flatMap((spec) => {
    const choices = z.array(z.looseObject({})).safeParse(spec['choices']);
    const parsed = ParamSpec.safeParse({
      ...spec,
      label: known(spec['label'], spec['labelText']),
      help: known(spec['help'], spec['helpText']),
      ...(choices.success
        ? { choices: choices.data.map((choice) => ({ ...choice, label: known(choice['label'], choice['labelText']) })) }
        : {}),
    });
    return parsed.success ? [parsed.data] : [];
  });
}

function known(stored: unknown, english: unknown): unknown {
  return Message.safeParse(stored).success ? stored : english;
}

/** Of another version: its code is `unknown`, its message the English that stands beside the message. */
function readFailure(row: RunRow, log: Log): Run['failure'] {
  if (row.failure === null) return null;
  const json = parseJson(row.failure);
  const parsed = RunFailure.safeParse(json);
  if (parsed.success) return parsed.data;
  log('warn', `run ${row.id}: stored failure is read as far as it is understood (${firstIssue(parsed.error)})`);
  const { code, message: stored, text } = StoredFailure.safeParse(json).data ?? {};
  const given = Message.safeParse(stored);
  return {
    code: RunFailure.shape.code.safeParse(code).data ?? 'unknown',
    message: given.success ? given.data : (text ?? message('message.run.foreignFailure')),
  };
}
