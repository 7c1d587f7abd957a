import type { ReactNode } from 'react';
import { valueOf } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useCommand, useValue } from '../../rpc/hooks';

/** The program and the machine it runs on. */
export function Machine(): ReactNode {
  const { t, format } = useTexts();
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
        [
          t('doctor.machine.cores'),
          t('doctor.machine.coresValue', {
            count: inventory.cpu.sockets,
            physical: inventory.cpu.physicalCores,
            logical: inventory.cpu.logicalCores,
          }),
        ],
        [t('doctor.machine.memory'), bytes(inventory.memoryBytes)],
        ...(inventory.gpus.length === 0
          ? [[t('doctor.machine.gpus'), t('doctor.machine.noGpu')] as const]
          : inventory.gpus.map(
              (gpu) => [gpu.device, gpu.memoryOfHost ? t('doctor.machine.hostMemory', { gpu: gpu.name }) : gpu.name] as const,
            )),
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

function Facts({ title, facts }: { readonly title: string; readonly facts: readonly (readonly [string, string])[] }): ReactNode {
  if (facts.length === 0) return null;
  return (
    <section className="facts" aria-label={title}>
      <h2>{title}</h2>
      <dl className="fact-list">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
