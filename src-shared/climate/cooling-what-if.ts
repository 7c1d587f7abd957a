import { fittedPower } from '../energy/power-fit';
import type { CoolingNow } from '../model/cooling';
import { noChange, type CoolingChange, type CoolingWhatIf, type CoolingWhatIfs } from '../model/cooling-what-if';
import type { PowerFit } from '../model/power-fit';
import type { PowerPlace } from '../model/power-tree';
import { quantity, withheld, worstProvenance, type Quantity } from '../model/provenance';
import type { Facility } from '../model/settings';
import type { TimeRange } from '../model/time-range';
import type { WeatherYear } from '../model/weather';
import { message, type KeyedMessage } from '../text/message';
import { isLiquidFree, plantPower, type PlantWeather } from './plant-model';
import { classLimits } from './thermal-class';
import { wetBulbs } from './weather-year';

/** The cooling's power as it is, without any change. */
export interface CoolingModel {
  readonly basis: CoolingWhatIfs['basis'];
  readonly fittedOver: TimeRange | null;
  /** Expanded relative uncertainty of its energy over a year. */
  readonly uncertainty: number;
  /** W; null = beyond what it is known for: the settings' model stands in. */
  powerW(itW: number, weather: PlantWeather): number | null;
}

export interface WhatIfInput {
  readonly change: CoolingChange;
  readonly model: CoolingModel;
  readonly facility: Facility;
  readonly ratedW: number;
  readonly itW: Quantity;
  readonly year: WeatherYear | null;
  readonly now: Pick<CoolingNow, 'outdoor' | 'inletC' | 'dewPointC' | 'supplyC' | 'zones' | 'rti' | 'thermalClass'>;
  readonly pricePerKwh: number;
  readonly currency: string;
  readonly gridKgPerKwh: number;
}

const HOURS = 8_760;
/** Expanded relative uncertainties, by judgement: of a typical year's weather, and of one temperature in its place. */
const WEATHER = { year: 0.05, one: 0.5 } as const;
/** Of what a change does in the model of the plant. */
const OF_CHANGE = { supply: 0.4, fans: 0.2, economiser: 0.25, liquid: 0.35, together: 0.35 } as const;
/** A rise of the air over the racks that their own fans and cables still bear, K. */
const MAX_RISE_K = 20;
/** From here on the servers' own fans turn faster (ASHRAE TC 9.9), °C. */
const SERVER_FANS_C = 25;
/** Air runs back into the racks above so much, %. */
const RECIRCULATION = 105;

/** The model of the settings. Expanded uncertainty: the COPs of plants of one kind differ by a third. */
export const ASSUMED_UNCERTAINTY = 0.35;
export function assumedModel(facility: Facility, ratedW: number): CoolingModel {
  return {
    basis: 'assumed',
    fittedOver: null,
    uncertainty: ASSUMED_UNCERTAINTY,
    powerW: (itW, weather) => plantPower(itW, ratedW, facility, weather, noChange).totalW,
  };
}

/** A curve's own scatter says nothing of a year that is not as the time it was fitted to. */
const LEAST_FITTED = 0.05;

/** Curves that were fitted to the meters of all that cools; null = some of it has none. */
export function fittedModel(fits: readonly PowerFit[], places: readonly PowerPlace[]): CoolingModel | null {
  const cooling = places.filter(({ kind }) => kind === 'cooling');
  const own = cooling.flatMap(({ id }) => fits.find((fit) => fit.kind === 'cooling' && fit.of === id) ?? []);
  if (own.length === 0 || own.length < cooling.length) return null;
  const sumAt = (at: (fit: PowerFit) => number | null): number | null =>
    own.reduce<number | null>((sum, fit) => {
      const power = at(fit);
      return sum === null || power === null ? null : sum + power;
    }, 0);
  const meanW = sumAt((fit) => fittedPower(fit, fit.meanLoadW, fit.meanOutdoorC));
  const scatterW = Math.hypot(...own.map(({ scaleW }) => scaleW));
  return {
    basis: 'fitted',
    fittedOver: { fromMs: Math.min(...own.map(({ fromMs }) => fromMs)), toMs: Math.max(...own.map(({ toMs }) => toMs)) },
    uncertainty: meanW === null || meanW <= 0 ? ASSUMED_UNCERTAINTY : Math.max(LEAST_FITTED, (2 * scatterW) / meanW),
    powerW: (itW, { dryBulbC }) => sumAt((fit) => fittedPower(fit, itW, dryBulbC)),
  };
}

