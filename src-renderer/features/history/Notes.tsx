import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { ANNOTATION, MAX_DEVICES_PER_QUERY } from '@shared/model/event';
import type { Series } from '@shared/model/series';
import { wholeRange, type TimeRange } from '@shared/model/time-range';
import type { HistoryView } from '../../data/history-view';
import { valueOf } from '../../data/loadable';
import { noteScope, targetName } from '../../data/note-devices';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useEvents, useSettled, useValue } from '../../rpc/hooks';
import { IconButton } from '../../ui/Button';
import { NotesDialog } from './NotesDialog';

const REST_MS = 400;
/** More names than this nobody reads above one chart. */
const MAX_MARKS = 60;

/** Marks what happened to the shown devices, the places they are in and the room above the chart, and opens the notes. */
export function Notes({ view, chosen }: { readonly view: HistoryView; readonly chosen: readonly Series[] }): ReactNode {
  const { t } = useTexts();
  /** What the dialog was opened for: a view that follows now would give it another list under the hand. */
  const [opened, setOpened] = useState<{ readonly span: TimeRange; readonly chosen: readonly Series[] } | null>(null);
  const places = useValue(useServices().tree)?.places;
  const span = useSettled(view.span, REST_MS);
  const input = useMemo(() => {
    const devices = noteScope(
      places ?? [],
      chosen.map(({ device }) => device),
    ).slice(0, MAX_DEVICES_PER_QUERY);
    return { ...wholeRange(span), devices, limit: MAX_MARKS };
  }, [span, chosen, places]);
  const events = valueOf(useEvents(input));
  useEffect(() => {
    if (!events) return;
    const label = (device: string, kind: string, text: string): string => {
      const name = kind === ANNOTATION ? targetName(places ?? [], device) : null;
      return name === null ? text : `${name}: ${text}`;
    };
    view.mark(
      events.map(({ id, atMs, device, kind, text }) => ({
        id: `event-${id}`,
        from: atMs,
        to: atMs,
        label: label(device, kind, formatMessage(t, text)),
      })),
    );
  }, [t, view, events, places]);
  return (
    <>
      <IconButton icon="note" label={t('history.notes')} onClick={() => setOpened({ span, chosen })} data-testid="note" />
      {opened ? <NotesDialog {...opened} onClose={() => setOpened(null)} /> : null}
    </>
  );
}
