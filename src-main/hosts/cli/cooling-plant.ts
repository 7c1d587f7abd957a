import type { CoolingPlant, PlantReport } from '@shared/model/cooling-plant';
import type { CoolingWhatIfs } from '@shared/model/cooling-what-if';
import type { Quantity } from '@shared/model/provenance';
import { english } from '@shared/text/message';
import { formatNumber, formatQuantity, formatTable } from './format';
import type { Terminal } from './terminal';

const NO_VALUE = '—';
/** Characters of a name, with the space behind it. */
const LABEL = 18;
const heatBases = { 'heat-meter': 'heat meter', water: 'water flow and rise', it: 'IT power and losses' } as const;
const powerBases = { meters: 'meters', model: 'facility model' } as const;
const freeBases = { state: 'what the chillers tell', power: "the chillers' power", weather: 'weather and set-point' } as const;
const names = { supply: 'Supply', fans: 'Fans', economiser: 'Economiser', liquid: 'Liquid loops', together: 'Together' } as const;

const fact = (name: string, text: string, by: string | null = null): string =>
  `  ${name.padEnd(LABEL)}${text}${by === null ? '' : `, by ${by}`}`;

export function plantLines(plant: CoolingPlant): string[] {
  const { heatBasis, powerBasis, isFree, freeBasis, units } = plant;
  const free = isFree === null ? `${NO_VALUE} (not known)` : isFree ? 'yes: the compressors rest' : 'no';
  const rows = units.map(({ name, kind, state, load, powerW }) => [
    name,
    kind,
    state ?? 'not told',
    load.value === null ? NO_VALUE : formatNumber(load.value, 3),
    powerW.value === null ? NO_VALUE : formatNumber(powerW.value),
  ]);
  const right = (title: string): { title: string; align: 'right' } => ({ title, align: 'right' });
  return [
    fact('COP', formatQuantity(plant.cop)),
    fact('COP of chillers', formatQuantity(plant.chillerCop)),
    fact('Heat removed', formatQuantity(plant.heatW), heatBasis === null ? null : heatBases[heatBasis]),
    fact('Cooling power', formatQuantity(plant.powerW), powerBasis === null ? null : powerBases[powerBasis]),
    fact('Water', `${formatQuantity(plant.waterFlow)}, rise ${formatQuantity(plant.waterRiseK)}`),
    fact('Free cooling', free, freeBasis === null ? null : freeBases[freeBasis]),
    ...(rows.length === 0
      ? []
      : ['', ...formatTable([{ title: 'UNIT' }, { title: 'KIND' }, { title: 'STATE' }, right('LOAD %'), right('POWER W')], rows), '']),
  ];
}

export function reportLines(plant: PlantReport): string[] {
  const covered = (quantity: Quantity): string =>
    `${formatQuantity(quantity)}${quantity.coverage === undefined ? '' : `, ${Math.round(quantity.coverage * 100)} % known`}`;
  const { heatBasis, powerBasis, freeBasis } = plant;
  return [
    fact('COP', covered(plant.cop)),
    fact('COP of chillers', covered(plant.chillerCop)),
    fact('Heat removed', covered(plant.heatKwh), heatBasis === null ? null : heatBases[heatBasis]),
    fact('Cooling energy', covered(plant.powerKwh), powerBasis === null ? null : powerBases[powerBasis]),
    fact('Free cooling', `${covered(plant.freeHours)}; ${formatQuantity(plant.freeKwh)}`, freeBasis === null ? null : freeBases[freeBasis]),
    '',
  ];
}

export function printWhatIfs(told: CoolingWhatIfs, terminal: Terminal): void {
  const weather = {
    year: `the year of ${told.weatherName}`,
    sensor: 'the air outdoors now',
    hand: 'the air set by hand',
    settings: 'the settings',
  };
  const model =
    told.fittedOver === null
      ? "the settings' model (assumed)"
      : `a curve fitted from ${new Date(told.fittedOver.fromMs).toISOString()} to ${new Date(told.fittedOver.toMs).toISOString()}`;
  terminal.line(`In a year at ${formatQuantity(told.itW)} of IT power, by ${model} and ${weather[told.weather]}:`);
  terminal.line(fact('Cooling now', formatQuantity(told.coolingKwh)));
  if (told.economiserHours !== null)
    terminal.line(fact('Economiser', `${told.economiserHours.full} h full, ${told.economiserHours.partial} h in part`));
  terminal.line('');
  const whole = (value: number | null): string => (value === null ? NO_VALUE : formatNumber(Math.round(value), 6));
  const rows = told.rows.map(({ id, savedKwh, uncertaintyKwh, savedShare, savedMoney, savedKg }) => [
    names[id],
    whole(savedKwh.value),
    whole(uncertaintyKwh),
    savedShare === null ? NO_VALUE : (savedShare * 100).toFixed(1),
    whole(savedMoney),
    whole(savedKg),
  ]);
  const right = (title: string): { title: string; align: 'right' } => ({ title, align: 'right' });
  const columns = [{ title: 'CHANGE' }, ...['SAVED kWh', '± kWh', 'OF COOLING %', `SAVED ${told.currency}`, 'SAVED kg CO2e'].map(right)];
  for (const line of formatTable(columns, rows)) terminal.line(line);
  for (const { id, limits } of told.rows) for (const limit of limits) terminal.line(`${names[id]}: ${english(limit)}`);
}
