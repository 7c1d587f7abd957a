import { join } from 'node:path';
import type { Reading } from '@shared/model/series';
import { phrase } from '@shared/phrases/phrase';
import type { Collector } from '../collector';
import { readNumber } from './files';
import { GPU_CHIPS, listChips, listInputs } from './hwmon';
import type { CollectorContext } from './index';
import { sensorItem } from './items';

const LOOK_AGAIN_MS = 30_000;
const MAX_NAME = 110;

interface Fan {
  readonly path: string;
  readonly device: string;
  readonly label: string;
}

/** Speeds of the board's and the case's fans, rpm. A standing fan is 0; a connector without a fan says 0 too. */
export function createFanCollector({ env, monoMs }: CollectorContext): Collector {
  let fans: readonly Fan[] = [];
  let lookAgainMono = -Infinity;
  const look = async (): Promise<readonly Fan[]> => {
    if (env.platform !== 'linux' || monoMs() < lookAgainMono) return fans;
    lookAgainMono = monoMs() + LOOK_AGAIN_MS;
    fans = await findFans(env.sysRoot);
    return fans;
  };
  return {
    id: 'fans',
    periodMs: 1000,
    read: async () =>
      Promise.all((await look()).map(async ({ path, device, label }): Promise<Reading> => ({ device, label, metric: 'fan.speed', provenance: 'measured', value: await readNumber(path) }))),
    async doctor() {
      const speeds = (await look()).length;
      if (speeds > 0) return [sensorItem('fans', 'works', phrase('said.fans.works', { speeds }))];
      return [sensorItem('fans', 'missing', phrase(env.platform === 'linux' ? 'said.fans.none' : 'said.fans.untold'))];
    },
    close: async () => undefined,
  };
}

async function findFans(sysRoot: string): Promise<Fan[]> {
  const fans: Fan[] = [];
  for (const chip of await listChips(sysRoot)) {
    if (GPU_CHIPS.test(chip.name)) continue;
    for (const { input, label } of await listInputs(chip, 'fan')) {
      const part = label ?? input;
      fans.push({ path: join(chip.path, `${input}_input`), device: `fan/${chip.place}/${part}`.slice(0, MAX_NAME), label: `${chip.place} ${part}` });
    }
  }
  return fans.filter(({ device }, i) => fans.findIndex((other) => other.device === device) === i);
}
