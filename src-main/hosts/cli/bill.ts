import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '@shared/contract/errors';
import { billLoad, type Lacking, type TariffBill } from '@shared/tariff/bill';
import type { PriceInterval } from '@shared/tariff/load';
import { Tariff } from '@shared/tariff/tariff';
import { readLoad, readPrices, type LoadFile, type LoadFileOptions } from '../../core/tariff/load-file';
import { chosenZone } from '../../core/transfer/csv/settings-messages';
import { momentIn } from '../../core/transfer/csv/zones';
import { formatNumber, formatTable, type Column } from './format';
import type { Terminal } from './terminal';
import { UsageError } from './usage';

export type BillRequest =
  | { readonly show: 'schema' }
  | { readonly show: 'list' }
  | {
      readonly show: 'bill';
      /** A file, or the name of a shipped one. */
      readonly tariff: string;
      readonly load: string;
      readonly zone: string | null;
      readonly from: string | null;
      readonly to: string | null;
      /** FILE, or CHARGE=FILE. */
      readonly prices: readonly string[];
      readonly options: Omit<LoadFileOptions, 'timeZone'>;
      readonly json: boolean;
    };

/** Prints what a load costs. @param folder of the shipped tariffs @returns the exit code: 1 when part of it could not be reckoned */
export async function printBill(request: BillRequest, folder: string, terminal: Terminal): Promise<number> {
  if (request.show === 'schema') {
    terminal.line(JSON.stringify(z.toJSONSchema(Tariff, { io: 'input' }), null, 2));
    return 0;
  }
  if (request.show === 'list') {
    for (const name of shipped(folder)) for (const line of describe(join(folder, name))) terminal.line(line);
    return 0;
  }
  const file = tariffFile(request.tariff, folder);
  const tariff = readTariff(file);
  const timeZone = chosenZone(request.zone ?? tariff.timeZone ?? null);
  const load = await readLoad(request.load, { ...request.options, timeZone });
  const fromMs = edge('--from', request.from, timeZone) ?? load.load[0]?.fromMs ?? 0;
  const toMs = edge('--to', request.to, timeZone) ?? load.load.at(-1)?.toMs ?? 0;
  if (toMs <= fromMs) throw new UsageError('--to must be after --from; the day named by --to is not part of the bill.');
  const prices = await pricesOf(tariff, file, request.prices, timeZone);
  const bill = billLoad({ tariff, timeZone, load: load.load, fromMs, toMs, prices });
  if (request.json) terminal.line(JSON.stringify({ ...bill, load: about(load), provenance: 'derived' }, null, 2));
  else print(bill, load, tariff, terminal);
  return bill.isComplete ? 0 : 1;
}

const about = ({ load, ...rest }: LoadFile): object => ({ ...rest, intervals: load.length });

const shipped = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.json'));

/** Its name, and below it what it is and where its form is from. */
function describe(path: string): string[] {
  const { description, source, date } = readTariff(path);
  const origin = [source, date].filter((part) => part !== undefined).join(', ');
  return [basename(path, '.json'), ...[description, origin].flatMap((text) => (text ? [`  ${text}`] : []))];
}

function tariffFile(typed: string, folder: string): string {
  if (existsSync(typed)) return resolve(typed);
  const own = join(folder, `${typed}.json`);
  if (/^[\w-]+$/.test(typed) && existsSync(own)) return own;
  throw new AppError('not-found', `There is no tariff file ${resolve(typed)}, and none of that name is shipped: bill --list.`);
}

/** @throws UsageError with the place and the fault of what is no tariff */
function readTariff(path: string): Tariff {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`${path} is no JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const parsed = Tariff.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${path} is no tariff at ${issue?.path.join('.') || 'its top'}: ${issue?.message ?? ''}. See bill --schema.`);
}

function edge(option: string, typed: string | null, timeZone: string): number | null {
  if (typed === null) return null;
  const atMs = momentIn(timeZone, typed);
  if (atMs === null) throw new UsageError(`${option} ${typed}: a day as 2026-01-31, or a moment as 2026-01-31T06:00, is needed.`);
  return atMs;
}

