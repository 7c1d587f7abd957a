import { useEffect, useMemo, type ReactNode } from 'react';
import { ANNOTATION, MAX_DEVICES_PER_QUERY } from '@shared/model/event';
import type { Series } from '@shared/model/series';
import { wholeRange } from '@shared/model/time-range';
import type { HistoryView } from '../../data/history-view';
import { valueOf } from '../../data/loadable';
import { noteScope, targetName } from '../../data/note-devices';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useEvents, useSettled, useValue } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { NotesDialog } from './NotesDialog';

const REST_MS = 400;
/** More names than this nobody reads above one chart. */
const MAX_MARKS = 60;

/** The id of a note's mark on the axis, without the note's own. */
export const NOTE_MARK = 'note-';

/** What the dialog is opened for. */
export type NotesOpened =
  { readonly kind: 'list' } | { readonly kind: 'new'; readonly atMs: number } | { readonly kind: 'note'; readonly id: number };

interface NotesProps {
  readonly view: HistoryView;
  readonly chosen: readonly Series[];
  readonly opened: NotesOpened | null;
  readonly onOpened: (opened: NotesOpened | null) => void;
}

/** Marks what happened to the shown devices, the places they are in and the room above the chart, and opens the notes. */
export function Notes({ view, chosen, opened, onOpened }: NotesProps): ReactNode {
  const { t } = useTexts();
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
        id: `${kind === ANNOTATION ? NOTE_MARK : 'event-'}${id}`,
        from: atMs,
        to: atMs,
        label: label(device, kind, formatMessage(t, text)),
        ...(kind === ANNOTATION ? { opens: t('history.note.open') } : {}),
      })),
    );
  }, [t, view, events, places]);
  const editing = opened?.kind === 'note' ? (events?.find(({ id }) => id === opened.id) ?? null) : null;
  return (
    <>
      <Button icon="note" onClick={() => onOpened({ kind: 'list' })} data-testid="note">
        {t('history.notes')}
      </Button>
      {opened ? (
        <NotesDialog
          span={view.span.get()}
          chosen={chosen}
          atMs={opened.kind === 'new' ? opened.atMs : null}
          note={editing}
          onClose={() => onOpened(null)}
        />
      ) : null}
    </>
  );
}
