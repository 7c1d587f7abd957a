import { z } from 'zod';
import { CoolingSettings } from './cooling';
import { temperatureUnits } from './display-unit';
import { DeviceId } from './series';

const percent = z.number().min(0).max(100);
/** Loss of one module in % of its rating: a0 + a1·x + a2·x², x = load / rating. */
const LossCurve = z.object({ a0: percent, a1: percent, a2: percent });
export type LossCurve = z.infer<typeof LossCurve>;

export const Tariff = z.object({
  pricePerKwh: z.number().min(0).max(100),
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/),
});
export type Tariff = z.infer<typeof Tariff>;

export const Carbon = z.object({ gridKgPerKwh: z.number().min(0).max(5) });
export type Carbon = z.infer<typeof Carbon>;

/** Parameters of the facility model that turns IT power into facility power (src-shared/energy/facility.ts). */
export const Facility = z.object({
  /** Rated IT power of the room, W. null = 1.5 × what this machine's parts can draw at most. */
  ratedItPowerW: z.number().positive().max(1e9).nullable(),
  ups: LossCurve,
  pdu: LossCurve,
  cooling: z.discriminatedUnion('mode', [
    z.object({ mode: z.literal('fixed'), cop: z.number().min(0.5).max(50) }),
    z.object({
      mode: z.literal('outdoor'),
      /** Share of the Carnot COP the plant reaches. */
      carnotFraction: z.number().min(0.1).max(0.9),
      evaporatorTempC: z.number().min(-10).max(40),
      outdoorDryBulbC: z.number().min(-50).max(60),
      /** Condenser above outdoor dry bulb, K. */
      condenserApproachK: z.number().min(1).max(40),
    }),
  ]),
  /** Fans, % of the heat they carry (IT power, losses, lighting); pumps, % of the heat removed, the fans' with it; lighting and the like, % of rated IT power, fixed. */
  fansPercent: percent,
  pumpsPercent: percent,
  fixedPercent: percent,
});
export type Facility = z.infer<typeof Facility>;

export const MachinePower = z.object({
  /** Board, memory, drives, fans, supply losses of this host: what no sensor here meters, W. */
  basePowerW: z.number().min(0).max(20_000),
  /** Overrides of the idle/max table used when RAPL cannot be read, W for the whole package set; null = table. */
  cpuIdleW: z.number().min(0).max(5_000).nullable(),
  cpuMaxW: z.number().min(0).max(5_000).nullable(),
});
export type MachinePower = z.infer<typeof MachinePower>;

/** Samples a second of a GPU: whole, 1–10. */
export const GpuHz = z.number().int().min(1).max(10);

/** What an operator set for one GPU by hand. */
const GpuDevice = z.object({
  /** Samples a second; null = as all GPUs. */
  hz: GpuHz.nullable().default(null),
});
export type GpuDevice = z.infer<typeof GpuDevice>;

export const Gpu = z.object({
  /** Of every GPU that has no rate of its own. Above 1, power, load, temperature, clock and what holds it down are sampled so often. */
  hz: GpuHz,
  /** By device. */
  devices: z.record(DeviceId, GpuDevice).refine((devices) => Object.keys(devices).length <= 4096, { message: 'at most 4096 GPUs' }),
});
export type Gpu = z.infer<typeof Gpu>;

/** What the sums of power are made of. */
export const Power = z.object({
  /** Devices whose power a person left out of every sum: a GPU whose driver cannot tell it, a dead meter, a package. */
  excludedDevices: z.array(DeviceId).max(4096),
});
export type Power = z.infer<typeof Power>;

export const Ui = z.object({
  language: z.enum(['system', 'en', 'zh-CN']),
  theme: z.enum(['system', 'light', 'dark']),
  /** The clock by which times are shown and read: this machine's, or UTC. */
  timeZone: z.enum(['local', 'utc']),
  /** In what temperatures are shown and typed. */
  temperatureUnit: z.enum(temperatureUnits),
});
export type Ui = z.infer<typeof Ui>;

/** Keys that act anywhere in the window. */
export const Shortcuts = z.object({
  /** Whether keys without Ctrl, ⌘ or Alt act; who speaks to the machine or has a tremor wants them silent (WCAG 2.1.4). */
  singleKeys: z.boolean(),
  /** By command, where a person chose another key than it came with; empty = none. */
  keys: z.record(z.string().min(1).max(60), z.string().max(40)).refine((keys) => Object.keys(keys).length <= 256, {
    message: 'at most 256 commands',
  }),
});
export type Shortcuts = z.infer<typeof Shortcuts>;

const days = z.number().positive().max(36_500);

/** How long what was recorded is kept. What is older goes block by block: up to an hour (raw) or a month (1 h rollups) later. */
export const Retention = z.object({
  /** Samples as they were recorded, days. */
  rawDays: days,
  /** Rollups of 10 s, 1 min, 15 min, 1 h (minimum, maximum, sum, count), days each. */
  rollupDays: z.tuple([days, days, days, days]),
  /**
   * Energy by device and account in quarters of an hour, days; what is older is kept for good in hours (where the room's calendar
   * is half an hour off, in half hours). Sums by account and by run, and so bills, keep their quarters.
   */
  ledgerQuarterDays: days,
  /** What happened, days; what people noted is kept for good. */
  eventDays: days,
  /** Above this size of the database the oldest raw samples go first, then the finest rollups; null = no limit. Bytes. */
  maxBytes: z
    .number()
    .int()
    .min(16 * 2 ** 20)
    .max(2 ** 50)
    .nullable(),
});
export type Retention = z.infer<typeof Retention>;

