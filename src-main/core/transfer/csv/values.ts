import { AppError } from '@shared/contract/errors';
import type { CsvTool } from '@shared/model/import';
import type { MetricDefinition } from '@shared/model/metric';
import { isMetricId, metricDef } from '@shared/model/metrics';
import { message } from '@shared/text/message';
import { OWN_DEVICE, type MappingRule } from '../mapping';
import { columnName, type ColumnName } from './column-names';
import { catalogueColumn, meantUnit, pathDevice, pathUnit } from './known-columns';
import { columnNamed, ELAPSED_NAMES, type Column, type Layout } from './layout';
import { conversion, unitOf } from './units';
import type { InputHints } from './input-hints';

/** What the values of one column, or of one named series of a long file, are. */
export interface Meaning {
  readonly metric: string;
  /** Of a metric that is not in the catalogue. */
  readonly definition: MetricDefinition | null;
  /** The device that the name itself tells; null = the row's. */
  readonly device: string | null;
  /** Labels in the name, as of a Prometheus series. */
  readonly labels: ReadonlyMap<string, string>;
  /** The unit of a number without one behind it; '' = not known. */
  readonly unit: string;
  /** The unit that values are kept in; '' = not known. */
  readonly kept: string;
  readonly rule: MappingRule | null;
}

export interface Value extends Meaning {
  readonly index: number;
  /** As an error or a mapping names it. */
  readonly key: string;
  /** Nothing but missing values was seen: it may never have any. */
  readonly isEmpty: boolean;
}

/** What a name means. @param cell the unit behind the numbers, and the digits of these */
export function meaningOf(
  name: ColumnName,
  cell: { readonly unit: string | null; readonly digits: number },
  tool: CsvTool | null,
  path: string | null,
): Meaning {
  const unit = meantUnit(name, cell.unit, tool) ?? (path === null ? null : pathUnit(path));
  const known = catalogueColumn(name, unit, tool, path);
  const common = { labels: name.labels, rule: null };
  if (known !== null)
    return {
      ...common,
      metric: known.metric,
      definition: null,
      device: known.device,
      unit: known.unit,
      kept: metricDef(known.metric).unit,
    };
  const device = path !== null ? pathDevice(path) : null;
  return {
    ...common,
    ...openMetric(quantities[name.base] ?? (name.base === '' ? name.text : name.base), unit ?? '', cell.digits),
    device,
    unit: unit ?? '',
  };
}

/** What a column is of which only the unit is given. */
const quantities: Readonly<Record<string, string>> = {
  W: 'power',
  kW: 'power',
  Wh: 'energy',
  kWh: 'energy',
  '°C': 'temperature',
  Hz: 'frequency',
  kHz: 'frequency',
  MHz: 'frequency',
  GHz: 'frequency',
  rpm: 'speed',
};

/** A metric of the file's own, with the unit the file tells, brought to the one the app shows. */
function openMetric(name: string, unit: string, digits: number): Pick<Meaning, 'metric' | 'definition' | 'kept'> {
  const kept = unitOf(unit)?.base ?? unit;
  const metric = name.slice(0, 200);
  const kind = kept.endsWith('/s') ? 'rate' : /_total$/.test(name) ? 'counter' : 'gauge';
  const scaled = (unitOf(unit)?.factor ?? 1) >= 1000 ? 0 : digits;
  return {
    metric,
    kept,
    definition: { name: metric, unit: kept.slice(0, 40), kind, digits: Math.max(scaled, kept === 'B' ? 0 : 1), range: null },
  };
}

/** What a mapping makes of a column or series; null = nothing, it is left out. */
export function ruledMeaning(
  rule: MappingRule,
  name: ColumnName,
  cell: { readonly unit: string | null; readonly digits: number },
  tool: CsvTool | null,
): Meaning | null {
  const { metric } = rule;
  if (metric === null) return null;
  const unit = meantUnit(name, cell.unit, tool) ?? '';
  const device = rule.device === OWN_DEVICE && metric.startsWith('gpu.') ? 'gpu0' : null;
  const common = { labels: name.labels, rule, unit, device };
  return isMetricId(metric)
    ? { ...common, metric, definition: null, kept: metricDef(metric).unit }
    : { ...common, ...openMetric(metric, unit, cell.digits) };
}

