import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { CommandOutput } from '@shared/contract';
import { isAppError } from '@shared/contract/errors';
import { CollectorSettings } from '@shared/model/collector';
import { metricOf } from '@shared/model/metrics';
import type { ParamSpec } from '@shared/model/param';
import type { RpcClient } from '@shared/rpc/client';
import { english, messageOf } from '@shared/text/message';
import type { CollectorKind } from '../../core/telemetry/collector-kind';
import type { CliContext } from './command';
import { firstFrame, foundTable, listSources } from './sources';
import { readings, type ReadingTyped } from './feed-readings';
import { UsageError } from './usage';

export interface FeedRequest {
  readonly dataDir: string | null;
  readonly action: 'schema' | 'test' | 'add' | 'list' | 'remove' | 'watch' | 'readings' | 'reading';
  /** Of a meter that is read by eye. */
  readonly reading: ReadingTyped | null;
  /** A file, a kind or an id; empty where none is needed. */
  readonly what: string;
  readonly json: boolean;
  /** null = until it is ended */
  readonly seconds: number | null;
}

/** A feed as a file. */
const FeedDocument = z.strictObject({ kind: z.string(), name: z.string().min(1).max(120).optional(), settings: CollectorSettings });
type FeedDocument = z.infer<typeof FeedDocument>;

type Readings = CommandOutput<'collectors.test'>['readings'];

