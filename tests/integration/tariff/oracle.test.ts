import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TariffBill } from '@shared/tariff/bill';
import { needsProgram } from '../../helpers/needs';
import { random } from '../../helpers/random';
import { repoRoot } from '../../helpers/repo-root';
import { runToEnd } from '../headless/support';

// Each shipped tariff over a year of random load, as the terminal bills it, held against a reckoning of its own in Python, to the cent.
const python = '/usr/bin/python3';
const tariffs = join(repoRoot, 'resources', 'tariffs');
const zones: Readonly<Record<string, string>> = {
  'cn-industrial-tou': 'Asia/Shanghai',
  'us-demand-ratchet': 'America/Chicago',
  'de-dynamic': 'Europe/Berlin',
  'gb-half-hourly': 'Europe/London',
};
const names = readdirSync(tariffs).map((name) => name.replace(/\.json$/, ''));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldaisle-tariff-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** When a local year begins, ms: of these zones the year begins in winter time. */
const startOfYear = (zone: string, year: number): number => {
  const utc = Date.UTC(year, 0, 1);
  const shown = new Date(utc).toLocaleString('sv-SE', { timeZone: zone });
  return utc - (Date.parse(`${shown.replace(' ', 'T')}Z`) - utc);
};

describe.each(names)('%s', (name) => {
  it(
    'comes to the same cents of every line of a year as another reckoning',
    needsProgram(existsSync(python), 'python3', 'python3'),
    async () => {
      const zone = zones[name] ?? '';
      const next = random(name.length * 7919);
      const [fromMs, toMs] = [startOfYear(zone, 2025), startOfYear(zone, 2026)];
      const rows = ['start,kWh'];
      const prices = ['start,price'];
      for (let at = fromMs; at < toMs; at += 900_000) {
        const sells = name === 'de-dynamic' && next() < 0.02;
        rows.push(`${new Date(at).toISOString()},${((sells ? -1 : 1) * (40 + 90 * next() ** 3)).toFixed(3)}`);
        if (at % 3_600_000 === 0) prices.push(`${new Date(at).toISOString()},${(120 * next() - 20).toFixed(2)}`);
      }
      const load = join(folder, `${name}-load.csv`);
      const priceFile = join(folder, `${name}-prices.csv`);
      writeFileSync(load, `${rows.join('\n')}\n`);
      writeFileSync(priceFile, `${prices.join('\n')}\n`);
      const own = await runToEnd(['bill', '--tariff', name, '--load', load, '--zone', zone, '--prices', priceFile, '--json']);
      expect(own.err).toBe('');
      const bill = JSON.parse(own.out) as TariffBill;
      const told = execFileSync(python, [join(repoRoot, 'tests/oracle/bill.py'), join(tariffs, `${name}.json`), load, zone, priceFile], {
        encoding: 'utf8',
        maxBuffer: 1e8,
      });
      const other = JSON.parse(told) as { total: number; periods: { total: number; lines: [string, number][] }[] };
      expect(bill.periods.map(({ lines }) => lines.map((line) => [line.name, line.amount]))).toEqual(
        other.periods.map(({ lines }) => lines),
      );
      expect(bill.periods).toHaveLength(12);
      expect(bill.total).toBeCloseTo(other.total, 6);
      expect({ isComplete: bill.isComplete, code: own.code }).toEqual({ isComplete: true, code: 0 });
    },
  );
});
