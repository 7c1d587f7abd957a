import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { PreviewColumn } from '@shared/contract/datasets';
import { AppError } from '@shared/contract/errors';
import { datasetParts, type Dataset, type DatasetVersion } from '@shared/model/dataset';
import type { DataJob, DataReadOptions, TelemetryQuery } from '@shared/model/dataset-import';
import type { RpcClient } from '@shared/rpc/client';
import { DataRecipe } from '@shared/model/dataset-recipe';
import { english, message } from '@shared/text/message';
import type { CliContext } from './command';
import { formatTable } from './format';
import { bytes, count, percent, progressLine } from './progress-line';
import { dataStatistics } from './data-statistics';
import type { Terminal } from './terminal';
import { UsageError } from './usage';

interface Base {
  readonly dataDir: string | null;
  readonly json: boolean;
}

/** What a new data set is called and where it is from, or which one gets a version more. */
interface Labelled {
  /** Null = after its file. */
  readonly name: string | null;
  readonly origin: string;
  readonly licence: string;
  readonly into: string | null;
}

interface One {
  readonly dataset: string;
  /** Null = the newest; of a removal, all. */
  readonly version: number | null;
}

export type DataRequest = Base &
  (
    | { readonly action: 'list' }
    | (Labelled & { readonly action: 'import'; readonly path: string; readonly options: DataReadOptions })
    | (Labelled & { readonly action: 'record'; readonly query: TelemetryQuery })
    | (One & { readonly action: 'show'; readonly rows: number; readonly stats: boolean })
    | (One & Labelled & { readonly action: 'derive'; readonly recipe: string })
    | (One & { readonly action: 'export'; readonly format: 'csv' | 'json-lines'; readonly out: string | null })
    | (One & { readonly action: 'remove' })
  );

/** Lists the data sets, or takes in, shows, writes out or removes one, as the window's page does. @returns the exit code */
export async function dataSets(request: DataRequest, context: CliContext, signal: AbortSignal): Promise<number> {
  const running = await context.openCore(context.paths(request.dataDir));
  const { client } = running;
  const { terminal } = context;
  try {
    switch (request.action) {
      case 'list':
        return list((await client.call('data.list', {})).datasets, request.json, terminal);
      case 'import':
      case 'record':
      case 'derive':
        return await take(request, client, terminal, signal);
      case 'show':
        return await show(request, client, terminal);
      case 'export':
        return await writeOut(request, client, terminal, signal);
      case 'remove': {
        const { id, name } = await find(client, request.dataset);
        await client.call('data.remove', { id, version: request.version });
        terminal.line(request.version === null ? `Removed ${name}.` : `Removed version ${request.version} of ${name}.`);
        return 0;
      }
    }
  } finally {
    await running.close();
  }
}

/** By its id, else by its name. @throws {AppError} `not-found` */
async function find(client: RpcClient, typed: string): Promise<Dataset> {
  const { datasets } = await client.call('data.list', {});
  const found = datasets.find(({ id }) => id === typed) ?? datasets.find(({ name }) => name.toLowerCase() === typed.toLowerCase());
  if (found === undefined) throw new AppError('not-found', message('message.data.none', { dataset: typed }));
  return found;
}

function versionOf(dataset: Dataset, number: number | null): DatasetVersion {
  const found = number === null ? dataset.versions.at(-1) : dataset.versions.find(({ version }) => version === number);
  if (found === undefined)
    throw new AppError('not-found', message('message.data.noVersion', { dataset: dataset.name, version: number ?? 1 }));
  return found;
}

function list(datasets: readonly Dataset[], json: boolean, terminal: Terminal): number {
  if (json) {
    terminal.line(JSON.stringify(datasets, null, 2));
    return 0;
  }
  if (datasets.length === 0) {
    terminal.line('There is no data set. Take one in: data import PATH');
    return 0;
  }
  const rows = datasets.map((dataset) => {
    const newest = versionOf(dataset, null);
    return [
      dataset.id,
      dataset.name,
      newest.kind,
      newest.rows.toLocaleString('en-US'),
      String(newest.columns.length),
      bytes(newest.bytes),
      String(newest.version),
      dataset.licence === '' ? '—' : dataset.licence,
    ];
  });
  const right = 'right' as const;
  const columns = [
    { title: 'Id' },
    { title: 'Name' },
    { title: 'Kind' },
    { title: 'Rows', align: right },
    { title: 'Columns', align: right },
    { title: 'Size', align: right },
    { title: 'Version', align: right },
    { title: 'Licence' },
  ];
  for (const line of formatTable(columns, rows, terminal.width)) terminal.line(line);
  return 0;
}

