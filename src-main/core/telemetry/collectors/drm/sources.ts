import { join } from 'node:path';
import type { MetricId } from '@shared/model/metrics';
import { listFolder, readText } from '../files';
import { listInputs } from '../hwmon';

/** A file that tells one metric of a card. */
export interface Source {
  readonly metric: MetricId;
  readonly path: string;
  /** Turns the file's number into the catalogue's unit. */
  readonly scale: number;
  /** The file counts; the metric is what it grows by in a second. `idle-share`: it counts idle ms, the metric is the busy share. */
  readonly count?: 'rate' | 'idle-share';
}

/** The card's hwmon folders: usually one. */
export async function hwmons(device: string): Promise<string[]> {
  return (await listFolder(join(device, 'hwmon'))).map((name) => join(device, 'hwmon', name));
}

/** Where several files could tell a metric, the first that exists counts. Units: Documentation/gpu/amdgpu/thermal.rst, hwmon/sysfs-interface.rst. */
export async function amdSources(device: string, integrated: boolean): Promise<Source[]> {
  const sources: Source[] = [
    { metric: 'gpu.load', path: join(device, 'gpu_busy_percent'), scale: 1 },
    { metric: 'gpu.memory.load', path: join(device, 'mem_busy_percent'), scale: 1 },
    { metric: 'gpu.memory.used', path: join(device, 'mem_info_vram_used'), scale: 1 },
    { metric: 'gpu.memory.total', path: join(device, 'mem_info_vram_total'), scale: 1 },
    { metric: 'gpu.pcie.width', path: join(device, 'current_link_width'), scale: 1 },
  ];
  for (const path of await hwmons(device)) {
    // The meter of a processor's own graphics reads the whole package: that is counted with the processor.
    if (!integrated) {
      // power1_average is a mean of the firmware's, power1_input the moment; MI300 has only the latter.
      sources.push(
        { metric: 'gpu.power', path: join(path, 'power1_average'), scale: 1e-6 },
        { metric: 'gpu.power', path: join(path, 'power1_input'), scale: 1e-6 },
      );
    }
    sources.push(
      ...(integrated ? [] : [{ metric: 'gpu.power.limit', path: join(path, 'power1_cap'), scale: 1e-6 } as const]),
      { metric: 'gpu.fan', path: join(path, 'pwm1'), scale: 100 / 255 },
      { metric: 'fan.speed', path: join(path, 'fan1_input'), scale: 1 },
    );
    for (const { input, label } of await listInputs({ path }, 'temp')) {
      const metric =
        label === 'mem' ? 'gpu.temperature.memory' : label === 'edge' || (label === null && input === 'temp1') ? 'gpu.temperature' : null;
      if (metric !== null) sources.push({ metric, path: join(path, `${input}_input`), scale: 1e-3 });
      // The data-centre cards have no edge sensor; their hottest spot is what is cooled to.
      if (label === 'junction') sources.push({ metric: 'gpu.temperature', path: join(path, `${input}_input`), scale: 1e-3 });
    }
    for (const input of (await listFolder(path)).flatMap((name) => /^(freq\d+)_input$/.exec(name)?.[1] ?? [])) {
      const label = await readText(join(path, `${input}_label`));
      if (label === 'sclk') sources.push({ metric: 'gpu.clock.sm', path: join(path, `${input}_input`), scale: 1e-6 });
      if (label === 'mclk') sources.push({ metric: 'gpu.clock.memory', path: join(path, `${input}_input`), scale: 1e-6 });
    }
  }
  return sources;
}

/** i915 (gt/gt0/…) and xe (device/tile0/gt0/…); power is what the energy counter grows by. */
export async function intelSources(card: string, device: string): Promise<Source[]> {
  const sources: Source[] = [
    { metric: 'gpu.clock.sm', path: join(card, 'gt/gt0/rps_act_freq_mhz'), scale: 1 },
    { metric: 'gpu.clock.sm', path: join(card, 'gt_act_freq_mhz'), scale: 1 },
    { metric: 'gpu.clock.sm', path: join(device, 'tile0/gt0/freq0/act_freq'), scale: 1 },
    { metric: 'gpu.load', path: join(card, 'gt/gt0/rc6_residency_ms'), scale: 1e-3, count: 'idle-share' },
    { metric: 'gpu.load', path: join(card, 'power/rc6_residency_ms'), scale: 1e-3, count: 'idle-share' },
    { metric: 'gpu.load', path: join(device, 'tile0/gt0/gtidle/idle_residency_ms'), scale: 1e-3, count: 'idle-share' },
  ];
  for (const path of await hwmons(device)) {
    // Card before package: xe numbers them so and labels both.
    sources.push(
      { metric: 'gpu.power', path: join(path, 'energy1_input'), scale: 1e-6, count: 'rate' },
      { metric: 'gpu.power', path: join(path, 'energy2_input'), scale: 1e-6, count: 'rate' },
      { metric: 'gpu.energy', path: join(path, 'energy1_input'), scale: 1e-6 },
      { metric: 'gpu.energy', path: join(path, 'energy2_input'), scale: 1e-6 },
      { metric: 'gpu.power.limit', path: join(path, 'power1_max'), scale: 1e-6 },
      { metric: 'fan.speed', path: join(path, 'fan1_input'), scale: 1 },
    );
    for (const { input, label } of await listInputs({ path }, 'temp')) {
      sources.push({
        metric: label === 'vram' ? 'gpu.temperature.memory' : 'gpu.temperature',
        path: join(path, `${input}_input`),
        scale: 1e-3,
      });
    }
  }
  return sources;
}