/** What the runs say, in files beside the database. */
export const Logs = z.object({
  /** The log of one run at most, bytes; beyond, its middle makes way for what is new. */
  maxBytesPerRun: z
    .number()
    .int()
    .min(2 ** 20)
    .max(2 ** 40),
});
export type Logs = z.infer<typeof Logs>;

/** How the desktop app behaves; a console in a browser has nothing of it. */
export const Desktop = z.object({
  /** Closing the last window leaves metering and runs going on, behind an icon in the tray. */
  meterInTray: z.boolean(),
  /** Started when the person logs in. */
  startAtLogin: z.boolean(),
});
export type Desktop = z.infer<typeof Desktop>;
/** What is to be other than before. */
export const DesktopChange = Desktop.partial();
export type DesktopChange = z.infer<typeof DesktopChange>;

export const Settings = z.object({
  tariff: Tariff,
  carbon: Carbon,
  facility: Facility,
  cooling: CoolingSettings,
  host: MachinePower,
  gpu: Gpu,
  power: Power,
  ui: Ui,
  shortcuts: Shortcuts,
  retention: Retention,
  logs: Logs,
  desktop: Desktop,
});
export type Settings = z.infer<typeof Settings>;
export type SettingsSection = keyof Settings;

/** A change replaces whole sections. */
export const SettingsPatch = Settings.partial();
export type SettingsPatch = z.infer<typeof SettingsPatch>;

/** A stored section that this version cannot read: kept as it is, its defaults in force, until a person changes it. */
export const UnreadableSection = z.object({
  section: Settings.keyof(),
  /** Which value, and what is wrong with it. */
  why: z.string(),
});
export type UnreadableSection = z.infer<typeof UnreadableSection>;

/**
 * Sources: price — Hennessy & Patterson, 6th ed., ch. 6 (0.07 USD/kWh); grid factor — Patterson et al. 2021,
 * arXiv 2104.10350 (0.429 kg/kWh, US average); UPS, PDU, wiring, lighting — after Schneider WP113, legacy;
 * Carnot share — mid of 0.5–0.6. All are starting values to be replaced by the operator's own.
 */
export const defaultSettings: Settings = {
  tariff: { pricePerKwh: 0.07, currency: 'USD' },
  carbon: { gridKgPerKwh: 0.429 },
  facility: {
    ratedItPowerW: null,
    ups: { a0: 4, a1: 5, a2: 0 },
    pdu: { a0: 1.5, a1: 0, a2: 2.5 },
    cooling: { mode: 'outdoor', carnotFraction: 0.55, evaporatorTempC: 7, outdoorDryBulbC: 20, condenserApproachK: 12.5 },
    fansPercent: 5,
    pumpsPercent: 2,
    fixedPercent: 1,
  },
  // The class of most servers sold.
  cooling: { thermalClass: 'A2', altitudeM: 0, sensors: [], outdoor: null },
  host: { basePowerW: 40, cpuIdleW: null, cpuMaxW: null },
  gpu: { hz: 1, devices: {} },
  power: { excludedDevices: [] },
  ui: { language: 'system', theme: 'system', timeZone: 'local', temperatureUnit: 'celsius' },
  shortcuts: { singleKeys: true, keys: {} },
  retention: { rawDays: 365, rollupDays: [3650, 3650, 3650, 3650], ledgerQuarterDays: 731, eventDays: 1096, maxBytes: null },
  logs: { maxBytesPerRun: 64 * 2 ** 20 },
  desktop: { meterInTray: false, startAtLogin: false },
};

type Cooling = Facility['cooling'];

/** What a change of the cooling model starts from. The fixed COP is that of a chiller of everyday size. */
export const coolingStart: Readonly<Record<Cooling['mode'], Cooling>> = {
  fixed: { mode: 'fixed', cop: 4 },
  outdoor: defaultSettings.facility.cooling,
};

/** A stored section with the fields that it does not have yet at their defaults: one that gained a field keeps its other values. */
export function completeSection(name: SettingsSection, stored: unknown): unknown {
  const standard = defaultSettings[name];
  if (name !== 'facility' || !isRecord(stored) || !isRecord(stored['cooling'])) return complete(stored, standard);
  const { mode } = stored['cooling'];
  const cooling = mode === 'fixed' ? coolingStart.fixed : coolingStart.outdoor;
  return complete(stored, { ...defaultSettings.facility, cooling });
}

function complete(stored: unknown, standard: unknown): unknown {
  if (stored === undefined) return standard;
  if (Array.isArray(stored) && Array.isArray(standard)) return [...(stored as unknown[]), ...(standard as unknown[]).slice(stored.length)];
  if (!isRecord(stored) || !isRecord(standard)) return stored;
  return { ...stored, ...Object.fromEntries(Object.entries(standard).map(([key, value]) => [key, complete(stored[key], value)])) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the settings page shows beside each default: a key of `settings.source.*` in the catalogues. */
export const defaultSources = {
  'tariff.pricePerKwh': 'hennessy-patterson',
  'carbon.gridKgPerKwh': 'patterson-2021',
  'facility.ups': 'schneider-wp113',
  'facility.pdu': 'schneider-wp113',
  'facility.cooling': 'carnot',
  'host.basePowerW': 'assumption',
} as const;
