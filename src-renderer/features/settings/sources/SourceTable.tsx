import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { CollectorInfo, CollectorKindInfo } from '@shared/model/collector';
import { toAppError } from '../../../data/loadable';
import { formatMessage } from '../../../i18n/format-message';
import { useTexts, type Texts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { useCommand } from '../../../rpc/hooks';
import { DataTable } from '../../../ui/table/DataTable';
import type { DataColumn } from '../../../ui/table/columns';
import { notesOf, SourceActions, SourceNotes, SourceState, SourceSwitch, stateText, type SourceLine } from './SourceCells';
import styles from './sources.module.css';

interface SourceTableProps {
  readonly id: string;
  readonly name: string;
  readonly sources: readonly CollectorInfo[];
  readonly kinds: readonly CollectorKindInfo[];
  readonly onEdit: (id: string) => void;
  readonly onReadings: (id: string) => void;
  readonly onRemove: (id: string) => void;
}

const idOf = ({ source }: SourceLine): string => source.id;

/** Sources with their state, their last reading and what can be done about each. */
export function SourceTable({ id, name, sources, kinds, onEdit, onReadings, onRemove }: SourceTableProps): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const { answer, reload } = useCommand('doctor.report', {});
  const { busy, refused, turn } = useSwitches();
  // The doctor is asked again whenever a source fares otherwise.
  const states = sources.map((source) => `${source.id} ${source.condition} ${source.error === null} ${source.implausible}`).join('\n');
  useEffect(() => reload(), [reload, states]);
  const items = answer.state === 'ready' ? answer.value.items : [];
  const rows = sources.map((source): SourceLine => ({
    source,
    kind: kinds.find((kind) => kind.id === source.kind),
    name: formatMessage(t, source.name),
    items: items.filter((item) => item.id === `sensor.${source.id}` || item.id.startsWith(`sensor.${source.id}-`)),
  }));
  const columns = useMemo(
    () => columnsOf(texts, { isBusy: (source) => busy.has(source), turn, onEdit, onReadings, onRemove }),
    [texts, busy, turn, onEdit, onReadings, onRemove],
  );
  return (
    <DataTable
      id={id}
      label={name}
      tools={rows.length > 0 ? 'all' : 'none'}
      columns={columns}
      rows={rows}
      rowId={idOf}
      rowProps={({ source }) => ({ 'data-source': source.id, 'data-condition': source.condition })}
      detail={(line) => {
        const notes = notesOf(line);
        const refusal = refused.get(line.source.id) ?? null;
        return notes.length === 0 && refusal === null ? null : <SourceNotes notes={notes} refusal={refusal} />;
      }}
    />
  );
}

interface Deeds {
  readonly isBusy: (id: string) => boolean;
  readonly turn: (source: CollectorInfo) => void;
  readonly onEdit: (id: string) => void;
  readonly onReadings: (id: string) => void;
  readonly onRemove: (id: string) => void;
}

function columnsOf(texts: Texts, { isBusy, turn, onEdit, onReadings, onRemove }: Deeds): DataColumn<SourceLine>[] {
  const { t, format } = texts;
  return [
    {
      id: 'source',
      name: t('sources.column.source'),
      role: 'head',
      grows: true,
      value: ({ name, kind }) => (kind?.isFeed === true ? `${name} ${formatMessage(t, kind.name)}` : name),
      cell: ({ name, kind }) => (
        <>
          {name}
          {kind?.isFeed === true ? <span className={styles['kind']}>{formatMessage(t, kind.name)}</span> : null}
        </>
      ),
    },
    {
      id: 'state',
      name: t('sources.column.state'),
      value: (line) => stateText(texts, line),
      cell: (line) => <SourceState line={line} />,
    },
    {
      id: 'last',
      name: t('sources.column.last'),
      first: 'descending',
      value: ({ source }) => (source.lastAtMs === null ? null : new Date(source.lastAtMs).toISOString()),
      cell: ({ source: { lastAtMs, condition } }) => (
        <time>
          {lastAtMs === null ? format.number(null, 0) : condition === 'ok' ? format.time(lastAtMs) : format.shortDateTime(lastAtMs)}
        </time>
      ),
    },
    {
      id: 'series',
      name: t('sources.column.series'),
      isNumber: true,
      value: ({ source }) => (source.lastAtMs === null ? null : source.series),
      text: ({ source }) => format.number(source.lastAtMs === null ? null : source.series, 0),
    },
    {
      id: 'read',
      name: t('sources.column.read'),
      value: ({ source }) => t(source.enabled ? 'ui.on' : 'ui.off'),
      cell: ({ source, name }) => <SourceSwitch source={source} name={name} isBusy={isBusy(source.id)} onTurn={() => turn(source)} />,
    },
    {
      id: 'actions',
      name: t('sources.column.actions'),
      role: 'actions',
      value: () => null,
      cell: (line) => (
        <SourceActions
          line={line}
          onEdit={() => onEdit(line.source.id)}
          onReadings={() => onReadings(line.source.id)}
          onRemove={() => onRemove(line.source.id)}
        />
      ),
    },
  ];
}

/** Turns sources on and off; a refusal stays with its source until the next try. */
function useSwitches(): {
  readonly busy: ReadonlySet<string>;
  readonly refused: ReadonlyMap<string, AppError>;
  readonly turn: (source: CollectorInfo) => void;
} {
  const { client } = useServices();
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<ReadonlyMap<string, AppError>>(new Map());
  const done = (id: string): void => setBusy((before) => new Set([...before].filter((other) => other !== id)));
  const turn = ({ id, enabled }: CollectorInfo): void => {
    setBusy((before) => new Set([...before, id]));
    setRefused((before) => new Map([...before].filter(([other]) => other !== id)));
    client.call('collectors.set', { id, enabled: !enabled }).then(
      () => done(id),
      (error: unknown) => {
        done(id);
        setRefused((before) => new Map([...before, [id, toAppError(error)]]));
      },
    );
  };
  return { busy, refused, turn };
}