/** What changes of the cooling come to in a year at the present IT power: each by itself, then together. */
export function coolingWhatIfs(input: WhatIfInput): CoolingWhatIfs {
  const { change, itW, model, year, now, facility, currency } = input;
  const { hours, scale, basis, name } = weatherOf(input);
  const { change: limited, limits: fanLimits } = limitedFans(input);
  const parts = {
    supply: { ...noChange, supplyK: limited.supplyK },
    fans: { ...noChange, fanSpeed: limited.fanSpeed },
    economiser: { ...noChange, economiserK: limited.economiserK },
    liquid: { ...noChange, liquidShare: limited.liquidShare, liquidSupplyC: limited.liquidSupplyC },
    together: limited,
  } satisfies Record<CoolingWhatIf['id'], CoolingChange>;
  const base = yearOf(input, hours, scale, noChange);
  const provenance = worstProvenance(['modelled', itW.provenance]);
  const weatherError = year === null ? WEATHER.one : WEATHER.year;
  const rows = (Object.keys(parts) as CoolingWhatIf['id'][]).map((id): CoolingWhatIf => {
    const limits = limitsOf(id, input, hours, scale, fanLimits);
    if (base === null) {
      const none = withheld('kWh', itW.withheld ?? 'missing', provenance);
      return { id, savedKwh: none, uncertaintyKwh: null, savedShare: null, savedMoney: null, savedKg: null, limits };
    }
    const saved = base.kwh - (yearOf(input, hours, scale, parts[id])?.kwh ?? base.kwh);
    return {
      id,
      savedKwh: quantity(saved, 'kWh', provenance),
      uncertaintyKwh: Math.abs(saved) * Math.hypot(model.uncertainty, weatherError, OF_CHANGE[id]),
      savedShare: base.kwh > 0 ? saved / base.kwh : null,
      savedMoney: saved * input.pricePerKwh,
      savedKg: saved * input.gridKgPerKwh,
      limits,
    };
  });
  return {
    basis: model.basis,
    fittedOver: model.fittedOver,
    itW,
    weather: basis,
    weatherName: name,
    coolingKwh: base === null ? withheld('kWh', itW.withheld ?? 'missing', provenance) : quantity(base.kwh, 'kWh', provenance),
    economiserHours: change.economiserK === null ? null : economiserHours(facility, hours, scale, parts.economiser),
    currency,
    rows: rows.map((row) =>
      now.inletC.value === null && row.id === 'supply' ? { ...row, limits: [...row.limits, message('message.whatIf.noInlet')] } : row,
    ),
  };
}

interface Weather {
  readonly hours: readonly PlantWeather[];
  /** Hours of the year that each stands for. */
  readonly scale: number;
  readonly basis: CoolingWhatIfs['weather'];
  readonly name: string;
}

function weatherOf({ year, now, facility }: WhatIfInput): Weather {
  if (year !== null) {
    const wet = wetBulbs(year);
    const hours: PlantWeather[] = [];
    year.dryBulbC.forEach((dryBulbC, hour) => {
      const wetBulb = wet[hour] ?? NaN;
      if (!Number.isNaN(dryBulbC)) hours.push({ dryBulbC, wetBulbC: Number.isNaN(wetBulb) ? null : wetBulb });
    });
    if (hours.length > 0) return { hours, scale: HOURS / hours.length, basis: 'year', name: year.name };
  }
  const { dryBulbC, wetBulbC, basis } = now.outdoor;
  if (dryBulbC.value !== null && basis !== null)
    return { hours: [{ dryBulbC: dryBulbC.value, wetBulbC: wetBulbC.value }], scale: HOURS, basis, name: '' };
  const assumedC = facility.cooling.mode === 'outdoor' ? facility.cooling.outdoorDryBulbC : 20;
  return { hours: [{ dryBulbC: assumedC, wetBulbC: null }], scale: HOURS, basis: 'settings', name: '' };
}

