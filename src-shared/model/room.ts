import { z } from 'zod';
import { Quantity } from './provenance';
import { absences } from './device-event';
import { DeviceId } from './series';

/** A part of the room's power that is known and in no sum: left out by a person, or away by an event. */
export const UncountedPart = z.object({
  device: DeviceId,
  label: z.string(),
  why: z.enum(['excluded', ...absences]),
  /** A meter of the facility's own; else it would be in IT power. */
  ofFacility: z.literal(true).optional(),
});
export type UncountedPart = z.infer<typeof UncountedPart>;

/** A part whose silence withholds a sum. */
export const SilentPart = z.object({ device: DeviceId, label: z.string(), why: Quantity.shape.withheld.unwrap() });
export type SilentPart = z.infer<typeof SilentPart>;

const labelledPower = z.object({ device: DeviceId, label: z.string(), powerW: Quantity });

/** What the home page's tiles and the headless status line show; one frame a tick. */
export const RoomSummary = z.object({
  atMs: z.number(),
  itPowerW: Quantity,
  facilityPowerW: Quantity,
  /** Power, not energy: shown as "live power ratio", never as PUE. */
  powerRatio: Quantity,
  /** Share of IT power that a meter (not a model) reported, 0–1; null when IT power is withheld. */
  meteredItShare: z.number().min(0).max(1).nullable(),
  costPerHour: Quantity,
  co2ePerHourKg: Quantity,
  cpuLoadPercent: Quantity,
  gpuLoadPercent: Quantity,
  /** Null, where no temperature is known. */
  hottest: z.object({ tempC: Quantity, device: DeviceId.nullable(), label: z.string().nullable() }),
  runningJobs: z.number().int().nonnegative(),
  queuedJobs: z.number().int().nonnegative(),
  /** The parts of IT power: of a single node its devices; of several, the nodes. */
  parts: z.array(labelledPower),
  /** The facility's own meters that count; none = facility power is modelled. */
  meters: z.array(labelledPower),
  uncounted: z.array(UncountedPart),
  silent: z.array(SilentPart),
});
export type RoomSummary = z.infer<typeof RoomSummary>;

export const Inventory = z.object({
  hostname: z.string(),
  os: z.string(),
  cpu: z.object({ brand: z.string(), sockets: z.number(), physicalCores: z.number().nullable(), logicalCores: z.number().nullable() }),
  memoryBytes: z.number().nullable(),
  gpus: z.array(
    z.object({
      device: z.string(),
      name: z.string(),
      powerLimitW: z.number().nullable(),
      driver: z.string().nullable(),
      memoryOfHost: z.boolean().optional(),
    }),
  ),
  disks: z.array(z.object({ device: z.string(), name: z.string(), bytes: z.number().nullable() })),
});
export type Inventory = z.infer<typeof Inventory>;
