import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { ROOM_DEVICE } from '@shared/model/device-tree';
import type { Series } from '@shared/model/series';
import type { HistoryView } from '../../data/history-view';
import { toAppError, valueOf } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useAsked, useSettled } from '../../rpc/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { useToast } from '../../ui/Toasts';
import { fromLocalInput, toLocalInput } from './ranges';

const REST_MS = 400;
const EVERY_MS = 30_000;
/** More names than this nobody reads above one chart. */
const MOST = 60;
const MOST_DEVICES = 256;

/** Marks what happened to the shown devices and the room above the chart, and lets a person add a note there. */
export function Notes({ view, chosen }: { readonly view: HistoryView; readonly chosen: readonly Series[] }): ReactNode {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  const span = useSettled(view.span, REST_MS);
  const input = useMemo(() => ({ fromMs: Math.floor(span.fromMs), toMs: Math.ceil(span.toMs), devices: [...new Set([ROOM_DEVICE, ...chosen.map(({ device }) => device)])].slice(0, MOST_DEVICES), limit: MOST }), [span, chosen]);
  const { answer, reload } = useAsked('events.query', input, EVERY_MS);
  const events = valueOf(answer)?.events;
  useEffect(() => {
    if (events) view.mark(events.map(({ id, atMs, text }) => ({ id: `event-${id}`, from: atMs, to: atMs, label: text })));
  }, [view, events]);
  return (
    <>
      <IconButton icon="note" label={t('history.note')} onClick={() => setOpen(true)} data-testid="note" />
      {open ? (
        <NoteDialog
          atMs={span.toMs}
          onClose={() => setOpen(false)}
          onSaved={() => {
            setOpen(false);
            reload();
          }}
        />
      ) : null}
    </>
  );
}

function NoteDialog({ atMs, onClose, onSaved }: { readonly atMs: number; readonly onClose: () => void; readonly onSaved: () => void }): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const toast = useToast();
  const [text, setText] = useState('');
  const [time, setTime] = useState(toLocalInput(atMs));
  const when = fromLocalInput(time);
  const ready = text.trim() !== '' && when !== null;
  const save = (): void => {
    if (!ready) return;
    client.call('events.annotate', { atMs: when, device: ROOM_DEVICE, text }).then(onSaved, (failure: unknown) => toast(t(`error.${toAppError(failure).code}`), 'bad'));
  };
  return (
    <Dialog
      title={t('history.note')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button tone="primary" disabled={!ready} onClick={save} data-testid="note-save">
            {t('history.note.save')}
          </Button>
        </>
      }
    >
      <Field label={t('history.note.time')}>{({ id, describedBy }) => <input id={id} type="datetime-local" step={1} value={time} aria-describedby={describedBy} onChange={(event) => setTime(event.target.value)} />}</Field>
      <Field label={t('history.note.text')} hint={t('history.note.hint')}>
        {({ id, describedBy }) => (
          <span className="number-input">
            <input
              id={id}
              type="text"
              maxLength={4000}
              value={text}
              aria-describedby={describedBy}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') save();
              }}
              data-testid="note-text"
            />
          </span>
        )}
      </Field>
    </Dialog>
  );
}
