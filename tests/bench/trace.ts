import type { MetricId } from '../../src-shared/model/metrics';
import type { SeriesKey } from '../../src-shared/model/series';
import { random } from '../helpers/random';

/** One series of the trace: its key, its name for OpenMetrics, and the value of each second, as its meter gives it. */
export interface TraceSeries {
  readonly key: SeriesKey;
  readonly name: string;
  /** NaN = the meter gave none. */
  readonly values: Float64Array;
}

type Next = (second: number) => number;
const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/**
 * What a server of eight GPUs and its rack say at 1 Hz, 178 series: trainings of half an hour to an hour and a half with
 * checkpoints and pauses; watts of mW resolution with 1.5 % of white and 1 % of slow noise; temperatures that lag behind;
 * clocks in steps of 15 MHz that throttle; counters of energy, network and disk; rack sensors and PDUs. No value is made
 * rounder than the meter of its kind gives it. The same seed gives the same trace everywhere.
 */
export function trace(seconds: number, seed = 1): TraceSeries[] {
  const rand = random(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - rand())) * Math.cos(2 * Math.PI * rand());
  const load = phases(seconds, rand);
  const list: TraceSeries[] = [];
  const add = (device: string, metric: MetricId, name: string, next: Next): Float64Array => {
    const values = Float64Array.from({ length: seconds }, (_, second) => next(second));
    list.push({ key: { device, metric, provenance: 'measured', label: `${device} ${name}` }, name, values });
    return values;
  };
  /** Slow noise: an AR(1) process of standard deviation 1 and about a minute's memory. */
  const slow = (): (() => number) => {
    let state = normal();
    return () => (state = 0.984 * state + 0.178 * normal());
  };
  const lag = (timeS: number, start: number): ((towards: number) => number) => {
    let state = start;
    return (towards) => (state += (towards - state) / timeS);
  };
  const counter = (rate: Next): Next => {
    let total = Math.floor(rand() * 1e12);
    return (second) => (total += Math.max(0, Math.round(rate(second))));
  };

  let nodeW = new Float64Array(seconds);
  for (let gpu = 0; gpu < 8; gpu++) {
    const device = `gpu${gpu}`;
    const share = 0.97 + 0.05 * rand();
    const drift = slow();
    const at = (second: number): number => load[second] ?? 0;
    const power = add(device, 'gpu.power', 'gpu_power_watts', (second) => {
      const mean = 72 + 590 * at(second) * share;
      return round(clamp(mean * (1 + 0.015 * normal() + 0.01 * drift()), 60, 705), 3);
    });
    nodeW = nodeW.map((sum, i) => sum + (power[i] ?? 0));
    add(device, 'gpu.load', 'gpu_utilization_percent', (second) =>
      at(second) < 0.02 ? 0 : clamp(Math.round(100 * at(second) - Math.abs(3 * normal())), 0, 100),
    );
    add(device, 'gpu.memory.load', 'gpu_memory_utilization_percent', (second) =>
      at(second) < 0.02 ? 0 : clamp(Math.round(58 * at(second) + 3 * normal()), 0, 100),
    );
    const held = 1_048_576 * Math.round(60_000 + 12_000 * rand());
    add(device, 'gpu.memory.used', 'gpu_memory_used_bytes', (second) =>
      at(second) < 0.02 ? 655_360_000 : held + 2_097_152 * (Math.floor(second / 240) % 5),
    );
    const core = lag(40, 35);
    const memory = lag(60, 40);
    const temperature = add(device, 'gpu.temperature', 'gpu_temperature_celsius', (second) =>
      Math.round(core(30 + 0.055 * (power[second] ?? 0)) + 0.2 * normal()),
    );
    add(device, 'gpu.temperature', 'gpu_memory_temperature_celsius', (second) =>
      Math.round(memory(36 + 0.07 * (power[second] ?? 0)) + 0.2 * normal()),
    );
    const fan = lag(30, 30);
    add(device, 'gpu.fan', 'gpu_fan_percent', (second) => Math.round(fan(20 + (temperature[second] ?? 0) * 0.8)));
    add(device, 'gpu.clock.sm', 'gpu_sm_clock_hertz', (second) =>
      at(second) < 0.02 ? 345 : (power[second] ?? 0) > 655 ? 1980 - 15 * Math.ceil(Math.abs(3 * normal())) : 1980,
    );
    add(device, 'gpu.clock.memory', 'gpu_memory_clock_hertz', () => 2619);
    add(device, 'gpu.power.limit', 'gpu_power_limit_watts', () => 700);
    add(
      device,
      'gpu.power',
      'gpu_energy_millijoules_total',
      counter((second) => 1000 * (power[second] ?? 0) + 2000 * normal()),
    );
    add(device, 'network.receive', 'gpu_pcie_receive_kilobytes', (second) =>
      Math.round(at(second) < 0.02 ? 0 : 900_000 * at(second) * (1 + 0.2 * normal())),
    );
    add(device, 'network.transmit', 'gpu_pcie_transmit_kilobytes', (second) =>
      Math.round(at(second) < 0.02 ? 0 : 300_000 * at(second) * (1 + 0.2 * normal())),
    );
    add(device, 'gpu.load', 'gpu_throttle_reasons', (second) => (at(second) < 0.02 ? 1 : (power[second] ?? 0) > 655 ? 4 : 0));
    add(device, 'gpu.load', 'gpu_ecc_errors_total', (second) => (gpu === 3 && second > seconds / 2 ? 2 : 0));
  }
  const at = (second: number): number => load[second] ?? 0;
  add('cpu0', 'cpu.load', 'cpu_load_percent', (second) => round(clamp(6 + 22 * at(second) + 1.5 * normal(), 0, 100), 1));
  for (const socket of ['cpu0', 'cpu1']) {
    const drift = slow();
    const watts = add(socket, 'cpu.power', 'cpu_power_watts', (second) => round(95 + 120 * at(second) + 4 * normal() + 3 * drift(), 3));
    add(socket, 'cpu.power', 'cpu_dram_power_watts', (second) => round(18 + 14 * at(second) + 0.6 * normal(), 3));
    const die = lag(20, 45);
    add(socket, 'cpu.temperature', 'cpu_temperature_celsius', (second) =>
      Math.round(die(28 + 0.16 * (watts[second] ?? 0)) + 0.4 * normal()),
    );
    add(socket, 'cpu.frequency', 'cpu_frequency_megahertz', (second) => Math.round(2000 + 1400 * at(second) + 40 * normal()));
  }
  const run = lag(60, 2);
  add('host', 'host.load1', 'host_load1', (second) => round(run(2 + 30 * at(second) + 2 * normal()), 2));
  const pages = lag(300, 2e7);
  add('host', 'memory.used', 'host_memory_used_bytes', (second) => 4096 * Math.round(pages(2e7 + 3e7 * at(second)) + 300 * normal()));
  add('host', 'swap.used', 'host_swap_used_bytes', () => 0);
  for (let i = 0; i < 16; i++) {
    const busy = i < 8 ? 60 : 4;
    add(`cpu0/core${i}`, 'cpu.core.load', 'cpu_core_load_percent', (second) =>
      round(clamp(busy * at(second) + 3 + 4 * normal(), 0, 100), 1),
    );
  }
  for (const [nic, bytes] of [
    ['eth0', 2e6],
    ['ib0', 9e9],
  ] as const) {
    add(
      `net/${nic}`,
      'network.receive',
      'network_receive_bytes_total',
      counter((second) => bytes * (0.01 + at(second)) * (1 + 0.15 * normal())),
    );
    add(
      `net/${nic}`,
      'network.transmit',
      'network_transmit_bytes_total',
      counter((second) => 0.8 * bytes * (0.01 + at(second)) * (1 + 0.15 * normal())),
    );
  }
  for (const disk of ['nvme0n1', 'nvme1n1']) {
    add(
      `disk/${disk}`,
      'disk.read',
      'disk_read_bytes_total',
      counter((second) => (rand() < 0.5 ? 0 : 4096 * Math.round(6e4 * at(second) * rand()))),
    );
    add(
      `disk/${disk}`,
      'disk.write',
      'disk_written_bytes_total',
      counter((second) => (second % 600 < 15 ? 4096 * Math.round(3e5 * rand()) : rand() < 0.7 ? 0 : 4096 * Math.round(60 * rand()))),
    );
    add(
      `disk/${disk}`,
      'disk.read',
      'disk_busy_milliseconds_total',
      counter((second) => 120 * at(second) * rand()),
    );
  }
  for (let i = 0; i < 8; i++) {
    const air = lag(180, 22);
    add(`sensor/${i < 4 ? 'inlet' : 'outlet'}${i % 4}`, 'sensor.temperature', 'rack_temperature_celsius', (second) =>
      round(air(i < 4 ? 22 + Math.sin(second / 1800) : 25 + 14 * at(second)) + 0.05 * normal(), 1),
    );
  }
  for (let i = 0; i < 2; i++)
    add(`sensor/humidity${i}`, 'cpu.load', 'rack_humidity_percent', (second) =>
      round(45 + 3 * Math.sin(second / 5000 + i) + 0.05 * normal(), 1),
    );
  for (let i = 0; i < 4; i++)
    add(`pdu${i}`, 'it.power', 'pdu_power_watts', (second) =>
      Math.round(((nodeW[second] ?? 0) + 700) * (i % 2 === 0 ? 0.52 : 0.48) * 0.5 + 8 * normal()),
    );
  let wattHours = 1_234_500;
  for (let i = 0; i < 2; i++)
    add(`pdu${i}`, 'it.power', 'pdu_energy_kilowatt_hours_total', (second) => round((wattHours += (nodeW[second] ?? 0) / 7200) / 1000, 1));
  for (let i = 0; i < 2; i++) add(`sensor/flow${i}`, 'host.load1', 'coolant_flow_litres_per_minute', () => round(32 + 0.1 * normal(), 2));
  for (let i = 0; i < 2; i++)
    add(`sensor/pressure${i}`, 'host.load1', 'aisle_pressure_pascals', (second) => round(12 + 2 * at(second) + 0.3 * normal(), 1));
  return list.map((series, i) => ({ ...series, key: { ...series.key, device: `${series.key.device}#${i}` } }));
}

/** How busy the GPUs are each second, 0…1. */
function phases(seconds: number, rand: () => number): Float64Array {
  const load = new Float64Array(seconds);
  for (let at = Math.floor(300 * rand()); at < seconds;) {
    const length = 1800 + Math.floor(3600 * rand());
    const depth = 0.82 + 0.16 * rand();
    const checkpoint = 480 + Math.floor(240 * rand());
    for (let i = 0; i < length && at + i < seconds; i++) load[at + i] = i < 45 ? 0.1 : i % checkpoint > checkpoint - 20 ? 0.06 : depth;
    at += length + 60 + Math.floor(900 * rand());
  }
  return load;
}
