import { join } from 'node:path';
import type { Reading } from '@shared/model/series';
import { message, MessageError } from '@shared/text/message';
import si from 'systeminformation';
import type { Collector } from '../collector';
import { listFolder, readAccount } from './files';
import type { CollectorContext } from '../collector-context';
import { sensorItem } from './items';
import { Rates } from './rate';

interface Counters {
  readonly name: string;
  readonly receivedB: number | null;
  readonly sentB: number | null;
}

/** Received and sent rates of each network interface; the loopback is none. */
export function createNetworkCollector(context: CollectorContext): Collector {
  const { env } = context;
  const linux = env.platform === 'linux';
  const rates = new Rates(context);
  let named = '';
  let virtual: readonly string[] = [];
  /** Which interfaces are virtual changes only with the names there are. */
  const virtualAmong = async (names: string): Promise<readonly string[]> => {
    if (names !== named) virtual = await listFolder(join(env.sysRoot, 'devices/virtual/net'));
    named = names;
    return virtual;
  };
  const count = (): Promise<Counters[]> => (linux ? fromProc(env, virtualAmong) : fromSystem());
  return {
    id: 'network',
    periodMs: linux ? 1000 : 5000,
    async read() {
      const counters = await count();
      const keys = new Set<string>();
      const readings = counters.flatMap(({ name, receivedB, sentB }) => {
        const reading = (metric: 'network.receive' | 'network.transmit', bytes: number | null): Reading => {
          const key = `${name} ${metric}`;
          keys.add(key);
          return { device: `net/${name}`, label: name, metric, provenance: 'measured', value: rates.next(key, bytes) };
        };
        return [reading('network.receive', receivedB), reading('network.transmit', sentB)];
      });
      rates.keep(keys);
      return readings;
    },
    async doctor() {
      const names = (await count()).map(({ name }) => name);
      return [
        names.length > 0
          ? sensorItem('network', 'works', names.join(', '))
          : sensorItem('network', 'missing', message('message.network.none')),
      ];
    },
    close: async () => undefined,
  };
}

/**
 * Virtual interfaces (bridges, tunnels, containers' ends) carry what passes a real one again, and come and go by the
 * hundred: they are left out wherever there is a real one.
 */
async function fromProc(env: CollectorContext['env'], virtualAmong: (names: string) => Promise<readonly string[]>): Promise<Counters[]> {
  const text = readAccount(join(env.procRoot, 'net/dev'));
  if (text === null) throw new MessageError(message('message.unreadable', { path: '/proc/net/dev' }));
  const all = [...text.matchAll(/^\s*([^\s:]+):\s*(.+)$/gm)].flatMap((match): Counters[] => {
    const name = match[1] ?? '';
    const fields = (match[2] ?? '').trim().split(/\s+/).map(Number);
    return name === 'lo' ? [] : [{ name, receivedB: finite(fields[0]), sentB: finite(fields[8]) }];
  });
  const virtual = await virtualAmong(all.map(({ name }) => name).join());
  const real = all.filter(({ name }) => !virtual.includes(name));
  return real.length > 0 ? real : all;
}

async function fromSystem(): Promise<Counters[]> {
  const stats = await si.networkStats('*');
  return stats
    .filter(({ iface }) => !/^lo\d*$|loopback/i.test(iface))
    .map(({ iface, rx_bytes, tx_bytes }) => ({ name: iface, receivedB: finite(rx_bytes), sentB: finite(tx_bytes) }));
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
