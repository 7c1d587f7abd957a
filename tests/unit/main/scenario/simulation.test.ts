import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { moduleLossW, plantCop } from '@shared/energy/facility';
import { english } from '@shared/text/message';
import { loadScenario, listScenarios, nodeCount, Scenario } from '../../../../src-main/core/scenario/schema';
import { Simulation, throttleReason } from '../../../../src-main/core/scenario/simulation';
import { ScenarioSource } from '../../../../src-main/core/scenario/source';
import { phaseAt } from '../../../../src-main/core/scenario/workload';
import { inWindow } from '../../../helpers/messages';

const resources = resolve(import.meta.dirname, '../../../../resources');
let rack: Scenario;
beforeAll(async () => {
  rack = await loadScenario(resources, 'rack');
});
const run = (scenario: Scenario, steps: number): Simulation => {
  const sim = new Simulation(scenario);
  for (let i = 0; i < steps; i++) sim.step();
  return sim;
};
/** A rack without faults and with a job that computes without a pause. */
const steady = (more: Partial<Scenario> = {}): Scenario => ({
  ...rack,
  warmUpS: 0,
  faults: [],
  jobs: [{ ...rack.jobs[0]!, startS: 0, loadS: 0, computeS: 1_000_000, checkpointEveryS: 1_000_000, idleS: 0 }],
  ...more,
});

describe('the shipped scenarios', () => {
  it('are three, and each describes a room', async () => {
    expect(await listScenarios(resources)).toEqual(['hall', 'rack', 'workstation']);
    const sizes = await Promise.all(
      ['workstation', 'rack', 'hall'].map(async (name) => {
        const scenario = await loadScenario(resources, name);
        return [nodeCount(scenario), scenario.node.gpus];
      }),
    );
    expect(sizes).toEqual([
      [1, 2],
      [4, 8],
      [64, 8],
    ]);
  });

  it('of another name are refused with the names there are', async () => {
    await expect(loadScenario(resources, 'halls')).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('hall, rack, workstation'),
    });
    await expect(loadScenario(resources, '../power/cpu-power')).rejects.toMatchObject({ code: 'not-found' });
  });

  it.each<[string, (scenario: Scenario) => unknown, RegExp]>([
    ['two jobs on a node', (s) => ({ ...s, jobs: [s.jobs[0], s.jobs[0]] }), /has two jobs/],
    ['a job on nodes that are not there', (s) => ({ ...s, jobs: [{ ...s.jobs[0], nodes: 5 }] }), /do not exist/],
    [
      'a fault on a fan that is not there',
      (s) => ({ ...s, faults: [{ kind: 'fan', node: 0, fan: 9, atS: 1, lastsS: 1, everyS: null }] }),
      /fan 9/,
    ],
    ['more nodes than fit', (s) => ({ ...s, layout: { ...s.layout, nodesPerRack: 6 } }), /do not fit/],
    [
      'a fault of a chiller that is not there',
      (s) => ({ ...s, faults: [{ kind: 'chiller', chiller: 2, atS: 1, lastsS: 1, everyS: null }] }),
      /chiller 2/,
    ],
    [
      'a fault without an end between',
      (s) => ({ ...s, faults: [{ kind: 'fan', node: 0, fan: 0, atS: 1, lastsS: 9, everyS: 9 }] }),
      /before it is over/,
    ],
  ])('cannot have %s', (_what, broken, message) => {
    const result = Scenario.safeParse(broken(rack));
    expect(result.error?.issues.map((issue) => issue.message).join('; ')).toMatch(message);
  });
});