type Take = Extract<DataRequest, { action: 'import' | 'record' | 'derive' }>;

async function take(request: Take, client: RpcClient, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { job } = await begin(request, client);
  const result = await finished(client, job, terminal, signal);
  const dataset = await find(client, result.dataset);
  const version = versionOf(dataset, result.version);
  if (request.json) terminal.line(JSON.stringify({ ...dataset, versions: [version] }, null, 2));
  else {
    terminal.line(
      `${dataset.name} (${dataset.id}), version ${version.version}: ${count(version.rows, 'row')}, ${count(version.columns.length, 'column')}`,
    );
    for (const note of version.notes) terminal.note(english(note));
  }
  return 0;
}

async function begin(request: Take, client: RpcClient): Promise<{ job: string }> {
  const { origin, licence, name } = request;
  const target = request.into === null ? null : { dataset: (await find(client, request.into)).id };
  const labelled = (fallback: string) => target ?? { label: { name: name ?? (fallback === '' ? 'Data' : fallback), origin, licence } };
  switch (request.action) {
    case 'record':
      return client.call('data.record', { query: request.query, into: labelled('Recording') });
    case 'import': {
      const path = resolve(request.path);
      const { id: source } = await client.call('data.open', { path });
      const into = labelled(basename(path).replace(/(?:\.[a-z\d]{1,8}){1,2}$/i, ''));
      return client.call('data.import', { source, into, options: request.options });
    }
    case 'derive': {
      const dataset = await find(client, request.dataset);
      const { version } = versionOf(dataset, request.version);
      // A new version of what it is made of, unless it is to have a name of its own, or comes with the product.
      const own = name === null && target === null && !dataset.isShipped ? { dataset: dataset.id } : labelled(`${dataset.name} 2`);
      return client.call('data.derive', { id: dataset.id, version, recipe: await readRecipe(request.recipe), into: own });
    }
  }
}