/** Reads, adds, lists and removes feeds that are kept in files. @returns the exit code: 1 when nothing could be read */
export async function feed(request: FeedRequest, context: CliContext): Promise<number> {
  const { action, what } = request;
  const { collectorKinds } = await import('../../core/telemetry/collectors');
  const feeds = collectorKinds.filter(({ isFeed }) => isFeed);
  if (action === 'schema') {
    context.terminal.line(JSON.stringify(schemaOf(kindOf(feeds, what)), null, 2));
    return 0;
  }
  const document = action === 'test' || action === 'watch' || action === 'add' ? await readDocument(what) : null;
  const kind = document === null ? null : kindOf(feeds, document.kind);
  const needsSecret = kind?.params.some(({ name, type }) => type === 'secret' && (document?.settings[name] ?? null) !== null);
  // What is only tried needs no database, and is not to wait for another Coldaisle that has it, unless a secret of it is needed.
  const isApart = kind !== null && action !== 'add' && request.dataDir === null && needsSecret !== true;
  const folder = isApart ? await mkdtemp(join(tmpdir(), 'coldaisle-feed-')) : null;
  try {
    const running = await context.openCore(context.paths(folder ?? request.dataDir));
    try {
      return await act(request, kind, document, running.client, context);
    } finally {
      await running.close();
    }
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

type Kind = Pick<CollectorKind, 'id' | 'name' | 'params'>;

async function act(
  request: FeedRequest,
  kind: Kind | null,
  document: FeedDocument | null,
  client: RpcClient,
  { terminal }: CliContext,
): Promise<number> {
  const { action, what, json } = request;
  if (action === 'list') {
    const { collectors, kinds } = await firstFrame(client);
    const feeds = collectors.filter(({ kind }) => kinds.some(({ id, isFeed }) => isFeed && id === kind));
    if (!json) listSources(feeds, terminal);
    else for (const { id, kind, name, settings } of feeds) terminal.line(JSON.stringify({ id, kind, name: english(name), settings }));
    return 0;
  }
  if (action === 'readings' || action === 'reading') {
    await readings({ id: what, typed: action === 'reading' ? request.reading : null, json }, client, terminal);
    return 0;
  }
  if (action === 'remove' || kind === null || document === null) {
    await client.call('collectors.remove', { id: what });
    terminal.line(`Removed ${what}. What it recorded stays.`);
    return 0;
  }
  if (action === 'add') {
    const added = await client.call('collectors.add', {
      kind: kind.id,
      name: document.name ?? english(kind.name),
      settings: document.settings,
    });
    terminal.line(`Added ${added.id}.`);
    return 0;
  }
  const asIs: Checked = (found) => [...found];
  if (action === 'test') return (await poll(document, client, request, terminal, asIs)) ? 0 : 1;
  const checked = await checkedAlong();
  const everyMs = periodMs(kind, document);
  const endMs = request.seconds === null ? Infinity : performance.now() + request.seconds * 1000;
  let isRead = false;
  for (let nextMs = performance.now(); nextMs < endMs; nextMs = Math.max(nextMs + everyMs, performance.now())) {
    await delay(Math.max(0, nextMs - performance.now()));
    isRead = (await poll(document, client, request, terminal, checked)) || isRead;
  }
  return isRead ? 0 : 1;
}

type Checked = (readings: Readings) => Readings;

/** What contradicts the polls before: each trial by itself knows none. */
async function checkedAlong(): Promise<Checked> {
  const { checkOf, shownOnce } = await import('../../core/telemetry/checked-source');
  const check = checkOf({}, () => true);
  return (found) => {
    const told = found.map(({ atMs, ...reading }) => (atMs === null ? reading : { ...reading, atMs }));
    const { readings } = check.check(told, Date.now(), performance.now());
    return shownOnce(readings).map(({ raw = '', why = null, atMs = null, ...reading }) => ({ ...reading, raw, why, atMs }));
  };
}

/** Reads once and prints it. @returns whether there was a value @throws {AppError} of a test: why nothing was read */
async function poll(
  { kind, settings }: FeedDocument,
  client: RpcClient,
  { action, json }: FeedRequest,
  terminal: CliContext['terminal'],
  checked: Checked,
): Promise<boolean> {
  let readings: Readings = [];
  let error: string | null = null;
  const startedMs = Date.now();
  try {
    readings = checked((await client.call('collectors.test', { kind, settings })).readings);
  } catch (cause) {
    // Settings that are refused stay refused.
    if (!isAppError(cause) || cause.code === 'cancelled' || (!json && action === 'test')) throw cause;
    error = english(messageOf(cause));
  }
  const atMs = Date.now();
  if (json) {
    terminal.line(JSON.stringify({ atMs, tookMs: atMs - startedMs, error, readings: readings.map((reading) => pointOf(reading, atMs)) }));
  } else {
    if (action === 'watch') terminal.line(new Date(atMs).toISOString());
    if (error !== null) terminal.line(error);
    for (const line of readings.length === 0 ? [] : foundTable(readings)) terminal.line(line);
  }
  return readings.some(({ value }) => value !== null);
}

/** One point of a poll, with the time that its source took it, or that of the poll: null is a value that is missing, and why says so. */
function pointOf(reading: Readings[number], readAtMs: number): object {
  const { device, metric, raw, value, why, atMs } = reading;
  return {
    device,
    metric,
    raw: raw === '' ? null : raw,
    value,
    unit: metricOf(reading).unit,
    time: value === null ? null : new Date(atMs ?? readAtMs).toISOString(),
    atMs: value === null ? null : (atMs ?? readAtMs),
    quality: value === null ? 'missing' : reading.provenance,
    why: why === null ? null : english(why),
  };
}

async function readDocument(file: string): Promise<FeedDocument> {
  const text =
    file === '-'
      ? await textOf(process.stdin)
      : await readFile(file, 'utf8').catch((error: unknown) => {
          throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
        });
  const where = file === '-' ? 'Standard input' : file;
  let value: unknown;
  try {
    // Editors of Windows write a mark in front of the text.
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${where} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = FeedDocument.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${where} is no feed at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}. See feed schema KIND.`);
}

/** @throws {UsageError} naming the kinds that there are */
function kindOf(feeds: readonly CollectorKind[], id: string): CollectorKind {
  const kind = feeds.find((one) => one.id === id);
  if (kind) return kind;
  throw new UsageError(`There is no kind of feed "${id}". There are: ${feeds.map((one) => one.id).join(', ')}.`);
}

function periodMs({ params }: Kind, { settings }: FeedDocument): number {
  const every = settings['everyS'] ?? params.find(({ name }) => name === 'everyS')?.default;
  return (typeof every === 'number' && every > 0 ? every : 5) * 1000;
}

/** What a document of this kind may hold: JSON Schema, draft 2020-12. */
function schemaOf({ id, name, params }: Kind): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: english(name),
    type: 'object',
    properties: {
      kind: { const: id },
      name: { type: 'string', minLength: 1, maxLength: 120 },
      settings: {
        type: 'object',
        properties: Object.fromEntries(params.map((param) => [param.name, propertyOf(param)])),
        required: params
          .filter((param) => param.default === null && !param.optional && param.when === undefined)
          .map((param) => param.name),
        additionalProperties: false,
      },
    },
    required: ['kind', 'settings'],
    additionalProperties: false,
  };
}

function propertyOf({ label, help, type, unit, choices, min, max, default: value }: ParamSpec): object {
  const about = [english(label), ...(unit === '' ? [] : [`in ${unit}`]), english(help)].filter((part) => part !== '').join('. ');
  const own = {
    ...(type === 'secret'
      ? { description: `${about}. The name under which the secret is kept: see npm start -- secrets` }
      : { description: about }),
    ...(value === null ? {} : { default: value }),
  };
  switch (type) {
    case 'number':
    case 'integer':
      return { type, ...own, ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) };
    case 'boolean':
      return { type: 'boolean', ...own };
    case 'list':
      return { type: 'array', items: { type: 'string' }, ...own };
    case 'choice':
      return { enum: (choices ?? []).map((choice) => choice.value), ...own };
    case 'text':
    case 'secret':
    case 'url':
      return { type: 'string', ...own };
  }
}
