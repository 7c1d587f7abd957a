import { isThrottled } from '@shared/model/clock-events';
import { describeXid } from '@shared/model/device-event';
import type { EventInput } from '@shared/model/event';
import type { DoctorItem } from '@shared/model/doctor';
import type { MetricId } from '@shared/model/metrics';
import type { Inventory } from '@shared/model/room';
import type { SeriesKey } from '@shared/model/series';
import { message, type KeyedMessage } from '@shared/text/message';
import type { ColumnSource } from '../telemetry/columns';
import type { SimulatedChiller } from './chillers';
import type { SimulatedFacility } from './facility';
import type { Scenario } from './schema';
import { nodeMaxW, Simulation, throttleReason } from './simulation';

/** One quantity of something that the room has many of: read by its index. */
type Column = readonly [metric: MetricId, value: (sim: Simulation, index: number) => number];

const MISSING = Number.NaN;
/** As a meter gives it: in steps of its resolution. */
const to = (step: number, value: number): number => Math.round(value / step) * step;
const thousandth = (value: number): number => Math.round(value * 1_000) / 1_000;
const hundredth = (value: number): number => Math.round(value * 100) / 100;
const tenth = (value: number): number => Math.round(value * 10) / 10;
const percent = (share: number): number => Math.round(share * 100);
const MIB = 2 ** 20;
const PAGE = 4_096;
const at = (values: Float64Array | Uint32Array, index: number): number => values[index] ?? MISSING;
/** A GPU off the bus answers nothing. */
const unlessLost =
  (value: (sim: Simulation, g: number) => number) =>
  (sim: Simulation, g: number): number =>
    sim.gpuLost[g] === 1 ? MISSING : value(sim, g);

function gpuColumns({ gpu, node }: Scenario): Column[] {
  const columns: Column[] = [
    ['gpu.load', (sim, g) => percent(at(sim.gpuLoad, g))],
    ['gpu.memory.load', (sim, g) => percent(at(sim.gpuMemoryLoad, g))],
    ['gpu.memory.used', (sim, g) => to(2 * MIB, at(sim.gpuMemory, g) * gpu.memoryBytes)],
    ['gpu.memory.total', () => gpu.memoryBytes],
    ['gpu.power', (sim, g) => thousandth(at(sim.gpuPowerW, g))],
    ['gpu.power.limit', (sim, g) => at(sim.gpuLimitW, g)],
    ['gpu.temperature', (sim, g) => Math.round(at(sim.gpuTempC, g))],
    ['gpu.clock.sm', (sim, g) => to(15, at(sim.gpuClock, g) * gpu.clockMaxMhz)],
    ['gpu.clock.memory', () => gpu.clockMemoryMhz],
    ['gpu.clock.events', (sim, g) => at(sim.gpuReasons, g)],
  ];
  if (gpu.ownFan)
    columns.push([
      'gpu.fan',
      (sim, g) => percent(at(sim.fanSpeed, Math.floor(g / node.gpus) * node.fans + Math.floor(((g % node.gpus) * node.fans) / node.gpus))),
    ]);
  const held =
    (bits: number) =>
    (sim: Simulation, g: number): number =>
      (at(sim.gpuReasonsSeen, g) & bits) === 0 ? MISSING : Number((at(sim.gpuReasons, g) & bits) !== 0);
  columns.push(
    ['gpu.throttled', (sim, g) => Number(isThrottled(at(sim.gpuReasons, g)))],
    ['gpu.throttled.sw_power_cap', held(throttleReason.powerCap)],
    ['gpu.throttled.hw_slowdown', held(throttleReason.hardwareSlowdown)],
    ['gpu.throttled.sw_thermal', held(throttleReason.softwareThermal)],
    ['gpu.throttled.hw_thermal', held(throttleReason.hardwareThermal)],
  );
  const xid: Column = ['gpu.xid', (sim, g) => at(sim.gpuXid, g) || MISSING];
  return [...columns.map(([metric, value]): Column => [metric, unlessLost(value)]), xid];
}

const machineColumns = ({ node }: Scenario): Column[] => [
  ['cpu.load', (sim, n) => tenth(at(sim.cpuLoad, n) * 100)],
  ['memory.used', (sim, n) => to(PAGE, at(sim.nodeMemory, n) * node.memoryBytes)],
  ['memory.total', () => node.memoryBytes],
  ['host.base.power', (sim, n) => tenth(at(sim.nodeBaseW, n))],
];

const cpuColumns: readonly Column[] = [
  ['cpu.power', (sim, c) => thousandth(at(sim.cpuPowerW, c))],
  ['cpu.temperature', (sim, c) => Math.round(at(sim.cpuTempC, c))],
];

