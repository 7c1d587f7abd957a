import type { ReactNode } from 'react';
import type { Inventory } from '@shared/model/room';
import { valueOf } from '../../data/loadable';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useCommand, useValue } from '../../rpc/hooks';

/** The program and the machine it runs on. */
export function Machine(): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const info = useValue(useServices().info);
  const inventory = valueOf(useCommand('inventory.get', {}).answer);
  const bytes = (value: number | null): string => {
    const { text, unit } = format.quantity(value, 'B', 0);
    return value === null ? text : `${text} ${unit}`;
  };
  const program: readonly (readonly [string, string])[] = info
    ? [
        [t('doctor.info.version'), info.version],
        [t('doctor.info.runtime'), t(`doctor.info.runtime.${info.runtime}`)],
        [t('doctor.info.since'), format.dateTime(info.startedAtMs)],
        [t('doctor.info.data'), info.dataDir],
        [t('doctor.info.database'), bytes(info.databaseBytes)],
        [t('doctor.info.platform'), info.platform],
      ]
    : [];
  const machine: readonly (readonly [string, string])[] = inventory
    ? [
        [t('doctor.machine.name'), inventory.hostname],
        [t('doctor.machine.os'), inventory.os],
        [t('doctor.machine.cpu'), inventory.cpu.brand],
        [t('doctor.machine.cores'), coresText(texts, inventory.cpu)],
        [t('doctor.machine.memory'), bytes(inventory.memoryBytes)],
        ...(inventory.gpus.length === 0
          ? [[t('doctor.machine.gpus'), t('doctor.machine.noGpu')] as const]
          : gpuFacts(texts, inventory.gpus)),
        ...inventory.disks.map((disk) => [disk.device, `${disk.name} · ${bytes(disk.bytes)}`] as const),
      ]
    : [];
  return (
    <aside className="machine">
      <Facts title={t('doctor.info.title')} facts={program} />
      <Facts title={t('doctor.machine.title')} facts={machine} />
    </aside>
  );
}

/** More are told by how many of each there are. */
const GPUS_ONE_BY_ONE = 8;

function gpuFacts({ t, format }: Texts, gpus: Inventory['gpus']): (readonly [string, string])[] {
  const named = gpus.map(
    ({ device, name, memoryOfHost }) => [device, memoryOfHost ? t('doctor.machine.hostMemory', { gpu: name }) : name] as const,
  );
  if (gpus.length <= GPUS_ONE_BY_ONE) return named;
  const counts = new Map<string, number>();
  for (const [, name] of named) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => [t('doctor.machine.gpus'), `${format.number(count, 0)} × ${name}`]);
}

/** A simulated machine has sockets alone. */
function coresText({ t }: Texts, { sockets, physicalCores, logicalCores }: Inventory['cpu']): string {
  return physicalCores === null || logicalCores === null
    ? t('doctor.machine.sockets', { count: sockets })
    : t('doctor.machine.coresValue', { count: sockets, physical: physicalCores, logical: logicalCores });
}

function Facts({ title, facts }: { readonly title: string; readonly facts: readonly (readonly [string, string])[] }): ReactNode {
  if (facts.length === 0) return null;
  return (
    <section className="facts" aria-label={title}>
      <h2>{title}</h2>
      <dl className="fact-list">
        {facts.map(([name, value]) => (
          <div key={`${name} ${value}`}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
