import { z } from 'zod';

/**
 * A tariff as a document: what energy, peaks, days and taxes cost, and when. Amounts are decimal and stay so; a number may be written
 * as text where its digits matter. docs/tariffs.md explains each part.
 */

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;
const Amount = z.union([z.number(), z.string().regex(DECIMAL)]).describe('Money; as a number or, to keep every digit, as text.');
export type Amount = z.infer<typeof Amount>;

const TimeOfDay = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/)
  .describe('Local time, HH:MM; 24:00 ends a day.');
const MonthDay = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/);
const DateText = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/);
const Name = z.string().min(1).max(80);

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];
const DayWord = z.enum([...weekdays, 'weekday', 'weekend', 'holiday', 'all']);

const Window = z
  .object({
    days: z.array(DayWord).min(1).optional().describe('Left out = every day. A holiday is its own kind of day where any band names it.'),
    from: TimeOfDay.optional(),
    to: TimeOfDay.optional().describe('Not after `from` = over midnight.'),
    seasons: z.array(Name).min(1).optional(),
  })
  .strict();

const Holiday = z.union([
  z.object({ date: DateText, name: Name.optional() }).strict(),
  z.object({ monthDay: MonthDay, name: Name.optional() }).strict(),
  z
    .object({
      month: z.int().min(1).max(12),
      weekday: z.enum(weekdays),
      nth: z
        .int()
        .min(-1)
        .max(5)
        .refine((nth) => nth !== 0)
        .describe('1 = the first, -1 = the last.'),
      name: Name.optional(),
    })
    .strict(),
  z.object({ easter: z.int().min(-60).max(60).describe('Days after Easter Sunday.'), name: Name.optional() }).strict(),
]);
export type Holiday = z.infer<typeof Holiday>;

const Block = z.object({ upToKwh: z.number().positive().optional(), price: Amount }).strict();
const Hourly = z
  .object({
    file: z.string().min(1).optional().describe('CSV of time and price, beside the tariff; or --prices.'),
    unit: z.enum(['per-kWh', 'per-MWh']).default('per-kWh'),
    add: Amount.optional().describe('Added to each price, per kWh.'),
    factor: z.number().optional().describe('Each price is multiplied by it before `add`.'),
  })
  .strict();

const EnergyCharge = z
  .object({
    name: Name,
    bands: z.array(Name).min(1).optional().describe('Left out = at all times.'),
    price: Amount.optional().describe('Per kWh.'),
    blocks: z.array(Block).min(1).optional().describe('Steps of use within a billing period; the last has no upper end.'),
    hourly: Hourly.optional(),
  })
  .strict();
export type EnergyCharge = z.infer<typeof EnergyCharge>;

const DemandCharge = z
  .object({
    name: Name,
    bands: z.array(Name).min(1).optional(),
    windowMinutes: z.union([z.literal(5), z.literal(10), z.literal(15), z.literal(30), z.literal(60)]).default(15),
    unit: z.enum(['kW', 'kVA']).default('kW'),
    powerFactor: z.number().gt(0).max(1).optional().describe('kVA = kW / powerFactor; needed for kVA.'),
    price: Amount.describe('Per unit and `per`.'),
    per: z.enum(['month', 'day', 'year']).default('month'),
    peakOf: z.enum(['month', 'year']).default('month').describe('year = the highest of the calendar year, as far as the load tells it.'),
    ratchet: z
      .object({ percent: z.number().positive().max(100), months: z.int().min(1).max(24), seasons: z.array(Name).min(1).optional() })
      .strict()
      .optional()
      .describe('At least this share of the highest of the months before.'),
    minimum: z.number().nonnegative().optional().describe('Never less than this is paid for.'),
  })
  .strict();
export type DemandCharge = z.infer<typeof DemandCharge>;

const Standing = z.object({ name: Name, amount: Amount, per: z.enum(['day', 'month', 'year']) }).strict();
const Tax = z
  .object({
    name: Name,
    percent: z.number(),
    on: z.array(Name).min(1).optional().describe('Lines by name; left out = all above, earlier taxes too.'),
  })
  .strict();