describe('a scenario', () => {
  it('gives the same numbers for the same seed and second, others for another seed', () => {
    const rows = (seed: number): number[] => {
      const source = new ScenarioSource('rack', { ...rack, seed, warmUpS: 60 });
      const row = new Float64Array(source.keys.length);
      const all: number[] = [];
      for (let i = 0; i < 90; i++) {
        source.read(row);
        all.push(...row);
      }
      return all;
    };
    const first = rows(1);
    expect(rows(1)).toEqual(first);
    expect(rows(2)).not.toEqual(first);
  });

  it('names each series once, all of them simulated, and every value fits its metric', async () => {
    for (const name of ['workstation', 'rack', 'hall']) {
      const source = new ScenarioSource(name, { ...(await loadScenario(resources, name)), warmUpS: 30 });
      expect(new Set(source.keys.map(({ device, metric }) => `${device} ${metric}`)).size).toBe(source.keys.length);
      expect(new Set(source.keys.map(({ provenance }) => provenance))).toEqual(new Set(['simulated']));
      const row = new Float64Array(source.keys.length).fill(-1e300);
      source.read(row);
      source.keys.forEach(({ device, metric }, i) => {
        if (metric === 'gpu.xid') expect(row[i]).toBeNaN();
        if (metric === 'gpu.power') expect(row[i]).toBeGreaterThan(20);
        if (metric === 'gpu.memory.total') expect(row[i]).toBe(source.scenario.gpu.memoryBytes);
        if (metric === 'sensor.temperature') expect(row[i]).toBeGreaterThan(10);
        // One that stands by draws nothing.
        if (metric === 'facility.meter.power') expect(row[i]).toBeGreaterThan(device.startsWith('room/chiller') ? -1 : 0);
        expect(row[i]).not.toBe(-1e300);
      });
    }
  });

  it('works in phases: loads, computes with checkpoints between, rests, begins anew', () => {
    const job = { ...rack.jobs[0]!, loadS: 10, computeS: 100, checkpointEveryS: 40, checkpointS: 5, idleS: 20 };
    expect([-1, 0, 9, 10, 49, 50, 54, 55, 109, 110, 129, 130].map((s) => phaseAt(job, s))).toEqual([
      'rest',
      'load',
      'load',
      'compute',
      'compute',
      'checkpoint',
      'checkpoint',
      'compute',
      'compute',
      'rest',
      'rest',
      'load',
    ]);
    const powerIn = (steps: number): number => run(steady({ jobs: [{ ...job, startS: 0 }] }), steps).gpuPowerW[0]!;
    expect(powerIn(40)).toBeGreaterThan(600);
    expect(powerIn(52)).toBeLessThan(150);
    expect(powerIn(120)).toBe(rack.gpu.idleW);
  });
});