/** @throws UsageError for a file that is no recipe, by what is wrong in it */
async function readRecipe(path: string): Promise<DataRecipe> {
  let given: unknown;
  try {
    given = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = DataRecipe.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UsageError(`${path} is no recipe: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** Waits for a job's end, telling how far it is. @throws {AppError} what it failed with; `cancelled` */
function finished(client: RpcClient, job: string, terminal: Terminal, signal: AbortSignal): Promise<NonNullable<DataJob['result']>> {
  const tell = progressLine(terminal);
  return new Promise((done, fail) => {
    signal.addEventListener('abort', () => void client.call('data.stop', { job }).catch(() => undefined), { once: true });
    const listening = client.subscribe(
      'data.live',
      {},
      {
        onFrame: ({ jobs }) => {
          const own = jobs.find(({ id }) => id === job);
          if (own === undefined) return;
          const { progress, result, error, stage, name } = own;
          if (progress !== null)
            tell(() => `${name}  ${progress.stage}  ${percent(progress.doneBytes, progress.totalBytes)}  ${count(progress.rows, 'row')}`);
          if (stage === 'waiting' || stage === 'running') return;
          listening.dispose();
          terminal.setLive('');
          if (result !== null) done(result);
          else if (error !== null) fail(new AppError(error.code, error.message));
          else fail(new AppError('cancelled', message('message.core.cancelled', { name: 'data import' })));
        },
        onEnd: (error) => fail(error ?? new AppError('disconnected', message('message.core.lost'))),
      },
    );
  });
}

async function show(
  { dataset: typed, version: number, rows, stats, json }: Extract<DataRequest, { action: 'show' }>,
  client: RpcClient,
  terminal: Terminal,
): Promise<number> {
  const dataset = await find(client, typed);
  const version = versionOf(dataset, number);
  const preview = rows === 0 ? null : await client.call('data.rows', { id: dataset.id, version: version.version, from: 0, count: rows });
  const profile = stats ? await client.call('data.profile', { id: dataset.id, version: version.version }) : null;
  if (json) {
    const first = preview === null ? [] : Array.from({ length: preview.rows }, (_, row) => rowObject(preview.columns, row));
    terminal.line(JSON.stringify({ ...dataset, versions: undefined, version, profile, first }, null, 2));
    return 0;
  }
  const { source, parts } = version;
  terminal.line(`${dataset.name} (${dataset.id}), version ${version.version} of ${dataset.versions.length}: ${version.kind}`);
  const fact = (name: string, text: string): void => terminal.line(`  ${name.padEnd(10)}${text}`);
  fact('Rows', `${version.rows.toLocaleString('en-US')}, ${bytes(version.bytes)}`);
  if (parts !== null) fact('Split', datasetParts.map((part) => `${part} ${parts[part].toLocaleString('en-US')}`).join(', '));
  if (version.target !== null) fact('Target', version.target);
  fact('Source', `${source.name} (${source.format}), SHA-256 ${source.sha256}`);
  if (dataset.origin !== '') fact('Origin', dataset.origin);
  fact('Licence', dataset.licence === '' ? 'not said' : dataset.licence);
  for (const note of version.notes) fact('Note', english(note));
  terminal.line('');
  const right = 'right' as const;
  const columns = [
    { title: 'Column' },
    { title: 'Type' },
    { title: 'Unit' },
    { title: 'Missing', align: right },
    { title: 'First values' },
  ];
  const table = version.columns.map((column, i) => [
    column.name,
    column.shape.length > 0 ? `${column.type} ${column.shape.join(' × ')}` : column.type,
    column.unit,
    column.missing.toLocaleString('en-US'),
    (preview?.columns[i]?.cells ?? [])
      .map((cell) => cellText(cell, column.type))
      .join(' · ')
      .replaceAll('\n', ' '),
  ]);
  for (const line of formatTable(columns, table, terminal.width)) terminal.line(line);
  if (profile !== null) for (const line of dataStatistics(version, profile, terminal.width)) terminal.line(line);
  return 0;
}

function cellText(cell: PreviewColumn['cells'][number], type: PreviewColumn['type']): string {
  if (cell === null) return '—';
  return type === 'time' && typeof cell === 'number' ? new Date(cell).toISOString() : String(cell);
}

const rowObject = (columns: readonly PreviewColumn[], row: number): Record<string, unknown> =>
  Object.fromEntries(columns.map(({ name, cells }) => [name, cells[row] ?? null]));

async function writeOut(
  { dataset: typed, version: number, format, out }: Extract<DataRequest, { action: 'export' }>,
  client: RpcClient,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const dataset = await find(client, typed);
  const { version, rows } = versionOf(dataset, number);
  const path = out === null ? null : resolve(out);
  if (path !== null && existsSync(path))
    throw new AppError('conflict', `${path} exists already and is left as it is. Choose another name.`);
  const file = path === null ? null : createWriteStream(`${path}.part`, { mode: 0o600 });
  try {
    await eachChunk(client, { id: dataset.id, version, format }, signal, async (text) => {
      if (file === null) {
        terminal.line(text.replace(/\n$/, ''));
        await terminal.drained();
      } else if (!file.write(text)) await once(file, 'drain');
    });
    if (file === null || path === null) return 0;
    file.end();
    await once(file, 'close');
    await rename(`${path}.part`, path);
    terminal.line(`${path}: ${count(rows, 'row')}`);
    return 0;
  } catch (error) {
    file?.destroy();
    if (path !== null) await rm(`${path}.part`, { force: true });
    throw error;
  }
}

/** Takes the chunks one after another. @throws {AppError} */
function eachChunk(
  client: RpcClient,
  params: { id: string; version: number; format: 'csv' | 'json-lines' },
  signal: AbortSignal,
  taken: (text: string) => Promise<void>,
): Promise<void> {
  return new Promise((done, fail) => {
    let last: Promise<void> = Promise.resolve();
    const reading = client.subscribe('data.export', params, {
      onFrame: ({ text }) => void (last = last.then(() => taken(text))).catch(fail),
      onEnd: (error) => (error === null ? void last.then(done, fail) : fail(error)),
    });
    signal.addEventListener(
      'abort',
      () => {
        reading.dispose();
        fail(new AppError('cancelled', message('message.core.cancelled', { name: 'data export' })));
      },
      { once: true },
    );
  });
}
