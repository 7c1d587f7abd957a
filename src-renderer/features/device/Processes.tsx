import { useMemo, type ReactNode } from 'react';
import type { StreamFrame } from '@shared/contract';
import type { GpuShare, ProcessRow } from '@shared/model/processes';
import { toProcesses } from '../../app/paths';
import { valueOf } from '../../data/loadable';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useStream } from '../../rpc/hooks';
import { Trouble } from '../../ui/StreamNote';
import { DataTable } from '../../ui/table/DataTable';
import type { DataColumn } from '../../ui/table/columns';
import { Unit } from '../../ui/Unit';

const NOTHING = {};
const newest = (_: unknown, frame: StreamFrame<'processes.live'>): StreamFrame<'processes.live'> => frame;

interface Row extends GpuShare {
  readonly process: ProcessRow;
}

const idOf = ({ process, kind }: Row): string => `${process.pid} ${kind}`;

/** The processes that use a GPU, those with the most memory first. */
export function Processes({ device }: { readonly device: string }): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const answer = useStream('processes.live', NOTHING, newest);
  const columns = useMemo(() => columnsOf(texts), [texts]);
  const own = (valueOf(answer)?.processes ?? []).flatMap((process) =>
    process.gpus.filter((share) => share.device === device).map((share): Row => ({ ...share, process })),
  );
  return (
    <section className="facts" aria-label={t('device.processes')} data-testid="device-processes">
      <h2>{t('device.processes')}</h2>
      <Trouble of={answer} />
      {answer.state === 'ready' && own.length === 0 ? <p className="facts-empty">{t('device.processes.none')}</p> : null}
      {own.length > 0 ? (
        <DataTable
          id="gpu-processes"
          label={t('device.processes')}
          tools="none"
          isDense
          columns={columns}
          rows={own}
          rowId={idOf}
          firstSort={{ by: 'memory', direction: 'descending' }}
          className="gpu-table"
        />
      ) : null}
      <p className="facts-note">
        <a href={toProcesses(own.length > 0 ? device : null)}>{t('processes.all')}</a>
      </p>
    </section>
  );
}

function columnsOf({ t, format }: Texts): DataColumn<Row>[] {
  const nameOf = ({ process }: Row): string => process.name ?? t('device.process.unnamed');
  return [
    {
      id: 'process',
      name: t('device.process'),
      role: 'head',
      grows: true,
      value: nameOf,
      title: ({ process, kind }) => [t(`device.process.${kind}`), process.user, process.command].filter((part) => part !== null).join('\n'),
      cell: (row) => (
        <>
          {nameOf(row)} <span className="quantity-unit">{row.process.pid}</span>
        </>
      ),
    },
    {
      id: 'memory',
      name: t('device.process.memory'),
      isNumber: true,
      valueUnit: 'B',
      value: ({ memoryB }) => memoryB,
      cell: ({ memoryB }) => {
        const { text, unit } = format.quantity(memoryB, 'B', 0);
        return (
          <>
            {text}
            {memoryB === null ? null : <Unit unit={unit} />}
          </>
        );
      },
    },
    {
      id: 'load',
      name: t('device.process.load'),
      unit: '%',
      isNumber: true,
      value: ({ loadPercent }) => loadPercent,
      text: ({ loadPercent }) => format.number(loadPercent, 0),
    },
  ];
}
