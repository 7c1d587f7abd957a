import type { z } from 'zod';
import { Run } from '@shared/model/run';
import { Series } from '@shared/model/series';
import { defaultSettings, Settings } from '@shared/model/settings';
import { definitionOf } from './metrics';

export type StoreLog = (level: 'info' | 'warn' | 'error', text: string) => void;

/** A row of `run`; the last seven columns are JSON. */
export interface RunRow {
  readonly id: string;
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
  readonly failure: string | null;
  readonly plan: string | null;
  readonly result: string | null;
  readonly energy: string | null;
}

export const runColumns = ['id', 'recipe', 'engine', 'engine_used', 'status', 'created_at_ms', 'started_at_ms', 'ended_at_ms', 'params', 'progress', 'last', 'failure', 'plan', 'result', 'energy'] as const;

/** The values of a run's row, in the order of {@link runColumns}. Times are kept in whole ms. */
export function runValues(run: Run): (string | number | null)[] {
  const json = (part: unknown): string | null => (part === null ? null : JSON.stringify(part));
  const row: Record<(typeof runColumns)[number], string | number | null> = {
    id: run.id,
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
    failure: json(run.failure),
    plan: json(run.plan),
    result: json(run.result),
    energy: json(run.energy),
  };
  return runColumns.map((column) => row[column]);
}

/**
 * A run as stored, validated. A part that may be missing and is not valid (a shape of another version, a damaged text)
 * comes back as missing, with a log line; a run whose other parts are not valid comes back as null.
 */
export function readRun(row: RunRow, log: StoreLog): Run | null {
  const optional = <T>(name: 'failure' | 'plan' | 'result' | 'energy', schema: z.ZodType<T>): T | null => {
    const parsed = schema.safeParse(parseJson(row[name]));
    if (parsed.success) return parsed.data;
    log('warn', `run ${row.id}: stored ${name} is not valid and is left out (${firstIssue(parsed.error)})`);
    return null;
  };
  const parsed = Run.safeParse({
    id: row.id,
    recipe: row.recipe,
    engine: row.engine,
    engineUsed: row.engine_used,
    status: row.status,
    createdAtMs: row.created_at_ms,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    params: parseJson(row.params),
    progress: parseJson(row.progress),
    last: parseJson(row.last),
    failure: optional('failure', Run.shape.failure),
    plan: optional('plan', Run.shape.plan),
    result: optional('result', Run.shape.result),
    energy: optional('energy', Run.shape.energy),
  });
  if (parsed.success) return parsed.data;
  log('warn', `run ${row.id}: not valid and not shown (${firstIssue(parsed.error)})`);
  return null;
}

/** A row of {@link SERIES_WITH_METRIC}. */
export type SeriesRow = Readonly<Record<string, unknown>>;

/** A series as stored, whether or not its metric is known here; null, with a log line, for a row that is none. */
export function readSeries(row: SeriesRow, log: StoreLog): Series | null {
  const definition = definitionOf(row);
  const { id, device, metric, provenance, label } = row;
  const parsed = Series.safeParse({ id, device, metric, provenance, label, ...(definition === undefined ? {} : { definition }) });
  if (parsed.success) return parsed.data;
  log('warn', `a stored series is not valid and not shown (${firstIssue(parsed.error)}): ${JSON.stringify(row)}`);
  return null;
}

/** Sections that settings stored by the first version do not have. */
const addedLater: ReadonlySet<keyof Settings> = new Set(['retention', 'gpu', 'power']);

const sections = Object.keys(Settings.shape) as (keyof Settings)[];

export function settingsRows(settings: Settings): { section: string; value: string }[] {
  return sections.map((section) => ({ section, value: JSON.stringify(settings[section]) }));
}

/** The stored settings; a section that is missing or not valid is its default, with a log line (but for one that came later). Null when none were ever saved. */
export function readSettings(rows: readonly { section: string; value: string }[], log: StoreLog): Settings | null {
  if (rows.length === 0) return null;
  const stored = new Map(rows.map((row) => [row.section, row.value]));
  const section = <K extends keyof Settings>(name: K, schema: z.ZodType<Settings[K]>): Settings[K] => {
    const text = stored.get(name);
    if (text === undefined && addedLater.has(name)) return defaultSettings[name];
    const parsed = schema.safeParse(parseJson(text ?? null));
    if (parsed.success) return parsed.data;
    log('warn', `settings: the stored section "${name}" is not valid and its defaults apply (${firstIssue(parsed.error)})`);
    return defaultSettings[name];
  };
  const { shape } = Settings;
  return {
    tariff: section('tariff', shape.tariff),
    carbon: section('carbon', shape.carbon),
    facility: section('facility', shape.facility),
    host: section('host', shape.host),
    gpu: section('gpu', shape.gpu),
    power: section('power', shape.power),
    ui: section('ui', shape.ui),
    retention: section('retention', shape.retention),
  };
}

/** JSON as it says; text that is no JSON becomes undefined, which no schema of this file accepts. */
function parseJson(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'unknown' : `${issue.path.join('.') || 'value'}: ${issue.message}`;
}
