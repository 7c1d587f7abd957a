import type { CommandOutput, StreamFrame } from '@shared/contract';
import { AppError } from '@shared/contract/errors';
import type { CollectorInfo, CollectorKindInfo } from '@shared/model/collector';
import { metricOf } from '@shared/model/metrics';
import { parseParam, type ParamValue } from '@shared/model/param';
import type { RpcClient } from '@shared/rpc/client';
import { english, message } from '@shared/text/message';
import type { CliContext } from './command';
import { formatNumber, formatTable } from './format';
import type { Terminal } from './terminal';
import { UsageError } from './usage';

export interface SourcesRequest {
  readonly dataDir: string | null;
  readonly action: 'list' | 'kinds' | 'add' | 'set' | 'test' | 'on' | 'off' | 'remove';
  /** A kind, or the id of a source; empty where none is needed. */
  readonly what: string;
  readonly settings: readonly (readonly [name: string, value: string])[];
}

/** A source that has not answered by then is listed as starting, ms. */
const PATIENCE_MS = 5_000;

/** Lists the sources, or changes one, as the window's page does. @returns the exit code */
export async function sources({ dataDir, action, what, settings }: SourcesRequest, context: CliContext): Promise<number> {
  const running = await context.openCore(context.paths(dataDir));
  const { client } = running;
  const { terminal } = context;
  try {
    const { kinds, collectors } = await firstFrame(client);
    switch (action) {
      case 'list':
        listSources((await answered(client)).collectors, terminal);
        break;
      case 'kinds':
        for (const kind of kinds.filter(({ isFeed }) => isFeed)) describe(kind, terminal);
        break;
      case 'add': {
        const { name, values } = read(kindOf(kinds, what), settings);
        const { id } = await client.call('collectors.add', {
          kind: what,
          name: name ?? english(kindOf(kinds, what).name),
          settings: values,
        });
        terminal.line(`Added ${id}.`);
        break;
      }
      case 'set': {
        const source = collectors.find(({ id }) => id === what);
        if (!source) throw new AppError('not-found', message('message.collector.none', { collector: what }));
        const { name, values } = read(kindOf(kinds, source.kind), settings);
        await client.call('collectors.set', { id: what, ...(name === null ? {} : { name }), settings: values });
        terminal.line(`Changed ${what}.`);
        break;
      }
      case 'test': {
        const { readings } = await client.call('collectors.test', { kind: what, settings: read(kindOf(kinds, what), settings).values });
        for (const line of foundTable(readings)) terminal.line(line);
        break;
      }
      case 'on':
      case 'off':
        await client.call('collectors.set', { id: what, enabled: action === 'on' });
        terminal.line(`${what} is ${action}.`);
        break;
      case 'remove':
        await client.call('collectors.remove', { id: what });
        terminal.line(`Removed ${what}. What it recorded stays.`);
        break;
    }
    return 0;
  } finally {
    await running.close();
  }
}

type Tried = CommandOutput<'collectors.test'>['readings'];

/** What a test found: the value in its unit, beside what the device itself gave where that is something else. */
export function foundTable(readings: Tried): string[] {
  const isRaw = readings.some(({ raw }) => raw !== '');
  const columns = [
    { title: 'Device' },
    { title: 'Metric' },
    ...(isRaw ? [{ title: 'Raw' }] : []),
    { title: 'Value', align: 'right' as const },
    { title: '' },
  ];
  const rows = readings.map((reading) => [
    reading.device,
    reading.metric,
    ...(isRaw ? [reading.raw] : []),
    reading.value === null ? '—' : formatNumber(reading.value),
    [
      reading.value === null ? '' : metricOf(reading).unit.replace(/^1$/, ''),
      reading.provenance === 'unconfirmed' ? '(unconfirmed)' : '',
      reading.why === null ? '' : english(reading.why),
    ]
      .filter((part) => part !== '')
      .join(' '),
  ]);
  return formatTable(columns, rows);
}

