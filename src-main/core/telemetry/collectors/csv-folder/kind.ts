import { english, message, MessageError, messageOf, type Message } from '@shared/text/message';
import { z } from 'zod';
import { isZone, systemZone } from '../../../transfer/csv/zones';
import type { Collector, TimedReadings } from '../../collector';
import { settableKind, type CollectorInstance, type CollectorSource, type TestReading } from '../../collector-kind';
import { refuseSetting } from '../../setting-refusal';
import { sensorItem } from '../items';
import { meterParams, meterReadings, meterSettings, type MeterValue } from '../meters/readings';
import { staleAfterS, staleParam } from '../meters/told-stale';
import { parseToldPoint, unquoted } from '../meters/told-value';
import { TableFolder, type TablePoint, type TableRow } from './files';

const SEPARATORS = { comma: ',', semicolon: ';', tab: '\t', bar: '|' } as const;
const DAY_S = 86_400;

const Settings = z.object({
  folder: z.string(),
  pattern: z.string(),
  everyS: z.number(),
  separator: z.enum(['comma', 'semicolon', 'tab', 'bar']),
  decimal: z.enum(['point', 'comma']),
  timeColumn: z.string(),
  order: z.enum(['year-first', 'day-first', 'month-first']),
  zone: z.string().nullable(),
  points: z.array(z.string()).readonly(),
  staleS: z.number().nullable(),
  ...meterSettings,
});
type Settings = z.infer<typeof Settings>;

const stale = { leastS: 3_600, maxS: 400 * DAY_S, step: 60, help: message('message.json.staleHelp') };

const choice = (value: string, label: Message): { value: string; label: Message } => ({ value, label });

/** A folder in which a logger, a gateway or a person puts tables: files that grow, and files that are dropped. */
export const csvFolderKind = settableKind<Settings>({
  id: 'csv-folder',
  name: message('message.feed.csvFolder'),
  isFeed: true,
  params: [
    { name: 'folder', label: message('message.table.folder'), type: 'text', default: null },
    {
      name: 'pattern',
      label: message('message.table.pattern'),
      type: 'text',
      default: '*.csv',
      help: message('message.table.patternHelp'),
    },
    { name: 'everyS', label: message('message.feed.everyS'), type: 'integer', unit: 's', min: 1, max: 3600, step: 1, default: 15 },
    { name: 'timeColumn', label: message('message.table.timeColumn'), type: 'text', default: null },
    {
      name: 'order',
      label: message('message.table.order'),
      type: 'choice',
      choices: [
        choice('year-first', message('message.table.yearFirst')),
        choice('day-first', message('message.table.dayFirst')),
        choice('month-first', message('message.table.monthFirst')),
      ],
      default: 'year-first',
    },
    {
      name: 'zone',
      label: message('message.told.zone'),
      type: 'text',
      default: null,
      optional: true,
      help: message('message.told.zoneHelp'),
    },
    {
      name: 'separator',
      label: message('message.table.separator'),
      type: 'choice',
      choices: [
        choice('comma', message('message.table.comma')),
        choice('semicolon', message('message.table.semicolon')),
        choice('tab', message('message.table.tab')),
        choice('bar', message('message.table.bar')),
      ],
      default: 'comma',
    },
    {
      name: 'decimal',
      label: message('message.table.decimal'),
      type: 'choice',
      choices: [choice('point', message('message.table.point')), choice('comma', message('message.table.comma'))],
      default: 'point',
    },
    { name: 'points', label: message('message.told.points'), type: 'list', default: null, help: message('message.table.pointsHelp') },
    staleParam(stale),
    ...meterParams,
  ],
  schema: Settings.superRefine(({ points, zone }, context) => {
    const refuse = (setting: string, why: Message): void => refuseSetting(context, setting, why);
    if (zone !== null && !isZone(zone)) refuse('zone', message('message.told.badZone', { zone }));
    try {
      points.forEach(tablePoint);
    } catch (error) {
      refuse('points', messageOf(error));
    }
  }),
  create: createFolder,
  async test({ settings, id, name }, { wallMs }) {
    const newest = newestOf(await folderOf(settings).newRows(wallMs()));
    if (newest === null) throw new MessageError(message('message.table.noRows', { folder: settings.folder }));
    return meterReadings(heldValues(newest, settings, wallMs()), settings, { id, label: english(name) });
  },
});

/** @throws {MessageError} naming what is wrong */
function tablePoint(text: string): TablePoint {
  const { where, options: _, ...point } = parseToldPoint(text);
  const [column = '', ...more] = where.map(unquoted);
  if (column === '' || more.length > 0)
    throw new MessageError(message('message.told.point', { point: text, what: `${where.join(' ')}: COLUMN, "COLUMN WITH SPACES"` }));
  return { ...point, column };
}

function folderOf({ folder, pattern, separator, decimal, timeColumn, order, zone, points }: Settings): TableFolder {
  const written = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new TableFolder(folder, new RegExp(`^${written.join('.*')}$`, 'i'), {
    separator: SEPARATORS[separator],
    decimal: decimal === 'comma' ? ',' : '.',
    timeColumn,
    order: order === 'year-first' ? null : order,
    zone: zone ?? systemZone(),
    points: points.map(tablePoint),
  });
}

const newestOf = (rows: readonly TableRow[]): TableRow | null => rows.at(-1) ?? null;

function heldValues({ atMs, values }: TableRow, settings: Settings, nowMs: number): MeterValue[] {
  const ageS = (nowMs - atMs) / 1000;
  return ageS <= staleAfterS(settings, stale)
    ? [...values]
    : values.map(({ atMs: _, ...value }) => ({ ...value, value: null, why: message('message.told.stale', { seconds: Math.round(ageS) }) }));
}

function createFolder(
  { id, name, settings }: CollectorInstance<Settings>,
  { wallMs }: { readonly wallMs: () => number },
): CollectorSource<Settings> {
  const folder = folderOf(settings);
  const instance = { id, label: english(name) };
  let newest: TableRow | null = null;
  let waiting: TimedReadings[] = [];
  /** By their own times, whatever is held now: a row that comes late is stored where it belongs. */
  const stored = ({ atMs, values }: TableRow): TimedReadings[] => {
    const there = values.filter(({ value }) => value !== null);
    if (there.length === 0) return [];
    const readings = meterReadings(there, { ...settings, counts: 'apart' }, instance);
    return [{ atMs, readings: readings.map(({ atMs: _, ...reading }: TestReading) => reading) }];
  };
  const collector: Collector = {
    id,
    periodMs: settings.everyS * 1000,
    async read() {
      const rows = await folder.newRows(wallMs());
      waiting.push(...rows.flatMap(stored));
      const last = newestOf(rows);
      if (last !== null && last.atMs >= (newest?.atMs ?? -Infinity)) newest = last;
      return newest === null ? [] : meterReadings(heldValues(newest, settings, wallMs()), settings, instance);
    },
    between() {
      const rows = waiting;
      waiting = [];
      return rows;
    },
    doctor: async () => {
      const count = newest?.values.filter(({ value }) => value !== null).length ?? 0;
      const found = message('message.told.works', { address: settings.folder, count });
      const { problem, problems } = folder;
      return [
        {
          ...sensorItem(
            id,
            problem === null ? 'works' : 'partial',
            problem === null ? found : message('message.table.problems', { found, count: problems, problem }),
          ),
          name,
        },
      ];
    },
    close: async () => undefined,
  };
  return { collectors: [collector] };
}
