import { join } from 'node:path';
import type { Reading } from '@shared/model/series';
import { message } from '@shared/text/message';
import type { Collector } from '../collector';
import { inNaturalOrder, readNumber } from './files';
import { GPU_CHIPS, listChips, listInputs } from './hwmon';
import type { CollectorContext } from '../collector-context';
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
      Promise.all(
        (await look()).map(async ({ path, device, label }): Promise<Reading> => ({
          device,
          label,
          metric: 'fan.speed',
          provenance: 'measured',
          value: await readNumber(path),
        })),
      ),
    async doctor() {
      const speeds = (await look()).length;
      if (speeds > 0) return [sensorItem('fans', 'works', message('message.fans.works', { count: speeds }))];
      return [sensorItem('fans', 'missing', message(env.platform === 'linux' ? 'message.fans.none' : 'message.fans.untold'))];
    },
    close: async () => undefined,
  };
}

async function findFans(sysRoot: string): Promise<Fan[]> {
  const fans = new Map<string, Fan>();
  // By where they sit: which of two of one name is the first must not change with the order of the drivers.
  const chips = (await listChips(sysRoot))
    .filter(({ name }) => !GPU_CHIPS.test(name))
    .sort((a, b) => inNaturalOrder.compare(a.spot, b.spot));
  for (const { path, place, spot } of chips) {
    for (const { input, label } of await listInputs({ path }, 'fan')) {
      const name = `${place} ${label ?? input}`;
      // The first of a name has it alone; another says which connector of the chip, or which chip it is.
      const first = fans.get(idOf(place, label ?? input, ''))?.path ?? '';
      const told = [[], [first.startsWith(`${path}/`) ? input : spot], [input, spot], [input, spot, String(fans.size)]].map((more) =>
        more.map((word) => ` ${word}`).join(''),
      );
      const more = told.find((each) => !fans.has(idOf(place, label ?? input, each))) ?? '';
      const device = idOf(place, label ?? input, more);
      fans.set(device, { path: join(path, `${input}_input`), device, label: `${name}${more}` });
    }
  }
  return [...fans.values()];
}

/** A firmware's long names are cut, what tells them apart is not. */
function idOf(place: string, part: string, more: string): string {
  return `fan/${place}/${part}`.slice(0, MAX_NAME - more.length) + more;
}