/**
 * A number in a column, in the unit that is kept; a mapping's factor is the person's word and counts on the number as it stands.
 * @returns null when its own unit is of another quantity
 */
export function keptValue({ unit, kept, rule }: Meaning, value: number, cellUnit: string): number | null {
  if (rule !== null && rule.scale !== 1) return value * rule.scale;
  const from = cellUnit === '' ? unit : cellUnit;
  if (from === kept || from === '' || kept === '' || kept === '1') return value;
  const between = conversion(from, kept);
  if (between === null) return cellUnit === '' || cellUnit === unit || (rule !== null && unitOf(from) === null) ? value : null;
  return between.factor === 1 && between.offset === 0 ? value : value * between.factor + between.offset;
}

/**
 * The columns of values, each with a metric of its own: where two would be the same series, the second keeps its own name.
 * @throws {AppError} `invalid-input` for two columns of one name that nothing tells apart
 */
export function valuesOf({ columns, time, tool }: Layout, rules: readonly MappingRule[], identity: ReadonlySet<number>): Value[] {
  const ruled = new Map<number, MappingRule[]>();
  for (const rule of rules) {
    const column = columnNamed(columns, rule.name);
    if (column !== null) ruled.set(column.index, [...(ruled.get(column.index) ?? []), rule]);
  }
  const isValue = ({ index, name, content, isCount }: Column): boolean =>
    !identity.has(index) &&
    (content === 'number' || content === 'empty') &&
    !isCount &&
    !ELAPSED_NAMES.test(name.text) &&
    !(tool === 'sadf' && name.base === 'interval');
  const taken = columns.filter((column) => !time.columns.includes(column.index) && (ruled.has(column.index) || isValue(column)));
  refuseTwins(columns, new Set(ruled.keys()), tool, time.hints);
  const used = new Set<string>();
  return taken.flatMap((column): Value[] => {
    const { index, key, name, content, cellUnit, digits, path } = column;
    const cell = { unit: cellUnit, digits };
    const given = ruled.get(index);
    if (given) {
      return given.flatMap((rule) => {
        const meaning = ruledMeaning(rule, name, cell, tool);
        return meaning === null ? [] : [{ index, key, isEmpty: false, ...meaning }];
      });
    }
    // The second of one name may be of another device: it claims none.
    const twin = key === name.text ? null : (/#\d+$/.exec(key)?.[0] ?? null);
    const found = meaningOf(name, cell, tool, path);
    const own = (text: string): Meaning => ({
      ...found,
      ...openMetric(text, found.unit, digits),
      device: twin === null ? found.device : null,
    });
    const names = [...(twin === null ? [found, own(name.base)] : [own(`${name.base}${twin}`)]), own(key)];
    const meaning = names.find((one) => !used.has(seriesOf(one))) ?? found;
    used.add(seriesOf(meaning));
    return [{ index, key, isEmpty: content === 'empty', ...meaning }];
  });
}

function seriesOf({ device, metric, labels }: Meaning): string {
  return JSON.stringify([device, metric, [...labels]]);
}

/** HWiNFO gives sensors of several devices one name, always in one order; of any other file the second may be anything. */
function refuseTwins(columns: readonly Column[], ruled: ReadonlySet<number>, tool: CsvTool | null, hints: InputHints): void {
  if (tool === 'hwinfo') return;
  const twin = columns.find(
    ({ index, key, name, content }) =>
      content !== 'text' && name.text !== '' && /#\d+$/.test(key) && key !== name.text && columnKey(key) === name.text && !ruled.has(index),
  );
  if (twin === undefined) return;
  const places = columns.filter(({ name }) => name.text === twin.name.text).map(({ index }) => index + 1);
  throw new AppError(
    'invalid-input',
    message('message.csv.twins', {
      column: twin.name.text,
      places: places.join(', '),
      second: twin.key,
      option: hints.twins(twin.name.text, twin.key),
    }),
  );
}

function columnKey(key: string): string {
  return columnName(key.replace(/#\d+$/, '')).text;
}
