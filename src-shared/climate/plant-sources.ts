import type { CoolingUnit } from '../model/cooling-plant';
import { lineOf } from '../model/meter-part';
import type { PowerPlace } from '../model/power-tree';

/** A series by whose it is. */
export interface Told {
  readonly device: string;
  readonly label: string;
}

/** Which devices tell of the plant, and what. */
export interface PlantSources {
  /** Heat meters of what is removed, to be added up. */
  readonly heat: readonly string[];
  /** Several heat meters that nobody placed: which of them measures all is not known. */
  readonly isHeatUnclear: boolean;
  /** The only meter of flow. */
  readonly flow: string | null;
  /** Meters whose powers are the cooling's; null = some of it is metered nowhere. */
  readonly power: readonly string[] | null;
  /** Those of chillers among them. */
  readonly chillerPower: readonly string[];
}

const CHILLER = /chiller|compressor|\bdx\b|冷水机|冷机|压缩机/i;
const CRAH = /\bcra[hc]\d*\b|crah|crac|air.?handl|\bahu\b|in.?row|fan.?(coil|wall)|空调|风机/i;
const OTHER = /cooling|cooler|tower|pump|\bcdu\b|冷却|制冷|冷冻|水泵|冷源/i;
/** All of them together: what the units tell is in it already. */
const WHOLE = /\bplant\b|\btotal\b|冷源|冷站|总/i;

/** Whether a name says that it is of all that cools. */
export const isWholePlant = (name: string): boolean => WHOLE.test(name);

const nameOf = ({ device, label }: Told): string => `${device} ${label}`.replaceAll(/[_/-]+/g, ' ');

/** What a unit is by its name; null = nothing that cools. */
export function unitKind(name: string): CoolingUnit['kind'] | null {
  return CHILLER.test(name) ? 'chiller' : CRAH.test(name) ? 'crah' : OTHER.test(name) ? 'other' : null;
}

/** Meters placed on cooling: at its input what it draws and what heat it removes, at its output the heat that it hands over. */
export function coolingMeters(places: readonly PowerPlace[], side: 'input' | 'output'): string[] {
  return places
    .filter(({ kind }) => kind === 'cooling')
    .flatMap(({ meters }) => meters.flatMap((own) => (own.side === side ? own.device : [])));
}

export interface SourcesInput {
  readonly places: readonly PowerPlace[];
  readonly heat: readonly Told[];
  readonly flow: readonly Told[];
  /** Of meters, and of feeds that are branches of the supply. */
  readonly power: readonly Told[];
}

/** Finds what tells of the plant: what was placed in the power tree goes before what names say. */
export function plantSources({ places, heat, flow, power }: SourcesInput): PlantSources {
  const inputs = coolingMeters(places, 'input');
  const outputs = new Set(coolingMeters(places, 'output'));
  const isOf = (all: readonly Told[], device: string): boolean => all.some((own) => own.device === device);
  const placedHeat = inputs.filter((device) => isOf(heat, device));
  const looseHeat = heat.map(({ device }) => device).filter((device) => !outputs.has(device) && lineOf(device) === null);
  const isHeatUnclear = placedHeat.length === 0 && looseHeat.length > 1;
  const flows = flow.map(({ device }) => device).filter((device) => !outputs.has(device));
  const [onlyFlow] = flows;
  return {
    heat: placedHeat.length > 0 ? placedHeat : isHeatUnclear ? [] : looseHeat,
    isHeatUnclear,
    flow: flows.length === 1 && onlyFlow !== undefined ? onlyFlow : null,
    ...powerSources(places, power),
  };
}

function powerSources(places: readonly PowerPlace[], power: readonly Told[]): Pick<PlantSources, 'power' | 'chillerPower'> {
  const cooling = places.filter(({ kind }) => kind === 'cooling');
  const told = new Set(power.map(({ device }) => device));
  const placed = new Set(places.flatMap(({ meters }) => meters.map(({ device }) => device)));
  const named = power.filter((own) => !placed.has(own.device) && lineOf(own.device) === null && unitKind(nameOf(own)) !== null);
  const namedChillers = devicesOf(named.filter((own) => unitKind(nameOf(own)) === 'chiller'));
  if (cooling.length > 0) {
    const metered = cooling.map((place) => ({
      place,
      own: place.meters.flatMap(({ device, side }) => (side === 'input' && told.has(device) ? device : [])),
    }));
    const chillers = metered.filter(({ place }) => unitKind(place.name) === 'chiller');
    return {
      power: metered.some(({ own }) => own.length === 0) ? null : metered.flatMap(({ own }) => own),
      // Of a plant that is placed as a whole, its chillers are known by their names.
      chillerPower:
        chillers.length === 0 ? namedChillers : chillers.some(({ own }) => own.length === 0) ? [] : chillers.flatMap(({ own }) => own),
    };
  }
  const whole = named.filter((own) => isWholePlant(nameOf(own)));
  const devices = devicesOf(whole.length > 0 ? whole : named);
  return { power: devices.length === 0 ? null : devices, chillerPower: namedChillers };
}

const devicesOf = (all: readonly Told[]): string[] => [...new Set(all.map(({ device }) => device))];
