import type { CpuPowerModel } from './cpu-power-model';
import type { Telemetry } from './telemetry';

/**
 * The most this machine's parts can draw together, W: processors at full load, every GPU at its power limit, and the rest
 * of the machine as set. Null until the processor is known. A GPU that does not tell its limit counts with what it draws now.
 */
export function maxItPowerW(cpu: CpuPowerModel, telemetry: Pick<Telemetry, 'latestAll'>, basePowerW: number): number | null {
  const limits = cpu.limits();
  if (limits === null) return null;
  const byGpu = new Map<string, number>();
  for (const metric of ['gpu.power', 'gpu.power.limit'] as const) {
    for (const { device, value } of telemetry.latestAll(metric)) if (value !== null) byGpu.set(device, value);
  }
  return [...byGpu.values()].reduce((sum, powerW) => sum + powerW, limits.maxW + basePowerW);
}