describe('physics', () => {
  it('keeps a node’s books: its power is the sum of its parts', () => {
    const sim = run(steady(), 50);
    const { gpus, cpus } = rack.node;
    for (let n = 0; n < 4; n++) {
      const parts = [...sim.gpuPowerW.slice(n * gpus, (n + 1) * gpus), ...sim.cpuPowerW.slice(n * cpus, (n + 1) * cpus), sim.nodeBaseW[n]!];
      expect(sim.nodePowerW[n]).toBeCloseTo(
        parts.reduce((sum, w) => sum + w, 0),
        6,
      );
    }
  });

  it('balances the facility: the UPS carries IT power and losses, the plant removes all heat for heat / COP', () => {
    const sim = run(steady(), 1_500);
    const facility = sim.facility!;
    const { plan } = facility;
    const pduW = moduleLossW(sim.itPowerW, plan.ratedItPowerW, plan.pdu);
    const upsW = moduleLossW(sim.itPowerW + pduW, plan.ratedItPowerW, plan.ups);
    expect(facility.upsInputW).toBeCloseTo(sim.itPowerW + pduW + upsW, 6);
    // Settled: what is removed is what is put in (IT power moves a little from second to second).
    const share = facility.removedW / (plan.crahs * plan.crahCapacityW);
    const fanW = plan.crahFanW * Math.max(0.4, share) ** 3;
    const heatW = facility.upsInputW + plan.lightingW + plan.crahs * fanW;
    expect(Math.abs(facility.removedW - heatW) / heatW).toBeLessThan(0.02);
    const cooling = { ...plan.cooling, outdoorDryBulbC: facility.outdoorTempC };
    // The fan turned by the heat of the second before.
    expect(Math.abs(facility.crahW - fanW) / fanW).toBeLessThan(1e-3);
    const { chillers } = facility;
    expect(chillers.powerW).toBeCloseTo(facility.removedW / plantCop(cooling)!, 6);
    expect(chillers.units.map(({ isRunning, load }) => [isRunning, Math.round(load * 100)])).toEqual([
      [true, Math.round((100 * facility.removedW) / plan.chillerCapacityW)],
      [false, 0],
    ]);
    expect(facility.coolingW).toBe(plan.crahs * facility.crahW + chillers.powerW);
    expect((facility.upsInputW + facility.coolingW + plan.lightingW) / sim.itPowerW).toBeGreaterThan(1.1);
  });

  it('replaces a chiller that trips by one that stands by, and gets warmer until that one is at work', () => {
    const trip = { kind: 'chiller', chiller: 0, atS: 1_000, lastsS: 600, everyS: null } as const;
    const sim = new Simulation(steady({ faults: [trip] }));
    const { chillers, waterSupplyC: setC } = sim.facility!;
    const steps = (count: number): void => {
      for (let i = 0; i < count; i++) sim.step();
    };
    const states = (): string[] => chillers.units.map(({ isRunning, isTripped }) => (isTripped ? 'alarm' : isRunning ? 'on' : 'off'));
    steps(999);
    expect([states(), sim.facility!.waterSupplyC]).toEqual([['on', 'off'], setC]);
    steps(60);
    expect([states(), chillers.powerW]).toEqual([['alarm', 'on'], 0]);
    const warmC = sim.facility!.waterSupplyC;
    // A minute of all the heat in the water of the loop.
    expect(warmC - setC).toBeCloseTo((60 * sim.facility!.removedW) / (15 * 2 * rack.facility!.chillerCapacityW), 0);
    expect(sim.facility!.supplyTempC - rack.supplyTempC).toBeGreaterThan(0.2);
    steps(500);
    // The other carries it, and has brought the water most of the way back.
    expect([states(), chillers.units[1]!.powerW > 0]).toEqual([['alarm', 'on'], true]);
    expect(sim.facility!.waterSupplyC).toBeLessThan(warmC);
    steps(1_500);
    expect(states()).toEqual(['off', 'on']);
    expect(sim.facility!.waterSupplyC).toBeCloseTo(setC, 2);
  });

  it('stages its chillers by the heat, and lets all rest where the weather cools the water', () => {
    const facility = { ...rack.facility!, chillers: 3, chillerCapacityW: 14_000 };
    const atWork = (scenario: Scenario, count: number): number =>
      run(scenario, count).facility!.chillers.units.filter(({ isRunning }) => isRunning).length;
    expect(atWork(steady({ facility, jobs: [] }), 1_500)).toBe(1);
    expect(atWork(steady({ facility }), 1_500)).toBe(3);
    const cold = { ...facility, cooling: { ...facility.cooling, outdoorDryBulbC: -20 } as typeof facility.cooling };
    const free = run(steady({ facility: cold }), 1_500).facility!;
    expect([free.chillers.powerW, free.chillers.units.some(({ isRunning }) => isRunning)]).toEqual([0, false]);
    expect(free.removedW).toBeGreaterThan(25_000);
  });

  it('settles a die at inlet + power × resistance, and covers 63% of the way in one time constant', () => {
    // Fans that cannot slow down, and no jitter in what is asked of the card: a pure step.
    const scenario = steady({ gpu: { ...rack.gpu, demandW: 5_000 }, facility: null });
    const sim = new Simulation(scenario);
    const settle = new Simulation(scenario);
    for (let i = 0; i < 2_000; i++) settle.step();
    const settledK = settle.gpuTempC[0]! - settle.inletTempC[0]!;
    const kPerW = settledK / settle.gpuPowerW[0]!;
    const flow =
      0.8 * settle.fanSpeed[0]! + 0.2 * ((settle.fanSpeed[0]! + settle.fanSpeed[1]! + settle.fanSpeed[2]! + settle.fanSpeed[3]!) / 4);
    expect(kPerW / (rack.gpu.thermalResistanceKPerW * flow ** -0.8)).toBeGreaterThan(0.94);
    expect(kPerW / (rack.gpu.thermalResistanceKPerW * flow ** -0.8)).toBeLessThan(1.06);
    const start = sim.gpuTempC[0]!;
    let seconds = 0;
    while (sim.gpuTempC[0]! < start + 0.632 * settledK && seconds < 1_000) {
      sim.step();
      seconds += 1;
    }
    // The air flow rises on the way, so the constant lies between that of full flow and that of the slowest fans.
    expect(seconds).toBeGreaterThan(rack.gpu.timeConstantS * 0.9);
    expect(seconds).toBeLessThan(rack.gpu.timeConstantS * 0.3 ** -0.8);
  });

  it('caps power at the limit by lowering the clock, and says so', () => {
    const sim = run(steady({ gpu: { ...rack.gpu, demandW: 900 } }), 60);
    sim.gpuPowerW.forEach((powerW, g) => {
      expect(Math.abs(powerW - rack.gpu.powerLimitW)).toBeLessThan(rack.gpu.powerLimitW * 0.01);
      expect(sim.gpuReasons[g]! & throttleReason.powerCap).toBe(throttleReason.powerCap);
      expect(sim.gpuClock[g]).toBeLessThan(1);
    });
  });

  it('throttles the GPUs behind a failed fan alone, and lets them recover after its repair', () => {
    const scenario = steady({ faults: [{ kind: 'fan', node: 2, fan: 1, atS: 400, lastsS: 600, everyS: null }] });
    const sim = run(scenario, 700);
    const hot = [2 * 8 + 2, 2 * 8 + 3];
    sim.gpuReasons.forEach((reasons, g) => {
      expect({ g, thermal: (reasons & throttleReason.softwareThermal) !== 0 }).toEqual({ g, thermal: hot.includes(g) });
      if (hot.includes(g)) expect(sim.gpuPowerW[g]).toBeLessThan(0.7 * rack.gpu.powerLimitW);
      else expect(sim.gpuTempC[g]).toBeLessThan(rack.gpu.slowdownTempC);
    });
    expect(sim.fanSpeed[2 * 4 + 1]).toBe(0);
    for (let i = 0; i < 900; i++) sim.step();
    for (const g of hot) expect(sim.gpuReasons[g]! & throttleReason.softwareThermal).toBe(0);
    expect(sim.gpuPowerW[hot[0]!]).toBeGreaterThan(600);
  });

  it('tells errors, and GPUs that leave and rejoin their bus, as events that say they are simulated', () => {
    const source = new ScenarioSource(
      'rack',
      steady({ faults: [{ kind: 'xid', node: 1, gpu: 5, xid: 79, atS: 50, lastsS: 30, everyS: null }] }),
    );
    const row = new Float64Array(source.keys.length);
    const events = Array.from({ length: 120 }, () => {
      source.read(row);
      return source.happened();
    }).flat();
    expect(events.map(({ kind, code, severity }) => [kind, code, severity])).toEqual([
      ['gpu.xid', '79', 'critical'],
      ['device.lost', undefined, 'critical'],
      ['device.back', undefined, 'info'],
    ]);
    for (const { device, text } of events)
      expect([device, english(text), inWindow(text, 'zh-CN')]).toEqual([
        'node/node-02/gpu5',
        expect.stringMatching(/^NVIDIA .*: .* \(simulated\)$/),
        expect.stringMatching(/^NVIDIA .*：.*（模拟）$/),
      ]);
  });

  it('loses a GPU off the bus: an error once, silence after it, its job dead until it is back', () => {
    const source = new ScenarioSource(
      'rack',
      steady({ faults: [{ kind: 'xid', node: 1, gpu: 5, xid: 79, atS: 50, lastsS: 30, everyS: null }] }),
    );
    const row = new Float64Array(source.keys.length);
    const value = (device: string, metric: string): number =>
      row[source.keys.findIndex((key) => key.device === device && key.metric === metric)]!;
    const lost = `${source.simulation.nodes[1]!.id}/gpu5`;
    const seen: [number, number, number][] = [];
    for (let t = 1; t <= 120; t++) {
      source.read(row);
      if ([49, 50, 51, 79, 80, 119].includes(t)) seen.push([t, value(lost, 'gpu.xid'), value(lost, 'gpu.power')]);
      if (t === 60) expect(value(`${source.simulation.nodes[0]!.id}/gpu0`, 'gpu.load')).toBe(0);
    }
    expect(seen.map(([t, xid, powerW]) => [t, xid, Number.isNaN(powerW)])).toEqual([
      [49, NaN, false],
      [50, 79, true],
      [51, NaN, true],
      [79, NaN, true],
      [80, NaN, false],
      [119, NaN, false],
    ]);
    expect(value(lost, 'gpu.power')).toBeGreaterThan(600);
  });
});