/** Packets and blocks come unevenly: a rate moves with the processor's load around its mean. */
const uneven = (rate: number, sim: Simulation, n: number): number => Math.round(rate * (0.9 + at(sim.cpuLoad, n) * 0.2));
const networkColumns: readonly Column[] = [
  ['network.receive', (sim, n) => uneven(sim.work[n]?.receive ?? MISSING, sim, n)],
  ['network.transmit', (sim, n) => uneven(sim.work[n]?.transmit ?? MISSING, sim, n)],
];
const diskColumns: readonly Column[] = [
  ['disk.read', (sim, n) => to(PAGE, uneven(sim.work[n]?.read ?? MISSING, sim, n))],
  ['disk.write', (sim, n) => to(PAGE, uneven(sim.work[n]?.write ?? MISSING, sim, n))],
];
const inletColumns: readonly Column[] = [['sensor.temperature', (sim, n) => tenth(at(sim.inletTempC, n))]];
const outletColumns: readonly Column[] = [['sensor.temperature', (sim, n) => tenth(at(sim.outletTempC, n))]];
const fanColumns = ({ node }: Scenario): Column[] => [['fan.speed', (sim, f) => to(10, at(sim.fanSpeed, f) * node.fanMaxRpm)]];

/** Something with columns: device id, what people call it, index in the simulation's arrays. */
interface Part {
  readonly device: string;
  readonly label: string;
  readonly index: number;
  readonly columns: readonly Column[];
}

function partsOf(sim: Simulation): Part[] {
  const { scenario } = sim;
  const { node, gpu } = scenario;
  const [ofGpu, ofMachine, ofFan] = [gpuColumns(scenario), machineColumns(scenario), fanColumns(scenario)];
  const each = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
  return sim.nodes.flatMap(({ id, name }, n): Part[] => [
    { device: id, label: name, index: n, columns: ofMachine },
    ...each(node.cpus, (i): Part => ({ device: `${id}/cpu${i}`, label: node.cpuName, index: n * node.cpus + i, columns: cpuColumns })),
    ...each(node.gpus, (i): Part => ({ device: `${id}/gpu${i}`, label: gpu.name, index: n * node.gpus + i, columns: ofGpu })),
    { device: `${id}/net/eth0`, label: 'eth0', index: n, columns: networkColumns },
    { device: `${id}/disk/nvme0n1`, label: 'nvme0n1', index: n, columns: diskColumns },
    { device: `${id}/sensor/inlet`, label: 'Inlet air', index: n, columns: inletColumns },
    { device: `${id}/sensor/outlet`, label: 'Outlet air', index: n, columns: outletColumns },
    ...each(node.fans, (i): Part => ({ device: `${id}/fan/${i + 1}`, label: `Fan ${i + 1}`, index: n * node.fans + i, columns: ofFan })),
  ]);
}

interface FacilityColumn {
  readonly device: string;
  readonly label: string;
  readonly metric: MetricId;
  readonly value: () => number;
}

function facilityColumns(facility: SimulatedFacility): FacilityColumn[] {
  const meter = (device: string, label: string, value: () => number): FacilityColumn => ({
    device: `room/${device}`,
    label,
    metric: 'facility.meter.power',
    value: () => tenth(value()),
  });
  const crah = (i: number): FacilityColumn[] => {
    const own = { device: `room/crah${i + 1}`, label: `CRAH ${i + 1}` };
    return [
      { ...own, metric: 'cooling.running', value: () => 1 },
      { ...own, metric: 'cooling.load', value: () => tenth(facility.crahLoad) },
    ];
  };
  const chiller = (i: number): FacilityColumn[] => {
    const [device, label] = [`chiller${i + 1}`, `Chiller ${i + 1}`];
    const own = { device: `room/${device}`, label };
    const now = (): SimulatedChiller | undefined => facility.chillers.units[i];
    return [
      meter(device, label, () => now()?.powerW ?? MISSING),
      { ...own, metric: 'cooling.running', value: () => Number(now()?.isRunning) },
      { ...own, metric: 'cooling.alarm', value: () => Number(now()?.isTripped) },
      { ...own, metric: 'cooling.load', value: () => tenth(100 * (now()?.load ?? MISSING)) },
    ];
  };
  const each = (count: number, columns: (i: number) => FacilityColumn[]): FacilityColumn[] =>
    Array.from({ length: count }, (_, i) => columns(i)).flat();
  const air = (device: string, label: string, temperature: () => number, humidity: () => number): FacilityColumn[] => [
    { device: `room/${device}`, label, metric: 'sensor.temperature', value: () => tenth(temperature()) },
    { device: `room/${device}`, label, metric: 'sensor.humidity', value: () => tenth(humidity()) },
  ];
  const { crahs, chillers, lightingW } = facility.plan;
  return [
    meter('ups', 'UPS input', () => facility.upsInputW),
    ...each(crahs, (i) => [meter(`crah${i + 1}`, `CRAH ${i + 1}`, () => facility.crahW)]),
    ...each(crahs, crah),
    ...each(chillers, chiller),
    meter('lighting', 'Lighting', () => lightingW),
    ...air(
      'supply-air',
      'Supply air',
      () => facility.supplyTempC,
      () => facility.supplyHumidity,
    ),
    ...air(
      'return-air',
      'Return air',
      () => facility.returnTempC,
      () => facility.returnHumidity,
    ),
    ...air(
      'outdoor',
      'Outdoor air',
      () => facility.outdoorTempC,
      () => facility.outdoorHumidity,
    ),
    { device: 'room/water-supply', label: 'Chilled water supply', metric: 'sensor.temperature', value: () => tenth(facility.waterSupplyC) },
    { device: 'room/water-return', label: 'Chilled water return', metric: 'sensor.temperature', value: () => tenth(facility.waterReturnC) },
    { device: 'room/heat', label: 'Heat meter', metric: 'meter.flow', value: () => hundredth(facility.waterFlow) },
    { device: 'room/heat', label: 'Heat meter', metric: 'meter.heat', value: () => Math.round(facility.removedW) },
  ];
}

