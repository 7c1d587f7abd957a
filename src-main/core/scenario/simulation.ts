import { SimulatedFacility } from './facility';
import { nodesOf, type SimulatedNode } from './layout';
import { noise } from './noise';
import type { Scenario, ScenarioFault } from './schema';
import { restingWork, sinceFault, workNow, type Work } from './workload';

/** NVML's clock event reasons that occur here. */
export const throttleReason = { idle: 0x1, powerCap: 0x4, hardwareSlowdown: 0x8, softwareThermal: 0x20, hardwareThermal: 0x40 } as const;

/** Dynamic power goes with frequency times voltage squared, and the voltage with the frequency a little less than in step. */
const CLOCK_EXPONENT = 2.4;
/** Forced convection over a heat sink: resistance ~ flow^-0.8 (turbulent flow). */
const FLOW_EXPONENT = 0.8;
/** What still blows over a sink whose fans stand still. */
const MIN_FLOW = 0.05;
/** A GPU gets this share of its air from the fan in front of it, the rest from all of them. */
const OWN_FAN_SHARE = 0.8;
const FAN_LAG_S = 4;
const [FAN_LOW_C, FAN_HIGH_C, FAN_LEAST] = [45, 80, 0.3];
/** A fan that fails runs down in this time, s. */
const RUN_DOWN_S = 20;
const CLOCK_LEAST = 0.3;
/** Warm air that comes around the top of a rack, K. */
const RECIRCULATION_K = 2.5;
/** Warming of the air through a node at full power and air flow, K. */
const NODE_RISE_K = 15;
/** No two chips are alike: resistance and appetite differ by up to this share. */
const SPREAD = 0.05;
/** How far from its power limit a capped board strays, share of the limit. */
const REGULATION = 0.006;
const CPU_LAG_S = 25;
const CPU_RESISTANCE_K_PER_W = 0.16;
/** Channels of noise, apart by kind. */
const CHANNEL = { resistance: 1, appetite: 2, gpuLoad: 3, gpuPower: 4, node: 5, cpu: 6, inlet: 7, regulation: 8 } as const;
const channel = (kind: number, index: number): number => index * 16 + kind;

/**
 * A room in motion, one second a step: what its nodes do, draw and how warm they get. All state is in typed arrays, by GPU
 * (node × GPUs per node + GPU), by fan, by CPU and by node. Two of the same scenario are the same after as many steps.
 *
 * Of each GPU: the clock it may have (power limit, then temperature), power = idle + (demand − idle) × load × clock^2.4,
 * and C · dT/dt = P − (T − T_inlet) / R with R from the air flow; solved exactly over the second for constant power.
 */
export class Simulation {
  readonly nodes: readonly SimulatedNode[];
  readonly facility: SimulatedFacility | null;
  /** Seconds of the room's own time since its start, the warm-up included. */
  tick = 0;

  readonly gpuLoad: Float64Array;
  readonly gpuMemoryLoad: Float64Array;
  readonly gpuMemory: Float64Array;
  readonly gpuPowerW: Float64Array;
  readonly gpuLimitW: Float64Array;
  readonly gpuTempC: Float64Array;
  /** Share of the highest clock. */
  readonly gpuClock: Float64Array;
  readonly gpuReasons: Uint32Array;
  /** All reasons there ever were. */
  readonly gpuReasonsSeen: Uint32Array;
  /** Error reported in this second, 0 = none. */
  readonly gpuXid: Uint32Array;
  /** 1 = off the bus. */
  readonly gpuLost: Uint8Array;
  /** Shares of full speed, the health included. */
  readonly fanSpeed: Float64Array;
  readonly cpuLoad: Float64Array;
  readonly cpuPowerW: Float64Array;
  readonly cpuTempC: Float64Array;
  readonly nodeMemory: Float64Array;
  readonly nodePowerW: Float64Array;
  /** Used since the start, J. */
  readonly nodeEnergyJ: Float64Array;
  readonly nodeBaseW: Float64Array;
  readonly inletTempC: Float64Array;
  readonly outletTempC: Float64Array;
  readonly work: Work[];

