import { join } from 'node:path';
import type { MetricId } from '@shared/model/metrics';
import type { Reading } from '@shared/model/series';
import { message } from '@shared/text/message';
import type { Collector } from '../collector';
import { readAccount } from './files';
import type { CollectorContext } from '../collector-context';
import { sensorItem } from './items';

const resources = ['cpu', 'memory', 'io'] as const;
const kinds = ['some', 'full'] as const;

/**
 * Linux pressure-stall information: the share of the last ten seconds in which some, or all, tasks that wanted to run
 * waited for a CPU, for memory, or for I/O (Documentation/accounting/psi.rst, avg10).
 */
export function createPressureCollector({ env }: CollectorContext): Collector {
  const read = (): Reading[] => {
    if (env.platform !== 'linux') return [];
    return resources.flatMap((resource) => {
      const text = readAccount(join(env.procRoot, 'pressure', resource));
      return kinds.flatMap((kind): Reading[] => {
        const share = text === null ? undefined : new RegExp(`^${kind} avg10=([0-9.]+) `, 'm').exec(text)?.[1];
        const metric: MetricId = `pressure.${resource}.${kind}`;
        return share === undefined ? [] : [{ device: 'host', label: 'Host', metric, provenance: 'measured', value: Number(share) }];
      });
    });
  };
  return {
    id: 'pressure',
    periodMs: 1000,
    read: async () => read(),
    async doctor() {
      if (env.platform !== 'linux') return [sensorItem('pressure', 'missing', message('message.pressure.none'))];
      if (read().length > 0) return [sensorItem('pressure', 'works', message('message.from', { source: '/proc/pressure' }))];
      const repair = message('message.pressure.repair', {
        option: 'psi=1',
        variable: 'GRUB_CMDLINE_LINUX',
        path: '/etc/default/grub',
        command: 'sudo update-grub',
      });
      return [sensorItem('pressure', 'missing', message('message.pressure.off'), repair)];
    },
    close: async () => undefined,
  };
}
