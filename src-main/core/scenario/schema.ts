import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '@shared/contract/errors';
import { MAX_RACK_UNITS } from '@shared/model/device-tree';
import { Facility as FacilitySettings } from '@shared/model/settings';

const watts = z.number().nonnegative().max(100_000);
const seconds = z.number().int().nonnegative().max(10_000_000);
const bytes = z
  .number()
  .int()
  .positive()
  .max(2 ** 50);
const tempC = z.number().min(-20).max(120);
const index = z.number().int().nonnegative();

const GpuModel = z.object({
  name: z.string().min(1).max(100),
  memoryBytes: bytes,
  /** Board power limit. */
  powerLimitW: watts.positive(),
  idleW: watts.positive(),
  /** What full load at the highest clock wants; more than the limit means that the card is power-capped at full load. */
  demandW: watts.positive(),
  clockMaxMhz: z.number().positive().max(10_000),
  clockIdleMhz: z.number().positive().max(10_000),
  clockMemoryMhz: z.number().positive().max(50_000),
  /** From the die to the air that enters the node, K/W, at full air flow. */
  thermalResistanceKPerW: z.number().positive().max(5),
  /** Of the die and its heat sink at full air flow, s: after it 63% of a step is done. */
  timeConstantS: z.number().min(2).max(3_600),
  /** Above it the driver lowers the clock (software thermal slowdown), above the second the board halves it. */
  slowdownTempC: tempC,
  hardwareSlowdownTempC: tempC,
  /** A card with a fan of its own reports its speed; else it hangs on the node's fans. */
  ownFan: z.boolean(),
});
export type GpuModel = z.infer<typeof GpuModel>;

const NodeModel = z.object({
  gpus: z.number().int().min(0).max(16),
  heightU: z.number().int().min(1).max(MAX_RACK_UNITS),
  cpus: z.number().int().min(1).max(8),
  cpuName: z.string().min(1).max(100),
  /** Of each package. */
  cpuIdleW: watts,
  cpuMaxW: watts.positive(),
  memoryBytes: bytes,
  /** Board, memory, drives and supply losses; the fans come on top. */
  basePowerW: watts,
  /** Each cools its share of the GPUs most. */
  fans: z.number().int().min(1).max(16),
  fanMaxRpm: z.number().positive().max(50_000),
  /** Of each fan at full speed. */
  fanMaxW: watts,
});
export type NodeModel = z.infer<typeof NodeModel>;

/** `desk`: one node in the hall. `racks`: rows of racks of equal nodes. */
const Layout = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('desk'), hall: z.string().min(1).max(80), node: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/) }),
  z.object({
    kind: z.literal('racks'),
    hall: z.string().min(1).max(80),
    rows: z.number().int().min(1).max(26),
    racksPerRow: z.number().int().min(1).max(40),
    nodesPerRack: z.number().int().min(1).max(MAX_RACK_UNITS),
    rackUnits: z.number().int().min(1).max(MAX_RACK_UNITS),
  }),
]);

/** A training over some nodes, again and again: load data, compute with checkpoints between, rest. */
const Job = z.object({
  name: z.string().min(1).max(80),
  firstNode: index,
  nodes: z.number().int().positive(),
  startS: seconds,
  loadS: seconds,
  computeS: seconds,
  checkpointEveryS: seconds.min(1),
  checkpointS: seconds,
  idleS: seconds,
  /** Of the GPUs while computing, %. */
  gpuLoadPercent: z.number().min(1).max(100),
  /** Of the GPUs' memory. */
  memoryShare: z.number().min(0).max(1),
});
export type ScenarioJob = z.infer<typeof Job>;

/** When a fault begins (s after the start), how long it lasts, and after how long it comes again (null = never). */
const when = { atS: seconds, lastsS: seconds.min(1), everyS: seconds.min(1).nullable() };
const Fault = z.discriminatedUnion('kind', [
  /** The fan runs down and stands still. */
  z.object({ kind: z.literal('fan'), node: index, fan: index, ...when }),
  /** The GPU reports an error; the job on its node dies and begins anew afterwards. 79 (off the bus): it answers nothing meanwhile. */
  z.object({ kind: z.literal('xid'), node: index, gpu: index, xid: z.number().int().min(1).max(9_999), ...when }),
  /** The chiller stands still with an alarm. */
  z.object({ kind: z.literal('chiller'), chiller: index, ...when }),
  /** Somebody sets another power limit. */
  z.object({ kind: z.literal('power-cap'), firstNode: index, nodes: z.number().int().positive(), limitW: watts.positive(), ...when }),
]);
export type ScenarioFault = z.infer<typeof Fault>;

