import { Temporal } from 'temporal-polyfill';
import { billLoad, type TariffBill } from '@shared/tariff/bill';
import type { LoadInterval, PriceInterval } from '@shared/tariff/load';
import { Tariff } from '@shared/tariff/tariff';
import type { z } from 'zod';

export const tariff = (own: Partial<z.input<typeof Tariff>>): Tariff => Tariff.parse({ name: 'Test', currency: 'EUR', ...own });

export const local = (text: string, zone: string): number => Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;

/** A constant load in steps of the wall's minutes. */
export function constant(kw: number, fromMs: number, toMs: number, minutes = 15): LoadInterval[] {
  const stepMs = minutes * 60_000;
  return Array.from({ length: Math.round((toMs - fromMs) / stepMs) }, (_, i) => ({
    fromMs: fromMs + i * stepMs,
    toMs: fromMs + (i + 1) * stepMs,
    kwh: (kw * minutes) / 60,
  }));
}

/** The bill of a constant load from one local day to another. */
export function billOf(
  own: Partial<z.input<typeof Tariff>>,
  zone: string,
  from: string,
  to: string,
  load: number | readonly LoadInterval[] = 10,
  prices: ReadonlyMap<string, readonly PriceInterval[]> = new Map(),
): TariffBill {
  const [fromMs, toMs] = [local(from, zone), local(to, zone)];
  return billLoad({
    tariff: tariff(own),
    timeZone: zone,
    load: typeof load === 'number' ? constant(load, fromMs, toMs) : load,
    fromMs,
    toMs,
    prices,
  });
}
