import { useMemo, useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import { ROOM_DEVICE } from '@shared/model/device-tree';
import { ANNOTATION, MAX_DEVICES_PER_QUERY, type RecordedEvent } from '@shared/model/event';
import type { Series } from '@shared/model/series';
import { wholeRange, type TimeRange } from '@shared/model/time-range';
import { toAppError, valueOf } from '../../data/loadable';
import { noteScope, noteTargets, targetName } from '../../data/note-devices';
import { formatMessage } from '../../i18n/format-message';
import { momentText, onDay, parseMoment } from '../../i18n/moments';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useEvents, useValue } from '../../rpc/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { Field } from '../../ui/Field';
import { MomentField } from '../../ui/MomentField';
import { Select } from '../../ui/Select';
import { Trouble } from '../../ui/StreamNote';

const MAX_NOTES = 200;

interface NotesDialogProps {
  readonly span: TimeRange;
  readonly chosen: readonly Series[];
  /** When the new note is to stand; null = at the end of the span. */
  readonly atMs: number | null;
  /** The note to be read and changed first. */
  readonly note: RecordedEvent | null;
  readonly onClose: () => void;
}

interface Draft {
  /** Null = a new note. */
  readonly id: number | null;
  readonly device: string;
  readonly time: string;
  readonly text: string;
}

/** The notes of the shown span and devices, to be read, changed and taken away; and a form for one. */
export function NotesDialog(props: NotesDialogProps): ReactNode {
  const { onClose } = props;
  // What it was opened for: a view that follows now would give it another list under the hand.
  const [{ span, chosen, atMs, note: first }] = useState(props);
  const { t, format } = useTexts();
  const { client, telemetry, tree: treeStore } = useServices();
  const tree = useValue(treeStore);
  const empty: Draft = {
    id: null,
    device: chosen.length === 1 ? (chosen[0]?.device ?? ROOM_DEVICE) : ROOM_DEVICE,
    time: momentText(Math.round(atMs ?? span.toMs), format.zone),
    text: '',
  };
  const draftOf = ({ id, device, atMs: noteMs, text }: RecordedEvent): Draft => ({
    id,
    device,
    time: momentText(noteMs, format.zone),
    text: formatMessage(t, text),
  });
  const [draft, setDraft] = useState(() => (first === null ? empty : draftOf(first)));
  const [failure, setFailure] = useState<AppError | null>(null);
  const places = useMemo(() => tree?.places ?? [], [tree]);
  const input = useMemo(
    () => ({
      ...wholeRange(span),
      devices: noteScope(
        places,
        chosen.map(({ device }) => device),
      ).slice(0, MAX_DEVICES_PER_QUERY),
      kinds: [ANNOTATION],
      limit: MAX_NOTES,
    }),
    [span, chosen, places],
  );
  const answer = useEvents(input);
  const targets = useMemo(() => noteTargets(tree ?? { places: [], devices: [] }, format.compare), [tree, format]);
  const options = useMemo(() => {
    const named = targets.map(({ device, name }) => ({ value: device, label: name ?? t('nav.room') }));
    // A device that is gone keeps its notes.
    return targets.some(({ device }) => device === draft.device) ? named : [...named, { value: draft.device, label: draft.device }];
  }, [targets, draft.device, t]);
  const nowMs = telemetry.nowMs ?? span.toMs;
  const when = parseMoment(draft.time, nowMs, format.zone);
  const ready = draft.text.trim() !== '' && when !== null;
  const asking = (work: Promise<unknown>, then: () => void): void => {
    setFailure(null);
    work.then(then, (error: unknown) => setFailure(toAppError(error)));
  };
  const save = (): void => {
    if (!ready) return;
    const note = { atMs: when, device: draft.device, text: draft.text };
    asking(draft.id === null ? client.call('events.annotate', note) : client.call('events.revise', { id: draft.id, ...note }), onClose);
  };
  const remove = (id: number): void =>
    asking(client.call('events.remove', { id }), () => {
      if (draft.id === id) setDraft(empty);
    });
  return (
    <Dialog
      title={t('history.notes')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.close')}</Button>
          <Button tone="primary" disabled={!ready} onClick={save} data-testid="note-save">
            {draft.id === null ? t('history.note') : t('history.note.save')}
          </Button>
        </>
      }
    >
      {failure ? <ErrorNote error={failure} /> : null}
      <Trouble of={answer} />
      <NoteList
        notes={valueOf(answer) ?? []}
        nameOf={(device) => targetName(places, device) ?? t('nav.room')}
        editing={draft.id}
        onEdit={(note) => setDraft(draftOf(note))}
        onRemove={remove}
      />
      <h3 className="notes-form">{draft.id === null ? t('history.note') : t('history.note.edit')}</h3>
      <Field label={t('history.note.device')}>
        {({ id, describedBy }) => (
          <Select
            id={id}
            describedBy={describedBy}
            value={draft.device}
            options={options}
            onChange={(device) => setDraft({ ...draft, device })}
            testId="note-device"
          />
        )}
      </Field>
      <Field label={t('history.note.time')} hint={format.zoneText(when ?? nowMs)} error={when === null ? t('history.range.unread') : null}>
        {({ id, describedBy, invalid }) => (
          <MomentField
            id={id}
            describedBy={describedBy}
            invalid={invalid}
            text={draft.time}
            atMs={when}
            nowMs={nowMs}
            onText={(time) => setDraft({ ...draft, time })}
            onDay={(day) => setDraft({ ...draft, time: onDay(day, when ?? nowMs, format.zone) })}
            testId="note-time"
          />
        )}
      </Field>
      <Field label={t('history.note.text')} hint={t('history.note.hint')}>
        {({ id, describedBy }) => (
          <span className="number-input">
            <input
              id={id}
              type="text"
              // Put by a click, or opened to be changed: the words are what is left to say.
              autoFocus={atMs !== null || first !== null}
              maxLength={4000}
              value={draft.text}
              aria-describedby={describedBy}
              onChange={(event) => setDraft({ ...draft, text: event.target.value })}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && !event.nativeEvent.isComposing) save();
              }}
              data-testid="note-text"
            />
          </span>
        )}
      </Field>
    </Dialog>
  );
}