const Facility = z.object({
  ratedItPowerW: z.number().positive().max(1e9),
  ups: FacilitySettings.shape.ups,
  pdu: FacilitySettings.shape.pdu,
  cooling: FacilitySettings.shape.cooling,
  crahs: z.number().int().min(1).max(64),
  /** Heat that one unit removes at most. */
  crahCapacityW: z.number().positive().max(1e7),
  /** Of one unit's fans at full speed. */
  crahFanW: watts,
  /** On one loop of chilled water, those that stand by among them. */
  chillers: z.number().int().min(1).max(16),
  /** Heat that one chiller carries at most. */
  chillerCapacityW: z.number().positive().max(1e7),
  lightingW: watts,
});
export type ScenarioFacility = z.infer<typeof Facility>;

/** A room that does not exist. Times are in seconds of its own time, powers in W. */
export const Scenario = z
  .object({
    title: z.string().min(1).max(80),
    about: z.string().max(500),
    seed: z.number().int().min(0).max(0xffff_ffff),
    /** Lived through before the first reading, so that a first look finds a room at work. */
    warmUpS: seconds.max(86_400),
    layout: Layout,
    gpu: GpuModel,
    node: NodeModel,
    supplyTempC: tempC,
    jobs: z.array(Job).max(200),
    faults: z.array(Fault).max(200),
    /** Null = nobody meters the facility; it is modelled, as in a room without meters. */
    facility: Facility.nullable(),
  })
  .superRefine((scenario, context) => {
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message });
    const { layout, node, gpu, jobs, faults, facility } = scenario;
    const nodes = nodeCount(scenario);
    if (nodes > 1_024) refuse(`${nodes} nodes are more than 1024`);
    if (layout.kind === 'racks' && layout.nodesPerRack * node.heightU > layout.rackUnits)
      refuse(`${layout.nodesPerRack} nodes of ${node.heightU} U do not fit into ${layout.rackUnits} U`);
    if (gpu.idleW >= gpu.powerLimitW) refuse('a GPU that idles above its power limit');
    if (gpu.slowdownTempC >= gpu.hardwareSlowdownTempC) refuse('the hardware slowdown comes after the software slowdown');
    if (node.cpuIdleW > node.cpuMaxW) refuse('a processor that idles above its maximum');
    const taken = new Set<number>();
    for (const job of jobs) {
      if (job.firstNode + job.nodes > nodes) refuse(`job ${job.name} wants nodes that do not exist`);
      for (let n = job.firstNode; n < job.firstNode + job.nodes; n++) {
        if (taken.has(n)) refuse(`node ${n} has two jobs`);
        taken.add(n);
      }
    }
    for (const fault of faults) {
      const last = lastNodeOf(fault);
      if (last !== null && last >= nodes) refuse(`a ${fault.kind} fault on node ${last}, which does not exist`);
      if (fault.kind === 'fan' && fault.fan >= node.fans) refuse(`a fault of fan ${fault.fan}, which does not exist`);
      if (fault.kind === 'xid' && fault.gpu >= node.gpus) refuse(`an error of GPU ${fault.gpu}, which does not exist`);
      if (fault.kind === 'chiller' && fault.chiller >= (facility?.chillers ?? 0))
        refuse(`a fault of chiller ${fault.chiller}, which does not exist`);
      if (fault.everyS !== null && fault.everyS <= fault.lastsS) refuse(`a ${fault.kind} fault that comes again before it is over`);
    }
  });
export type Scenario = z.infer<typeof Scenario>;

/** Null = it is of no node. */
function lastNodeOf(fault: ScenarioFault): number | null {
  if (fault.kind === 'chiller') return null;
  return fault.kind === 'power-cap' ? fault.firstNode + fault.nodes - 1 : fault.node;
}

export function nodeCount({ layout }: Pick<Scenario, 'layout'>): number {
  return layout.kind === 'desk' ? 1 : layout.rows * layout.racksPerRow * layout.nodesPerRack;
}

const folder = (resourcesDir: string): string => join(resourcesDir, 'scenarios');

/** The names of the shipped scenarios. */
export async function listScenarios(resourcesDir: string): Promise<string[]> {
  const files = await readdir(folder(resourcesDir)).catch((): string[] => []);
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

/**
 * @throws {AppError} `not-found` for a name that is none, with the names there are; `invalid-input` for a file that describes
 *   no room
 */
export async function loadScenario(resourcesDir: string, name: string): Promise<Scenario> {
  const known = await listScenarios(resourcesDir);
  if (!known.includes(name))
    throw new AppError(
      'not-found',
      `There is no scenario "${name}". ${known.length === 0 ? `${folder(resourcesDir)} holds none.` : `There are: ${known.join(', ')}.`}`,
    );
  const path = join(folder(resourcesDir), `${name}.json`);
  try {
    return Scenario.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const why =
      error instanceof z.ZodError ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ') : String(error);
    throw new AppError('invalid-input', `${path} describes no room: ${why}`, { cause: error });
  }
}