  private readonly resistance: Float64Array;
  private readonly appetite: Float64Array;
  private readonly thermalClock: Float64Array;
  private readonly fanDrive: Float64Array;
  private readonly fanHealth: Float64Array;
  /** The faults that end each node's job. */
  private readonly errors: readonly ScenarioFault[][];
  private readonly jobOf: readonly (Scenario['jobs'][number] | null)[];
  private readonly nodeMaxW: number;
  private readonly trippedChillers = new Set<number>();

  constructor(readonly scenario: Scenario) {
    const { node, gpu, jobs, faults, seed, supplyTempC } = scenario;
    this.nodes = nodesOf(scenario);
    const [nodes, gpus, fans, cpus] = [
      this.nodes.length,
      this.nodes.length * node.gpus,
      this.nodes.length * node.fans,
      this.nodes.length * node.cpus,
    ];
    const filled = (length: number, value: number): Float64Array => new Float64Array(length).fill(value);
    this.gpuLoad = filled(gpus, 0);
    this.gpuMemoryLoad = filled(gpus, 0);
    this.gpuMemory = filled(gpus, 0);
    this.gpuPowerW = filled(gpus, gpu.idleW);
    this.gpuLimitW = filled(gpus, gpu.powerLimitW);
    this.gpuTempC = filled(gpus, supplyTempC);
    this.gpuClock = filled(gpus, gpu.clockIdleMhz / gpu.clockMaxMhz);
    this.gpuReasons = new Uint32Array(gpus);
    this.gpuReasonsSeen = new Uint32Array(gpus);
    this.gpuXid = new Uint32Array(gpus);
    this.gpuLost = new Uint8Array(gpus);
    this.thermalClock = filled(gpus, 1);
    this.resistance = filled(gpus, 0).map(
      (_, g) => gpu.thermalResistanceKPerW * (1 + SPREAD * noise(seed, channel(CHANNEL.resistance, g), 0)),
    );
    this.appetite = filled(gpus, 0).map((_, g) => 1 + SPREAD * noise(seed, channel(CHANNEL.appetite, g), 0));
    this.fanSpeed = filled(fans, FAN_LEAST);
    this.fanDrive = filled(fans, FAN_LEAST);
    this.fanHealth = filled(fans, 1);
    this.cpuLoad = filled(nodes, 0);
    this.cpuPowerW = filled(cpus, node.cpuIdleW);
    this.cpuTempC = filled(cpus, supplyTempC);
    this.nodeMemory = filled(nodes, 0);
    this.nodePowerW = filled(nodes, 0);
    this.nodeEnergyJ = filled(nodes, 0);
    this.nodeBaseW = filled(nodes, node.basePowerW);
    this.inletTempC = filled(nodes, supplyTempC);
    this.outletTempC = filled(nodes, supplyTempC);
    this.work = this.nodes.map(() => restingWork);
    this.nodeMaxW = nodeMaxW(scenario);
    this.jobOf = this.nodes.map((_, n) => jobs.find((job) => n >= job.firstNode && n < job.firstNode + job.nodes) ?? null);
    this.errors = this.jobOf.map((job) =>
      job === null
        ? []
        : faults.filter((fault) => fault.kind === 'xid' && fault.node >= job.firstNode && fault.node < job.firstNode + job.nodes),
    );
    const idleW = nodes * (node.gpus * gpu.idleW + node.cpus * node.cpuIdleW + node.basePowerW);
    this.facility = scenario.facility === null ? null : new SimulatedFacility(scenario.facility, supplyTempC, idleW);
    for (let i = 0; i < scenario.warmUpS; i++) this.step();
  }

  get itPowerW(): number {
    return this.nodePowerW.reduce((sum, powerW) => sum + powerW, 0);
  }

  /** One second of the room. */
  step(): void {
    this.tick += 1;
    this.applyFaults();
    const supplyC = this.facility?.supplyTempC ?? this.scenario.supplyTempC;
    for (let n = 0; n < this.nodes.length; n++) this.stepNode(n, supplyC);
    this.facility?.step(this.itPowerW, this.trippedChillers);
  }

