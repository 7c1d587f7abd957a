import { z } from 'zod';
import { thermalClasses } from '../climate/thermal-class';
import { CoolingPlant, PlantReport } from './cooling-plant';
import { Provenance, Quantity } from './provenance';
import { DeviceId } from './series';
import { TimeRange } from './time-range';

/** Where a sensor of the air or the water is: it decides what its temperature says of the cooling. */
export const sensorRoles = ['inlet', 'outlet', 'supply', 'return', 'outdoor', 'water-supply', 'water-return'] as const;
export const SensorRole = z.enum(sensorRoles);
export type SensorRole = z.infer<typeof SensorRole>;

/** What a person said of one sensor, over what its name says. */
export const PlacedSensor = z.object({
  device: DeviceId,
  /** `none` = it says nothing of the cooling. */
  role: z.enum([...sensorRoles, 'none']),
  /** A rack's name, or any other; empty = the rack that its machine stands in, else the room. */
  zone: z.string().trim().max(80),
});
export type PlacedSensor = z.infer<typeof PlacedSensor>;

export const CoolingSettings = z.object({
  /** Of the equipment in the room, after ASHRAE TC 9.9: its limits judge the inlets. */
  thermalClass: z.enum(thermalClasses),
  /** Above sea level, m: the pressure of the air follows from it. */
  altitudeM: z.number().min(-430).max(6_000),
  sensors: z.array(PlacedSensor).max(4_096),
  /** The air outdoors by hand, where no sensor tells it. */
  outdoor: z.object({ dryBulbC: z.number().min(-60).max(60), relativeHumidity: z.number().min(0).max(100).nullable() }).nullable(),
});
export type CoolingSettings = z.infer<typeof CoolingSettings>;

/** How the air at an inlet stands to the class: within what is recommended, what is allowed, or beyond. */
export const airLevels = ['recommended', 'allowable', 'outside'] as const;
export const AirLevel = z.enum(airLevels);
export type AirLevel = z.infer<typeof AirLevel>;

export const AirFault = z.enum(['too-cold', 'too-hot', 'too-dry', 'too-humid']);

/** A sensor of air or water, as it is now. */
export const CoolingSensor = z.object({
  device: DeviceId,
  label: z.string(),
  /** Null = it is none of the cooling's. */
  role: SensorRole.nullable(),
  /** Told by its name; else by a person. */
  byName: z.boolean(),
  /** Of the zone in {@link CoolingNow.zones}; null for what is of the whole room. */
  zone: z.string().nullable(),
  temperatureC: Quantity,
  /** %; its own, else by the dew point of the zone's or the room's air. */
  relativeHumidity: Quantity,
  dewPointC: Quantity,
  /** Of an inlet alone. */
  level: AirLevel.nullable(),
  faults: z.array(AirFault),
});
export type CoolingSensor = z.infer<typeof CoolingSensor>;

/** A rack, or whatever else persons named. */
export const CoolingZone = z.object({
  id: z.string(),
  name: z.string(),
  /** The warmest inlet. */
  inletC: Quantity,
  /** Mean of the outlets. */
  outletC: Quantity,
  /** Of the air through the equipment, K. */
  riseK: Quantity,
  powerW: Quantity,
  /** By power and rise, m³/h. */
  airflow: Quantity,
  /** Of its own cooling water, K and m³/h: the flow that carries all of its heat, where no air does. */
  waterRiseK: Quantity,
  waterFlow: Quantity,
  /** Of the worst inlet. */
  level: AirLevel.nullable(),
});
export type CoolingZone = z.infer<typeof CoolingZone>;

/** Where the air outdoors is known from: a sensor, a person's word, or the year of weather that was taken in. */
export const outdoorBases = ['sensor', 'hand', 'year'] as const;

/** The air outdoors at one moment. */
export const OutdoorAir = z.object({
  /** Null = it is not known. */
  basis: z.enum(outdoorBases).nullable(),
  dryBulbC: Quantity,
  relativeHumidity: Quantity,
  wetBulbC: Quantity,
  dewPointC: Quantity,
});
export type OutdoorAir = z.infer<typeof OutdoorAir>;

/** The room's cooling at one moment. Temperatures in °C. */
export const CoolingNow = z.object({
  atMs: z.number(),
  thermalClass: z.enum(thermalClasses),
  sensors: z.array(CoolingSensor),
  zones: z.array(CoolingZone),
  supplyC: Quantity,
  returnC: Quantity,
  outdoor: OutdoorAir,
  /** The warmest inlet of all. */
  inletC: Quantity,
  /** The dew point of the room's air. */
  dewPointC: Quantity,
  /** Rack Cooling Index, %, towards hot and towards cold. */
  rciHigh: Quantity,
  rciLow: Quantity,
  /** Return Temperature Index, %. */
  rti: Quantity,
  /** Supply Heat Index, 0–1. */
  shi: Quantity,
  plant: CoolingPlant,
});
export type CoolingNow = z.infer<typeof CoolingNow>;

export const CoolingExcursion = z.object({
  device: DeviceId,
  label: z.string(),
  zone: z.string().nullable(),
  /** What was left. */
  limits: z.enum(['recommended', 'allowable']),
  side: z.enum(['below', 'above']),
  fromMs: z.number(),
  toMs: z.number(),
  extremeC: z.number(),
  /** It may have lasted longer: the period or a gap cuts it. */
  isOpen: z.boolean(),
});
export type CoolingExcursion = z.infer<typeof CoolingExcursion>;

/** One inlet over a period. */
export const InletReport = z.object({
  device: DeviceId,
  label: z.string(),
  zone: z.string().nullable(),
  provenance: Provenance,
  minC: z.number().nullable(),
  meanC: z.number().nullable(),
  maxC: z.number().nullable(),
  /** Share of the period that is known, 0–1. */
  coverage: z.number(),
  /** Shares of what is known. */
  recommendedShare: z.number().nullable(),
  allowableShare: z.number().nullable(),
  /** Largest change within 15 minutes, within an hour, K; null where the period is kept too coarsely, or there is nothing. */
  quarterK: z.number().nullable(),
  hourK: z.number().nullable(),
});
export type InletReport = z.infer<typeof InletReport>;

/** How long the air at the inlets was so: a cell of the psychrometric chart. */
export const AirCell = z.object({
  temperatureC: z.number(),
  /** Grams of water a kilogram of dry air. */
  humidityRatio: z.number(),
  /** Of all inlets together. */
  hours: z.number(),
});
export type AirCell = z.infer<typeof AirCell>;

export const CoolingReport = TimeRange.safeExtend({
  bucketMs: z.number(),
  thermalClass: z.enum(thermalClasses),
  inlets: z.array(InletReport),
  /** The longest first; `moreExcursions` are not listed. */
  excursions: z.array(CoolingExcursion),
  moreExcursions: z.number().int().nonnegative(),
  cells: z.array(AirCell),
  /** Rack Cooling Index over the period: the mean of its moments. */
  rciHigh: Quantity,
  rciLow: Quantity,
  plant: PlantReport,
});
export type CoolingReport = z.infer<typeof CoolingReport>;