/** The model's power, times what the plant's model makes of the change at that hour. */
function yearOf(
  { itW, ratedW, facility, model }: WhatIfInput,
  hours: readonly PlantWeather[],
  scale: number,
  change: CoolingChange,
): { readonly kwh: number } | null {
  const { value } = itW;
  if (value === null) return null;
  let wh = 0;
  for (const weather of hours) {
    const before = plantPower(value, ratedW, facility, weather, noChange).totalW;
    const after = plantPower(value, ratedW, facility, weather, change).totalW;
    const toldW = model.powerW(value, weather) ?? before;
    wh += before > 0 ? (toldW * after) / before : toldW;
  }
  return { kwh: (wh * scale) / 1_000 };
}

function economiserHours(facility: Facility, hours: readonly PlantWeather[], scale: number, change: CoolingChange) {
  const shares = hours.map((weather) => plantPower(1, 1, facility, weather, change).economiserShare);
  return {
    full: Math.round(shares.filter((share) => share >= 1).length * scale),
    partial: Math.round(shares.filter((share) => share > 0 && share < 1).length * scale),
  };
}

/** Slower fans let the racks' air get warmer: no slower than the rise that racks bear. */
function limitedFans({ change, now }: WhatIfInput): { readonly change: CoolingChange; readonly limits: readonly KeyedMessage[] } {
  const rises = now.zones.flatMap(({ riseK }) => riseK.value ?? []);
  if (rises.length === 0 || change.fanSpeed >= 1) return { change, limits: [] };
  const warmest = Math.max(...rises);
  const least = Math.min(1, warmest / MAX_RISE_K);
  if (change.fanSpeed >= least) return { change, limits: [] };
  const limits = [message('message.whatIf.rise', { riseK: MAX_RISE_K, percent: Math.round(least * 100) })];
  return { change: { ...change, fanSpeed: least }, limits };
}

function limitsOf(
  id: CoolingWhatIf['id'],
  { change, now, facility, year }: WhatIfInput,
  hours: readonly PlantWeather[],
  scale: number,
  fanLimits: readonly KeyedMessage[],
): KeyedMessage[] {
  if (id === 'together') return [];
  if (id === 'fans') {
    const back = change.fanSpeed < 1 && (now.rti.value ?? 0) > RECIRCULATION ? [message('message.whatIf.recirculation')] : [];
    return [...fanLimits, ...back];
  }
  if (id === 'economiser') {
    if (change.economiserK === null) return [];
    return [
      ...(year !== null && hours.every(({ wetBulbC }) => wetBulbC === null) ? [message('message.whatIf.dryBulb')] : []),
      ...(facility.cooling.mode === 'fixed' ? [message('message.whatIf.water')] : []),
    ];
  }
  if (id === 'liquid') {
    if (change.liquidShare === 0) return [];
    const warm = Math.round(hours.filter((weather) => !isLiquidFree(weather, change)).length * scale);
    return warm === 0 ? [] : [message('message.whatIf.liquidWarm', { hours: warm })];
  }
  return supplyLimits(change.supplyK, now);
}

function supplyLimits(supplyK: number, { inletC, dewPointC, supplyC, thermalClass }: WhatIfInput['now']): KeyedMessage[] {
  const limits: KeyedMessage[] = [];
  const { recommended, allowable } = classLimits[thermalClass];
  const inlet = inletC.value === null ? null : inletC.value + supplyK;
  const temperature = (value: number): number => Math.round(value * 10) / 10;
  if (inlet !== null && supplyK > 0) {
    const params = { inletC: temperature(inlet), class: thermalClass };
    if (inlet > allowable.maxC) limits.push(message('message.whatIf.allowable', { ...params, limitC: allowable.maxC }));
    else if (inlet > recommended.maxC) limits.push(message('message.whatIf.recommended', { ...params, limitC: recommended.maxC }));
    if (inlet > SERVER_FANS_C) limits.push(message('message.whatIf.serverFans'));
  }
  if (supplyK < 0 && dewPointC.value !== null && supplyC.value !== null && supplyC.value + supplyK <= dewPointC.value)
    limits.push(message('message.whatIf.condensation', { dewPointC: temperature(dewPointC.value) }));
  return limits;
}