  private applyFaults(): void {
    const { node, gpu, faults } = this.scenario;
    this.fanHealth.fill(1);
    this.gpuXid.fill(0);
    this.gpuLost.fill(0);
    this.gpuLimitW.fill(gpu.powerLimitW);
    this.trippedChillers.clear();
    for (const fault of faults) {
      const since = sinceFault(fault, this.tick);
      if (since === null) continue;
      switch (fault.kind) {
        case 'fan':
          this.fanHealth[fault.node * node.fans + fault.fan] = Math.max(0, 1 - since / RUN_DOWN_S);
          break;
        case 'xid':
          if (since === 0) this.gpuXid[fault.node * node.gpus + fault.gpu] = fault.xid;
          if (fault.xid === 79) this.gpuLost[fault.node * node.gpus + fault.gpu] = 1;
          break;
        case 'chiller':
          this.trippedChillers.add(fault.chiller);
          break;
        case 'power-cap':
          this.gpuLimitW.fill(
            Math.min(gpu.powerLimitW, fault.limitW),
            fault.firstNode * node.gpus,
            (fault.firstNode + fault.nodes) * node.gpus,
          );
          break;
      }
    }
  }

  private stepNode(n: number, supplyC: number): void {
    const { scenario, tick } = this;
    const { node, seed } = scenario;
    const job = this.jobOf[n] ?? null;
    const work = job === null ? restingWork : workNow(job, this.errors[n] ?? [], tick);
    this.work[n] = work;
    const inletC = supplyC + RECIRCULATION_K * (this.nodes[n]?.height ?? 0) + 0.15 * noise(seed, channel(CHANNEL.inlet, n), tick);
    this.inletTempC[n] = inletC;
    let powerW = 0;
    let flow = 0;
    for (let f = n * node.fans; f < (n + 1) * node.fans; f++) flow += at(this.fanSpeed, f) / node.fans;
    for (let g = n * node.gpus; g < (n + 1) * node.gpus; g++) powerW += this.stepGpu(g, n, work, inletC, flow);
    const load = clamp(work.cpu + 0.02 * noise(seed, channel(CHANNEL.node, n), tick), 0.002, 1);
    this.cpuLoad[n] = load;
    this.nodeMemory[n] = at(this.nodeMemory, n) + (work.memory - at(this.nodeMemory, n)) / 20;
    for (let c = n * node.cpus; c < (n + 1) * node.cpus; c++) {
      const cpuW = node.cpuIdleW + (node.cpuMaxW - node.cpuIdleW) * clamp(load + 0.02 * noise(seed, channel(CHANNEL.cpu, c), tick), 0, 1);
      this.cpuPowerW[c] = cpuW;
      const settledC = inletC + cpuW * CPU_RESISTANCE_K_PER_W;
      this.cpuTempC[c] = settledC + (at(this.cpuTempC, c) - settledC) * Math.exp(-1 / CPU_LAG_S);
      powerW += cpuW;
    }
    const baseW = node.basePowerW + this.stepFans(n);
    this.nodeBaseW[n] = baseW;
    this.nodePowerW[n] = powerW + baseW;
    this.nodeEnergyJ[n] = at(this.nodeEnergyJ, n) + powerW + baseW;
    this.outletTempC[n] = inletC + (NODE_RISE_K * (powerW + baseW)) / this.nodeMaxW / Math.max(FAN_LEAST, flow);
  }