/** A simulated room as telemetry reads it: each read is one second of its own time. Every series is tagged simulated. */
export class ScenarioSource implements ColumnSource {
  readonly id = 'scenario';
  readonly keys: readonly SeriesKey[];
  readonly simulation: Simulation;
  /** Which GPUs were off the bus when last told of. */
  private readonly lost: Uint8Array;
  private readonly parts: readonly Part[];
  private readonly facility: readonly FacilityColumn[];

  constructor(
    readonly name: string,
    readonly scenario: Scenario,
  ) {
    this.simulation = new Simulation(scenario);
    this.lost = this.simulation.gpuLost.slice();
    this.parts = partsOf(this.simulation);
    this.facility = this.simulation.facility === null ? [] : facilityColumns(this.simulation.facility);
    const key = (device: string, label: string, metric: MetricId): SeriesKey => ({ device, label, metric, provenance: 'simulated' });
    this.keys = [
      ...this.parts.flatMap(({ device, label, columns }) => columns.map(([metric]) => key(device, label, metric))),
      ...this.facility.map(({ device, label, metric }) => key(device, label, metric)),
    ];
  }

  /** The most that the room's IT can draw, W. */
  get maxItPowerW(): number {
    return this.simulation.nodes.length * nodeMaxW(this.scenario);
  }

  read(values: Float64Array): void {
    const { simulation } = this;
    simulation.step();
    let i = 0;
    for (const { index, columns } of this.parts) for (const [, value] of columns) values[i++] = value(simulation, index);
    for (const { value } of this.facility) values[i++] = value();
  }

  /** The errors of this second, and GPUs that left or rejoined their bus; each says that it is simulated. */
  happened(): Omit<EventInput, 'atMs'>[] {
    const { simulation, scenario } = this;
    const { gpus } = scenario.node;
    const events: Omit<EventInput, 'atMs'>[] = [];
    for (let g = 0; g < simulation.gpuXid.length; g++) {
      const device = `${simulation.nodes[Math.floor(g / gpus)]?.id ?? ''}/gpu${g % gpus}`;
      const add = (kind: EventInput['kind'], code: number | null, what: KeyedMessage, severity: EventInput['severity']): void =>
        void events.push({
          device,
          kind,
          ...(code === null ? {} : { code: String(code) }),
          text: message('message.event.simulated', { device: scenario.gpu.name, what }),
          severity,
        });
      const xid = simulation.gpuXid[g] ?? 0;
      const lost = simulation.gpuLost[g] ?? 0;
      if (xid > 0) {
        const { text, severity } = describeXid(xid);
        add('gpu.xid', xid, text, severity);
      }
      if (lost === 1 && this.lost[g] === 0) add('device.lost', null, message('message.event.silent'), 'critical');
      if (lost === 0 && this.lost[g] === 1) add('device.back', null, message('message.event.back'), 'info');
      this.lost[g] = lost;
    }
    return events;
  }

  doctor(): DoctorItem[] {
    const { nodes } = this.simulation;
    const { node, gpu, seed } = this.scenario;
    const detail = message('message.scenario', { nodes: nodes.length, gpus: node.gpus, gpu: gpu.name, seed, series: this.keys.length });
    return [
      {
        id: 'sensor.scenario',
        group: 'sensor',
        name: message('doctor.item.sensor.scenario', { name: this.name }),
        state: 'works',
        detail,
        repair: null,
      },
    ];
  }

  /** What the room is made of, as one machine's parts would be listed. */
  inventory(): Inventory {
    const { nodes } = this.simulation;
    const { node, gpu, title } = this.scenario;
    return {
      hostname: title,
      os: 'simulated',
      cpu: { brand: node.cpuName, sockets: nodes.length * node.cpus, physicalCores: null, logicalCores: null },
      memoryBytes: nodes.length * node.memoryBytes,
      gpus: this.parts
        .filter(({ columns }) => columns.some(([metric]) => metric === 'gpu.power'))
        .map(({ device }) => ({ device, name: gpu.name, powerLimitW: gpu.powerLimitW, driver: null })),
      disks: nodes.map(({ id }) => ({ device: `${id}/disk/nvme0n1`, name: 'nvme0n1', bytes: null })),
    };
  }
}
