import { LOCAL_NODE, nodeOf } from '@shared/model/device-tree';
import type { MetricId } from '@shared/model/metrics';
import type { LatestValue } from './room-summary';

/** Above these nobody would say that a machine rests, %. */
const IDLE_CPU_PERCENT = 10;
const IDLE_GPU_PERCENT = 5;
/** A load older than this says nothing of now, ms. */
const STALE_MS = 5_000;

/**
 * Whether this machine is known to rest: its processors and each of its GPUs have told so just now. One that does not tell its
 * load may be at anybody's work, and then nothing is known.
 */
export function isNodeIdle(latest: (metric: MetricId) => readonly LatestValue[], nowMs: number): boolean {
  const local = (metric: MetricId): LatestValue[] => latest(metric).filter(({ device }) => nodeOf(device) === LOCAL_NODE);
  const rests = ({ value, atMs }: LatestValue, percent: number): boolean =>
    value !== null && Math.abs(nowMs - atMs) <= STALE_MS && value <= percent;
  const cpus = local('cpu.load');
  if (cpus.length === 0 || !cpus.every((cpu) => rests(cpu, IDLE_CPU_PERCENT))) return false;
  const loads = new Map(local('gpu.load').map((gpu) => [gpu.device, gpu]));
  if (![...loads.values()].every((gpu) => rests(gpu, IDLE_GPU_PERCENT))) return false;
  return local('gpu.power').every(({ device, value }) => value === null || loads.has(device));
}