  /** @returns what the GPU draws, W */
  private stepGpu(g: number, n: number, work: Work, inletC: number, nodeFlow: number): number {
    const { gpu, node, seed } = this.scenario;
    const { tick } = this;
    const limitW = at(this.gpuLimitW, g);
    // A card on its way through a step of the training waits now and then for the others.
    const load =
      at(this.gpuLost, g) === 1 ? 0 : work.gpu === 0 ? 0 : clamp(work.gpu + 0.03 * noise(seed, channel(CHANNEL.gpuLoad, g), tick), 0, 1);
    const wantedW = (gpu.demandW - gpu.idleW) * at(this.appetite, g) * load * (1 + 0.02 * noise(seed, channel(CHANNEL.gpuPower, g), tick));
    const idle = load < 0.01;
    const before = at(this.gpuTempC, g);
    let reasons = idle ? throttleReason.idle : 0;
    let clock = this.thermalLimit(g, before);
    if (!idle && clock < 1) reasons |= throttleReason.softwareThermal;
    if (before >= gpu.hardwareSlowdownTempC) {
      clock = Math.min(clock, 0.5);
      reasons |= throttleReason.hardwareThermal | throttleReason.hardwareSlowdown;
    }
    // The board keeps to its limit on the average, not in each second.
    const roomW = Math.max(0, limitW * (1 + REGULATION * noise(seed, channel(CHANNEL.regulation, g), tick)) - gpu.idleW);
    if (wantedW * clock ** CLOCK_EXPONENT > roomW) {
      clock = Math.max(CLOCK_LEAST, (roomW / wantedW) ** (1 / CLOCK_EXPONENT));
      reasons |= throttleReason.powerCap;
    }
    const powerW = gpu.idleW + wantedW * clock ** CLOCK_EXPONENT;
    const fan = at(this.fanSpeed, n * node.fans + fanOf(g % node.gpus, node.gpus, node.fans));
    const flow = Math.max(MIN_FLOW, OWN_FAN_SHARE * fan + (1 - OWN_FAN_SHARE) * nodeFlow);
    const fullFlowKPerW = at(this.resistance, g);
    const kPerW = fullFlowKPerW * flow ** -FLOW_EXPONENT;
    const heatCapacityJPerK = gpu.timeConstantS / fullFlowKPerW;
    const settledC = inletC + powerW * kPerW;
    this.gpuTempC[g] = settledC + (before - settledC) * Math.exp(-1 / (kPerW * heatCapacityJPerK));
    this.gpuLoad[g] = load;
    this.gpuMemoryLoad[g] = work.gpu === 0 ? 0 : clamp(work.gpuMemoryTraffic * (load / work.gpu), 0, 1);
    this.gpuMemory[g] = at(this.gpuMemory, g) + (work.gpuMemory - at(this.gpuMemory, g)) / 8;
    this.gpuClock[g] = idle ? gpu.clockIdleMhz / gpu.clockMaxMhz : clock;
    this.gpuReasons[g] = reasons;
    this.gpuReasonsSeen[g] = at(this.gpuReasonsSeen, g) | reasons;
    this.gpuPowerW[g] = powerW;
    return powerW;
  }

  /** The driver takes the clock down while the die is too hot and gives it back slowly. */
  private thermalLimit(g: number, dieC: number): number {
    const { slowdownTempC } = this.scenario.gpu;
    let limit = at(this.thermalClock, g);
    if (dieC > slowdownTempC) limit = Math.max(CLOCK_LEAST, limit - 0.01 * (dieC - slowdownTempC));
    else if (dieC < slowdownTempC - 3) limit = Math.min(1, limit + 0.01);
    this.thermalClock[g] = limit;
    return limit;
  }

  /** Each fan follows the hottest GPU behind it. @returns what the node's fans draw, W */
  private stepFans(n: number): number {
    const { node } = this.scenario;
    let fansW = 0;
    for (let f = 0; f < node.fans; f++) {
      let hottestC = node.gpus === 0 ? at(this.cpuTempC, n * node.cpus) : -Infinity;
      for (let g = 0; g < node.gpus; g++) {
        if (node.gpus >= node.fans && fanOf(g, node.gpus, node.fans) !== f) continue;
        hottestC = Math.max(hottestC, at(this.gpuTempC, n * node.gpus + g));
      }
      const i = n * node.fans + f;
      const wanted = clamp(FAN_LEAST + ((1 - FAN_LEAST) * (hottestC - FAN_LOW_C)) / (FAN_HIGH_C - FAN_LOW_C), FAN_LEAST, 1);
      const drive = at(this.fanDrive, i) + (wanted - at(this.fanDrive, i)) / FAN_LAG_S;
      this.fanDrive[i] = drive;
      const speed = drive * at(this.fanHealth, i);
      this.fanSpeed[i] = speed;
      fansW += node.fanMaxW * speed ** 3;
    }
    return fansW;
  }
}

/** Which of a node's fans blows over this GPU. */
function fanOf(gpu: number, gpus: number, fans: number): number {
  return Math.floor((gpu * fans) / gpus);
}

/** The most that one node draws, W. */
export function nodeMaxW({ node, gpu }: Pick<Scenario, 'node' | 'gpu'>): number {
  return node.gpus * gpu.powerLimitW + node.cpus * node.cpuMaxW + node.basePowerW + node.fans * node.fanMaxW;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
/** An index of ours is always inside; the type system cannot know. */
const at = (values: Float64Array | Uint8Array | Uint32Array, index: number): number => values[index] ?? 0;