type Frame = StreamFrame<'collectors.live'>;

/** The first frame that is as wanted, or the newest once patience has run out. */
function seen(client: RpcClient, wanted: (frame: Frame) => boolean): Promise<Frame> {
  return new Promise((resolve, reject) => {
    let newest: Frame | null = null;
    const end = (): void => {
      clearTimeout(timer);
      listening.dispose();
      if (newest) resolve(newest);
    };
    const timer = setTimeout(end, PATIENCE_MS);
    const listening = client.subscribe(
      'collectors.live',
      {},
      {
        onFrame(frame) {
          newest = frame;
          // Not within the call that makes `listening`.
          if (wanted(frame)) setImmediate(end);
        },
        onEnd: (error) => reject(error ?? new AppError('disconnected', message('message.core.lost'))),
      },
    );
  });
}

/** What there is, whether or not it has answered yet. */
export const firstFrame = (client: RpcClient): Promise<Frame> => seen(client, () => true);

/** Once each source has told something, or why it does not. */
export const answered = (client: RpcClient): Promise<Frame> =>
  seen(client, ({ collectors }) => collectors.every(({ condition }) => condition !== 'starting'));

function kindOf(kinds: readonly CollectorKindInfo[], id: string): CollectorKindInfo {
  const kind = kinds.find((one) => one.id === id);
  if (kind) return kind;
  const feeds = kinds.filter(({ isFeed }) => isFeed).map((one) => one.id);
  throw new UsageError(`There is no kind of source "${id}". There are: ${feeds.join(', ')}.`);
}

function read(kind: CollectorKindInfo, typed: SourcesRequest['settings']): { name: string | null; values: Record<string, ParamValue> } {
  let name: string | null = null;
  const values: Record<string, ParamValue> = {};
  for (const [key, text] of typed) {
    const spec = kind.params.find((param) => param.name === key);
    if (key === 'name' && !spec) name = text;
    else if (!spec)
      throw new UsageError(
        `${kind.id} has no setting "${key}". It has: ${['name', ...kind.params.map((param) => param.name)].join(', ')}.`,
      );
    else {
      const value = parseParam(spec, text);
      if (value === undefined) throw new UsageError(`${key}=${text}: ${english(message('message.param.number'))}.`);
      values[key] = value;
    }
  }
  return { name, values };
}

export function listSources(collectors: readonly CollectorInfo[], terminal: Terminal): void {
  const columns = [
    { title: 'Id' },
    { title: 'Name' },
    { title: 'State' },
    { title: 'Last reading' },
    { title: 'Series', align: 'right' as const },
  ];
  for (const line of formatTable(columns, collectors.map(row))) terminal.line(line);
  const failing = collectors.filter(({ error }) => error !== null);
  if (failing.length > 0) terminal.line('');
  for (const { id, error } of failing) terminal.line(`${id}: ${english(error ?? '')}`);
}

function row({ id, name, condition, lastAtMs, series }: CollectorInfo): string[] {
  const last = lastAtMs === null ? '—' : new Date(lastAtMs).toISOString().slice(0, 19).replace('T', ' ');
  return [id, english(name), condition, last, lastAtMs === null ? '—' : String(series)];
}

function describe({ id, name, params, canTest }: CollectorKindInfo, terminal: Terminal): void {
  terminal.line(`${id}: ${english(name)}${canTest ? '' : ', cannot be tested'}`);
  const rows = params.map(({ name: param, label, type, unit, choices, help, default: value }) => [
    `  ${param}`,
    choices ? choices.map((choice) => choice.value).join('|') : type === 'secret' ? 'name of a kept secret' : unit === '' ? type : unit,
    value === null ? '' : `default ${String(value)}`,
    english(help) || english(label),
  ]);
  for (const line of formatTable([{ title: '  Setting' }, { title: 'Value' }, { title: '' }, { title: 'What' }], rows)) terminal.line(line);
}