/** The prices of each charge that has changing ones: from the file named for it, or beside the tariff. */
async function pricesOf(
  tariff: Tariff,
  tariffPath: string,
  given: readonly string[],
  timeZone: string,
): Promise<Map<string, readonly PriceInterval[]>> {
  const charges = [
    ...tariff.energy.map(({ name, hourly }) => ({ name, hourly })),
    { name: 'export', hourly: tariff.export?.hourly },
  ].flatMap(({ name, hourly }) => (hourly === undefined ? [] : [{ name, hourly }]));
  const named = new Map(
    given.map((text): [string, string] => {
      const at = existsSync(text) ? -1 : text.indexOf('=');
      return at === -1 ? ['', text] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
  for (const name of named.keys())
    if (name !== '' && !charges.some((charge) => charge.name === name))
      throw new UsageError(`--prices ${name}=…: the tariff has no charge "${name}" with changing prices.`);
  const prices = new Map<string, readonly PriceInterval[]>();
  for (const { name, hourly } of charges) {
    const beside = hourly.file === undefined ? undefined : join(dirname(tariffPath), hourly.file);
    const path = named.get(name) ?? named.get('') ?? beside;
    if (path === undefined) continue;
    prices.set(name, await readPrices(path, timeZone, hourly.unit === 'per-MWh' ? 0.001 : 1));
  }
  return prices;
}

const columns: readonly Column[] = [
  { title: 'line' },
  { title: 'part' },
  { title: 'quantity', align: 'right' },
  { title: 'unit' },
  { title: 'price', align: 'right' },
  { title: 'amount', align: 'right' },
];

function print(bill: TariffBill, load: LoadFile, tariff: Tariff, terminal: Terminal): void {
  const { digits } = tariff.rounding;
  const money = (amount: number): string => `${amount.toFixed(digits)} ${bill.currency}`;
  terminal.line(`${bill.tariff}${tariff.example === true ? ' (an example, no current price list)' : ''} · ${bill.timeZone}`);
  for (const period of bill.periods) {
    terminal.line('');
    terminal.line(`${period.from} – ${period.to} · ${formatNumber(period.kwh)} kWh`);
    const rows = period.lines.map(({ name, part, quantity, unit, price, amount }) => [
      name,
      part ?? '',
      formatNumber(quantity),
      unit,
      price === null ? '' : String(price),
      money(amount),
    ]);
    for (const line of formatTable(columns, [...rows, ['total', '', '', '', '', money(period.total)]])) terminal.line(line);
    for (const { charge, measured, from, ratchet, billed, unit, windowMinutes, incompleteWindows } of period.peaks)
      terminal.line(
        [
          `${charge}: ${measured === null ? 'no peak is known' : `${formatNumber(measured)} ${unit} in the ${windowMinutes} min from ${from ?? ''}`}`,
          ratchet === null ? '' : `at least ${formatNumber(ratchet)} ${unit} by the months before`,
          billed === null ? '' : `billed ${formatNumber(billed)} ${unit}`,
          incompleteWindows === 0 ? '' : `${incompleteWindows} windows not whole`,
        ]
          .filter((part) => part !== '')
          .join('; '),
      );
  }
  terminal.line('');
  terminal.line(`Total ${money(bill.total)} for ${formatNumber(bill.kwh)} kWh${bill.isComplete ? '' : ', of what could be reckoned'}`);
  if (bill.exportedKwh > 0) terminal.line(`Delivered ${formatNumber(bill.exportedKwh)} kWh`);
  for (const one of bill.lacking.slice(0, 10)) terminal.note(wordsOf(one));
  if (bill.lacking.length > 10) terminal.note(`and ${bill.lacking.length - 10} more`);
  if (load.badCount > 0)
    terminal.note(`${load.badCount} lines could not be read, the first is ${load.bad[0]?.line ?? 0}: ${load.bad[0]?.why ?? ''}`);
  if (load.repeated > 0) terminal.note(`${load.repeated} rows have a time that was there before; the first of each counts`);
}

function wordsOf(one: Lacking): string {
  const span = `${one.from} – ${one.to}`;
  if (one.what === 'load') return `The load is not known: ${span}`;
  if (one.what === 'price') return `No price of "${one.charge}" for ${formatNumber(one.kwh)} kWh: ${span}`;
  if (one.what === 'band') return `No charge holds for ${formatNumber(one.kwh)} kWh: ${span}`;
  return `No peak of "${one.charge}" is known: ${span}`;
}
