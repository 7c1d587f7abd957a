import type { DoctorItem } from '@shared/model/doctor';
import { deviceName, devicesByModel, type DeviceRecord } from '@shared/model/device-record';
import { message, type Message } from '@shared/text/message';
import { sensorItem, withoutAway } from '../items';

/** A GPU that answers. */
export interface SeenGpu {
  readonly device: string;
  readonly model: string;
  readonly powerW: number | null;
  /** Its memory is the machine's; left out = not known to be. */
  readonly sharesMachineMemory?: boolean;
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
export function gpuItem(seen: SeenGpus, known: readonly DeviceRecord[], way: (found: Message) => Message): DoctorItem {
  const { gpus, driver, migs } = seen;
  const away = known.filter(({ state }) => state === 'lost' || state === 'missing').length;
  const unreachable = Math.max(0, seen.unreachable - away);
  if (gpus.length + away + unreachable === 0)
    return sensorItem('nvidia', 'missing', message('message.nvidia.noGpu', { driver: driver ?? '?' }));
  const silent = gpus.filter(({ powerW }) => powerW === null);
  const running = { driver: driver ?? '?' };
  let found = way(
    gpus.length === 0
      ? message('message.nvidia.noneAnswers', running)
      : message('message.nvidia.found', { gpus: devicesByModel(gpus), ...running }),
  );
  if (migs > 0) found = message('message.nvidia.migs', { found, count: migs });
  const unified = gpus.filter(({ sharesMachineMemory }) => sharesMachineMemory === true);
  if (unified.length > 0) found = message('message.nvidia.hostMemory', { found, gpus: unified.map(deviceName).join(', ') });
  if (silent.length > 0) found = message('message.gpu.silent', { found, gpus: silent.map(deviceName).join(', ') });
  if (unreachable > 0) found = message('message.nvidia.unreachable', { found, count: unreachable });
  const works = gpus.length === silent.length ? 'failing' : silent.length + unreachable > 0 ? 'partial' : 'works';
  return withoutAway(sensorItem('nvidia', works, found, unreachable > 0 ? message('message.gpu.reseat') : null), known);
}

/** The same where nothing can be read at all: what is known of before goes unread, which is a fault and no empty machine. */
export function withUnread(item: DoctorItem, known: readonly DeviceRecord[]): DoctorItem {
  const unread = known.filter(({ state }) => state !== 'removed');
  if (unread.length === 0) return item;
  return { ...item, state: 'failing', detail: message('message.nvidia.unread', { found: item.detail, gpus: devicesByModel(unread) }) };
}