export const Tariff = z
  .object({
    name: Name,
    description: z.string().max(2_000).optional(),
    example: z.boolean().optional().describe('Shipped to show a form of tariff: not a price list of anyone today.'),
    source: z.string().max(500).optional(),
    date: DateText.optional().describe('As of when.'),
    currency: z.string().regex(/^[A-Z]{3}$/),
    timeZone: z.string().min(1).max(80).optional(),
    seasons: z
      .array(z.object({ name: Name, from: MonthDay, to: MonthDay.describe('The last day; before `from` = over the new year.') }).strict())
      .optional(),
    holidays: z.array(Holiday).max(400).optional(),
    observed: z
      .enum(['strict', 'nearest-weekday', 'next-monday', 'sunday-to-monday'])
      .default('strict')
      .describe('Where a holiday on a weekend is kept: there, on Friday or Monday, on Monday, or on Monday only for a Sunday.'),
    bands: z
      .array(z.object({ name: Name, when: z.array(Window).min(1) }).strict())
      .optional()
      .describe('The first that holds is the band of a moment.'),
    overMidnight: z
      .enum(['starting-day', 'own-day'])
      .default('starting-day')
      .describe('Whose day the hours after midnight of such a band belong to.'),
    demandBand: z
      .enum(['whole', 'start'])
      .default('whole')
      .describe('A window of demand belongs to the band it wholly lies in, or to the one it starts in.'),
    energy: z.array(EnergyCharge).default([]),
    demand: z.array(DemandCharge).default([]),
    standing: z.array(Standing).default([]),
    minimum: Amount.optional().describe('The least that a billing period costs before taxes.'),
    taxes: z.array(Tax).default([]),
    export: z.object({ name: Name.optional(), price: Amount.optional(), hourly: Hourly.optional() }).strict().optional(),
    rounding: z
      .object({ digits: z.int().min(0).max(6).default(2), mode: z.enum(['half-up', 'half-even', 'up', 'down']).default('half-up') })
      .strict()
      .default({ digits: 2, mode: 'half-up' })
      .describe('Of each line, once. half-up is away from zero.'),
  })
  .strict()
  .superRefine(checkNames);
export type Tariff = z.infer<typeof Tariff>;

/** Every name that is used is there, and no two lines have one. */
function checkNames(tariff: z.infer<z.ZodObject<z.ZodRawShape>>, context: z.RefinementCtx): void {
  const { bands = [], seasons = [], energy, demand, standing, taxes } = tariff as unknown as Tariff;
  const issue = (path: (string | number)[], words: string): void => context.addIssue({ code: 'custom', path, message: words });
  const known = new Set(bands.map(({ name }) => name));
  const knownSeasons = new Set(seasons.map(({ name }) => name));
  const season = (path: (string | number)[], names: readonly string[] = []): void =>
    names.forEach((name) => {
      if (!knownSeasons.has(name)) issue(path, `there is no season "${name}"; there are: ${[...knownSeasons].join(', ') || 'none'}`);
    });
  bands.forEach(({ when }, b) => when.forEach((window, w) => season(['bands', b, 'when', w, 'seasons'], window.seasons)));
  const charges = [
    ...energy.map((charge, i) => ['energy', i, charge] as const),
    ...demand.map((charge, i) => ['demand', i, charge] as const),
  ];
  for (const [part, i, { bands: named = [] }] of charges)
    named.forEach((name) => {
      if (!known.has(name)) issue([part, i, 'bands'], `there is no band "${name}"; there are: ${[...known].join(', ') || 'none'}`);
    });
  energy.forEach(({ price, blocks, hourly }, i) => {
    const given = [price, blocks, hourly].filter((one) => one !== undefined).length;
    if (given !== 1) issue(['energy', i], 'one of price, blocks and hourly is needed');
    const ends = blocks?.map(({ upToKwh }) => upToKwh) ?? [];
    if (ends.slice(0, -1).some((end, at) => end === undefined || end <= (ends[at - 1] ?? 0)) || (blocks && ends.at(-1) !== undefined))
      issue(['energy', i, 'blocks'], 'each block but the last needs an upToKwh above the one before, and the last none');
  });
  demand.forEach(({ unit, powerFactor, ratchet }, i) => {
    if (unit === 'kVA' && powerFactor === undefined) issue(['demand', i, 'powerFactor'], 'kVA needs a power factor');
    season(['demand', i, 'ratchet', 'seasons'], ratchet?.seasons);
  });
  const names = [...energy, ...demand, ...standing, ...taxes].map(({ name }) => name);
  names.forEach((name, i) => {
    if (names.indexOf(name) !== i) issue([], `two lines are called "${name}"`);
  });
  taxes.forEach(({ on = [] }, i) =>
    on.forEach((name) => {
      if (!names.includes(name)) issue(['taxes', i, 'on'], `there is no line "${name}"`);
    }),
  );
}
