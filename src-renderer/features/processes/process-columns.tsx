import { ownId } from '@shared/model/device-tree';
import type { ProcessRow } from '@shared/model/processes';
import { onGpus, type ProcessSum } from '@shared/model/process-sums';
import { toDevice, toRun } from '../../app/paths';
import type { Texts } from '../../i18n/use-texts';
import type { DataColumn } from '../../ui/table/columns';
import { Unit } from '../../ui/Unit';

type Column = DataColumn<ProcessRow>;

interface ProcessDeeds {
  /** What a run is called; null = it has ended. */
  readonly runName: (runId: string) => string | null;
  readonly nowMs: number;
  readonly onOpen: (pid: number) => void;
}

/** What is shown of each process: the figures that a person looks for first, the others for those who choose them. */
export function processColumns(texts: Texts, { runName, nowMs, onOpen }: ProcessDeeds): Column[] {
  const { t, format } = texts;
  const onGpu = t('processes.group.gpu');
  const onHost = t('processes.group.host');
  const percent = (
    id: string,
    name: string,
    group: string,
    value: (row: ProcessRow) => number | null,
    more: { readonly hint?: string; readonly isHidden?: boolean } = {},
  ): Column => ({ id, name, group, unit: '%', isNumber: true, value, text: (row) => format.number(value(row), 0), ...more });
  const quantity = (
    id: string,
    name: string,
    group: string,
    unit: 'B' | 'B/s',
    value: (row: ProcessRow) => number | null,
    isHidden = false,
  ): Column => ({ ...quantityColumn<ProcessRow>(texts, id, name, unit, value), group, isHidden });
  const nameOf = ({ name }: ProcessRow): string => name ?? t('processes.unnamed');
  return [
    {
      id: 'name',
      name: t('processes.column.process'),
      role: 'head',
      value: nameOf,
      cell: (row) => (
        <button type="button" className="process-open" onClick={() => onOpen(row.pid)} data-testid={`process-${row.pid}`}>
          {nameOf(row)}
        </button>
      ),
    },
    {
      id: 'pid',
      name: t('processes.column.pid'),
      group: onHost,
      isNumber: true,
      first: 'ascending',
      value: ({ pid }) => pid,
      text: ({ pid }) => String(pid),
    },
    { id: 'user', name: t('processes.column.user'), group: onHost, value: ({ user }) => user },
    {
      id: 'gpus',
      name: t('processes.column.gpus'),
      group: onGpu,
      value: ({ gpus }) => (gpus.length === 0 ? null : gpus.map(({ device }) => ownId(device)).join(' ')),
      cell: ({ gpus }) =>
        gpus.length === 0
          ? format.number(null, 0)
          : gpus.map(({ device, kind }) => (
              <a key={device} className="process-gpu" href={toDevice(device)} title={t(`device.process.${kind}`)}>
                {ownId(device)}
              </a>
            )),
    },
    quantity('gpu-memory', t('processes.column.gpuMemory'), onGpu, 'B', (row) => onGpus(row, 'memoryB')),
    percent('gpu-load', t('processes.column.gpuLoad'), onGpu, (row) => onGpus(row, 'loadPercent'), { hint: t('processes.gpuLoad.means') }),
    percent('gpu-memory-load', t('processes.column.gpuMemoryLoad'), onGpu, (row) => onGpus(row, 'memoryLoadPercent'), { isHidden: true }),
    percent('encoder', t('processes.column.encoder'), onGpu, (row) => onGpus(row, 'encoderPercent'), { isHidden: true }),
    percent('decoder', t('processes.column.decoder'), onGpu, (row) => onGpus(row, 'decoderPercent'), { isHidden: true }),
    percent('cpu', t('processes.column.cpu'), onHost, ({ cpuPercent }) => cpuPercent, { hint: t('processes.cpu.means') }),
    quantity('memory', t('processes.column.memory'), onHost, 'B', ({ memoryB }) => memoryB),
    quantity('read', t('processes.column.read'), onHost, 'B/s', ({ readBps }) => readBps, true),
    quantity('write', t('processes.column.write'), onHost, 'B/s', ({ writeBps }) => writeBps, true),
    {
      id: 'time',
      name: t('processes.column.time'),
      group: onHost,
      isNumber: true,
      valueUnit: 's',
      value: ({ startedAtMs }) => (startedAtMs === null ? null : Math.max(0, nowMs - startedAtMs) / 1000),
      text: ({ startedAtMs }) => format.duration(startedAtMs === null ? null : Math.max(0, nowMs - startedAtMs)),
      title: ({ startedAtMs }) => (startedAtMs === null ? undefined : t('processes.since', { time: format.dateTime(startedAtMs) })),
    },
    {
      id: 'run',
      name: t('processes.column.run'),
      value: ({ runId }) => (runId === null ? null : (runName(runId) ?? runId)),
      cell: ({ runId }) => (runId === null ? format.number(null, 0) : <a href={toRun(runId)}>{runName(runId) ?? runId}</a>),
    },
    {
      id: 'command',
      name: t('processes.column.command'),
      group: onHost,
      grows: true,
      className: 'process-command',
      value: ({ command }) => command,
    },
  ];
}

/** The same figures for all processes of a user or a run together. */
export function sumColumns(texts: Texts, first: DataColumn<ProcessSum>): DataColumn<ProcessSum>[] {
  const { t, format } = texts;
  const percent = (id: string, name: string, value: (sum: ProcessSum) => number | null, hint: string): DataColumn<ProcessSum> => ({
    ...{ id, name, hint, value, unit: '%', isNumber: true },
    text: (sum) => format.number(value(sum), 0),
  });
  return [
    first,
    {
      id: 'processes',
      name: t('processes.title'),
      isNumber: true,
      value: ({ processes }) => processes,
      text: ({ processes }) => format.number(processes, 0),
    },
    {
      id: 'gpus',
      name: t('processes.column.gpus'),
      value: ({ gpus }) => (gpus.length === 0 ? null : gpus.map(ownId).join(' ')),
      cell: ({ gpus }) =>
        gpus.length === 0
          ? format.number(null, 0)
          : gpus.map((device) => (
              <a key={device} className="process-gpu" href={toDevice(device)}>
                {ownId(device)}
              </a>
            )),
    },
    quantityColumn(texts, 'gpu-memory', t('processes.column.gpuMemory'), 'B', ({ gpuMemoryB }) => gpuMemoryB),
    percent('gpu-load', t('processes.column.gpuLoad'), ({ gpuLoadPercent }) => gpuLoadPercent, t('processes.gpuLoad.means')),
    percent('cpu', t('processes.column.cpu'), ({ cpuPercent }) => cpuPercent, t('processes.cpu.means')),
    quantityColumn(texts, 'memory', t('processes.column.memory'), 'B', ({ memoryB }) => memoryB),
  ];
}

function quantityColumn<T>(
  { format }: Texts,
  id: string,
  name: string,
  unit: 'B' | 'B/s',
  value: (row: T) => number | null,
): DataColumn<T> {
  return {
    id,
    name,
    isNumber: true,
    valueUnit: unit,
    value,
    text: (row) => (value(row) === null ? format.number(null, 0) : format.withUnit(format.quantity(value(row), unit, 0))),
    cell: (row) => {
      const figure = format.quantity(value(row), unit, 0);
      return (
        <>
          {figure.text}
          {value(row) === null ? null : <Unit unit={figure.unit} />}
        </>
      );
    },
  };
}
