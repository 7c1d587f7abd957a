import { setTimeout as delay } from 'node:timers/promises';
import type { CoolingNow, CoolingReport } from '@shared/model/cooling';
import type { Quantity } from '@shared/model/provenance';
import type { TimeRange } from '@shared/model/time-range';
import type { RpcClient } from '@shared/rpc/client';
import type { CoolingChange } from '@shared/model/cooling-what-if';
import type { CliContext } from './command';
import { plantLines, printWhatIfs, reportLines } from './cooling-plant';
import { formatDuration, formatNumber, formatQuantity, formatTable } from './format';
import type { Terminal } from './terminal';

export interface CoolingRequest {
  readonly dataDir: string | null;
  /** Null = this moment. */
  readonly range: TimeRange | null;
  readonly json: boolean;
  /** What is to be tried; null = nothing. */
  readonly change: CoolingChange | null;
}

/** A core that has just begun has not read every source yet, ms. */
const PATIENCE_MS = 6_000;
const ASK_MS = 300;
const MAX_EXCURSIONS = 20;
/** Characters of a name, with the space behind it. */
const LABEL = 18;

const NO_VALUE = '—';
const tenths = (value: number | null): string => (value === null ? NO_VALUE : value.toFixed(1));
const share = (value: number | null): string => (value === null ? NO_VALUE : (value * 100).toFixed(1));

/** Says how the room is cooled. @returns the exit code: 1 when no sensor is read, or none is at an inlet */
export async function printCooling({ dataDir, range, json, change }: CoolingRequest, context: CliContext): Promise<number> {
  const running = await context.openCore(context.paths(dataDir));
  const { terminal } = context;
  try {
    if (change !== null) {
      // A core that has just begun does not know its room yet.
      await firstPower(running.client);
      const told = await running.client.call('cooling.whatIf', change);
      if (json) terminal.line(JSON.stringify(told, null, 2));
      else printWhatIfs(told, terminal);
      return told.coolingKwh.value === null ? 1 : 0;
    }
    const told = range === null ? await firstAir(running.client) : await running.client.call('cooling.report', range);
    if (json) terminal.line(JSON.stringify(told, null, 2));
    else if ('inlets' in told) printReport(told, terminal);
    else printNow(told, terminal);
    return ('inlets' in told ? told.inlets.length : told.sensors.filter(({ role }) => role === 'inlet').length) > 0 ? 0 : 1;
  } finally {
    await running.close();
  }
}

async function firstAir(client: RpcClient): Promise<CoolingNow> {
  const untilMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const now = await client.call('cooling.now', {});
    if (now.inletC.value !== null || Date.now() > untilMs) return now;
    await delay(ASK_MS);
  }
}

/** Heat, or the time is up. */
async function firstPower(client: RpcClient): Promise<void> {
  const untilMs = Date.now() + PATIENCE_MS;
  while ((await client.call('cooling.now', {})).plant.heatW.value === null && Date.now() < untilMs) await delay(ASK_MS);
}

function printNow(now: CoolingNow, terminal: Terminal): void {
  const facts: readonly (readonly [string, Quantity])[] = [
    ['Warmest inlet', now.inletC],
    ['Supply air', now.supplyC],
    ['Return air', now.returnC],
    ['Outdoor air', now.outdoor.dryBulbC],
    ['Outdoor wet bulb', now.outdoor.wetBulbC],
    ['Dew point', now.dewPointC],
    ['RCI high', now.rciHigh],
    ['RCI low', now.rciLow],
    ['RTI', now.rti],
    ['SHI', now.shi],
  ];
  terminal.line(`Class ${now.thermalClass} (ASHRAE TC 9.9)`);
  for (const [name, quantity] of facts) terminal.line(`  ${name.padEnd(LABEL)}${formatQuantity(quantity)}`);
  for (const line of plantLines(now.plant)) terminal.line(line);
  if (now.zones.length === 0) {
    terminal.line('No sensor is known to be at an inlet: say of each where it is, on the page Cooling, Sensors.');
    return;
  }
  terminal.line('');
  const rows = now.zones.map(({ name, inletC, outletC, riseK, powerW, airflow, level }) => [
    name,
    tenths(inletC.value),
    tenths(outletC.value),
    tenths(riseK.value),
    powerW.value === null ? NO_VALUE : formatNumber(powerW.value),
    airflow.value === null ? NO_VALUE : formatNumber(airflow.value),
    level ?? 'not known',
  ]);
  const right = (title: string): { title: string; align: 'right' } => ({ title, align: 'right' });
  const columns = [
    { title: 'RACK' },
    right('INLET °C'),
    right('OUTLET °C'),
    right('RISE K'),
    right('POWER W'),
    right('AIR m³/h'),
    { title: 'STATE' },
  ];
  for (const line of formatTable(columns, rows)) terminal.line(line);
}

function printReport(report: CoolingReport, terminal: Terminal): void {
  for (const line of reportLines(report.plant)) terminal.line(line);
  if (report.inlets.length === 0) {
    terminal.line('No sensor is known to be at an inlet: say of each where it is, on the page Cooling, Sensors.');
    return;
  }
  const right = (title: string): { title: string; align: 'right' } => ({ title, align: 'right' });
  terminal.line(`Class ${report.thermalClass}, ${new Date(report.fromMs).toISOString()} to ${new Date(report.toMs).toISOString()}`);
  terminal.line(`RCI high ${formatQuantity(report.rciHigh)}, RCI low ${formatQuantity(report.rciLow)}`);
  terminal.line('');
  const rows = report.inlets.map((inlet) => [
    inlet.label || inlet.device,
    tenths(inlet.minC),
    tenths(inlet.meanC),
    tenths(inlet.maxC),
    share(inlet.recommendedShare),
    share(inlet.allowableShare),
    tenths(inlet.quarterK),
    tenths(inlet.hourK),
    share(inlet.coverage),
  ]);
  const columns = [
    { title: 'INLET' },
    ...['LOWEST °C', 'MEAN °C', 'HIGHEST °C', 'RECOMMENDED %', 'ALLOWED %', 'IN 15 MIN K', 'IN 1 H K', 'KNOWN %'].map(right),
  ];
  for (const line of formatTable(columns, rows)) terminal.line(line);
  terminal.line('');
  for (const { label, device, limits, side, fromMs, toMs, extremeC, isOpen } of report.excursions.slice(0, MAX_EXCURSIONS))
    terminal.line(
      `${new Date(fromMs).toISOString()}  ${label || device}: ${side === 'above' ? 'warmer' : 'colder'} than ${limits === 'allowable' ? 'allowed' : limits} ` +
        `for ${isOpen ? 'at least ' : ''}${formatDuration(toMs - fromMs)}, ${tenths(extremeC)} °C`,
    );
  const more = report.excursions.length - MAX_EXCURSIONS + report.moreExcursions;
  if (report.excursions.length === 0) terminal.line('No inlet left the recommended temperatures.');
  else if (more > 0) terminal.line(`and ${more} more`);
}