interface NoteListProps {
  readonly notes: readonly RecordedEvent[];
  readonly nameOf: (device: string) => string;
  readonly editing: number | null;
  readonly onEdit: (note: RecordedEvent) => void;
  readonly onRemove: (id: number) => void;
}

function NoteList({ notes, nameOf, editing, onEdit, onRemove }: NoteListProps): ReactNode {
  const { t, format } = useTexts();
  const [asked, setAsked] = useState<number | null>(null);
  if (notes.length === 0) return <p className="facts-empty">{t('history.notes.none')}</p>;
  return (
    <ul className="notes" aria-label={t('history.notes')}>
      {notes.map((note) => (
        <li key={note.id} data-note={formatMessage(t, note.text)} aria-current={note.id === editing || undefined}>
          <span className="note-where">{`${format.shortDateTime(note.atMs)} · ${nameOf(note.device)}`}</span>
          <span className="note-text">{formatMessage(t, note.text)}</span>
          {asked === note.id ? (
            <span className="note-buttons">
              <Button onClick={() => setAsked(null)}>{t('ui.cancel')}</Button>
              <Button tone="danger" autoFocus onClick={() => onRemove(note.id)} data-testid="note-remove-confirm">
                {t('history.note.removeConfirm')}
              </Button>
            </span>
          ) : (
            <span className="note-buttons">
              <IconButton
                icon="note"
                label={t('history.note.editOf', { text: formatMessage(t, note.text) })}
                onClick={() => onEdit(note)}
                data-testid="note-edit"
              />
              <IconButton
                icon="trash"
                label={t('history.note.remove', { text: formatMessage(t, note.text) })}
                onClick={() => setAsked(note.id)}
                data-testid="note-remove"
              />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
