import type { DoctorItem } from '@shared/model/doctor';
import { deviceName, devicesByModel, type DeviceRecord } from '@shared/model/device-record';
import { phrase, type Said } from '@shared/phrases/phrase';
import { listOf, sensorItem } from '../items';

/** A GPU that answers. */
export interface SeenGpu {
  readonly device: string;
  readonly model: string;
  readonly powerW: number | null;
}

export interface SeenGpus {
  readonly driver: string | null;
  readonly gpus: readonly SeenGpu[];
  readonly migs: number;
  /** Places in the driver's list whose GPU does not tell what it is. */
  readonly unreachable: number;
}

/**
 * The doctor's line of the NVIDIA GPUs: each by its number and model, and which of them do not answer or tell no power.
 * @param known all that were ever seen here @param way puts how they are read behind what was found
 */
export function gpuItem(seen: SeenGpus, known: readonly DeviceRecord[], way: (found: Said) => Said): DoctorItem {
  const { gpus, driver, migs } = seen;
  const of = (state: DeviceRecord['state']): DeviceRecord[] => known.filter((device) => device.state === state);
  const [lost, missing] = [of('lost'), of('missing')];
  const unreachable = Math.max(0, seen.unreachable - lost.length - missing.length);
  const silent = gpus.filter(({ powerW }) => powerW === null);
  if (gpus.length + lost.length + missing.length + unreachable === 0) {
    return sensorItem('nvidia', 'missing', phrase('said.nvidia.noGpu', { driver: driver ?? '?' }));
  }
  const base = gpus.length === 0 ? phrase('said.nvidia.noneAnswers', { driver: driver ?? '?' }) : phrase('said.nvidia.found', { gpus: devicesByModel(gpus), driver: driver ?? '?' });
  let found = way(base);
  if (migs > 0) found = phrase('said.nvidia.migs', { found, count: migs });
  if (silent.length > 0) found = phrase('said.nvidia.silent', { found, gpus: silent.map(deviceName).join(', ') });
  if (lost.length > 0) found = phrase('said.nvidia.lost', { found, gpus: lost.map(deviceName).join(', ') });
  if (unreachable > 0) found = phrase('said.nvidia.unreachable', { found, count: unreachable });
  if (missing.length > 0) {
    const named = missing.map((gpu) => phrase('said.nvidia.lastSeen', { gpu: deviceName(gpu), seenAtMs: gpu.lastSeenMs }));
    found = phrase('said.nvidia.missing', { found, gpus: listOf(named) });
  }
  const whole = silent.length + lost.length + missing.length + unreachable === 0;
  return sensorItem('nvidia', whole ? 'works' : gpus.length > silent.length ? 'partial' : 'failing', found, repairOf(lost.length + unreachable, missing.length));
}

function repairOf(lost: number, missing: number): Said | null {
  if (missing > 0) return phrase('said.nvidia.seat');
  return lost > 0 ? phrase('said.nvidia.reseat') : null;
}

/** The same where nothing can be read at all: what is known of before goes unread, which is a fault and no empty machine. */
export function withUnread(item: DoctorItem, known: readonly DeviceRecord[]): DoctorItem {
  const unread = known.filter(({ state }) => state !== 'removed');
  if (unread.length === 0) return item;
  return { ...item, state: 'failing', detail: phrase('said.nvidia.unread', { found: item.detail, gpus: devicesByModel(unread) }) };
}
