import { useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import type { SavedView, ViewState } from '@shared/model/saved-view';
import type { Series } from '@shared/model/series';
import { toAppError } from '../../data/loadable';
import type { HistoryView } from '../../data/history-view';
import { errorText } from '../../i18n/error-text';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useReadable, useSettled } from '../../rpc/hooks';
import { Button, IconButton } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { Field, TextInput } from '../../ui/Field';
import { Popover } from '../../ui/Popover';
import { useToast } from '../../ui/Toasts';
import { sameView, stateOf } from './address';

const REST_MS = 160;
/** With more views than these one looks for a name by typing a part of it. */
const SEARCHED = 7;
/** As long as a name may be (model/saved-view.ts). */
const MAX_NAME = 80;

interface ViewsBarProps {
  readonly view: HistoryView;
  readonly preset: string | null;
  readonly series: readonly Series[];
  readonly views: readonly SavedView[];
  /** The saved view that what is shown was made from; null = none. */
  readonly base: SavedView | null;
  readonly onBase: (id: number) => void;
  readonly onOpen: (saved: SavedView) => void;
}

type Asking =
  | { readonly kind: 'save' }
  | { readonly kind: 'rename'; readonly saved: SavedView }
  | { readonly kind: 'remove'; readonly saved: SavedView }
  | null;

/** The saved views, which of them is shown, and whether it was changed since. */
export function ViewsBar({ view, preset, series, views, base, onBase, onOpen }: ViewsBarProps): ReactNode {
  const { client } = useServices();
  const { t } = useTexts();
  const toast = useToast();
  const [asking, setAsking] = useState<Asking>(null);
  // Only what may have changed is heard of; the state is put together anew whenever one of these did.
  useSettled(view.span, REST_MS);
  useReadable(view.seriesIds);
  useReadable(view.compare);
  useReadable(view.look);
  const now = (): ViewState => stateOf(view, preset, series);
  const isChanged = base !== null && !sameView(now(), base.view, series);
  const save = (): void => {
    if (base === null) return;
    client.call('views.save', { id: base.id, view: now() }).then(
      () => toast(({ t }) => t('history.views.saved', { name: base.name })),
      (failure: unknown) => toast(({ t }) => errorText(t, toAppError(failure)), 'bad'),
    );
  };
  return (
    <span className="views-bar">
      <Popover label={base?.name ?? t('history.views')} name={t('history.views')} icon="bookmark" testId="views">
        {(close) => (
          <ViewList
            views={views}
            shown={base?.id ?? null}
            onOpen={(saved) => {
              close();
              onOpen(saved);
            }}
            onAsk={(next) => {
              close();
              setAsking(next);
            }}
          />
        )}
      </Popover>
      {base !== null && isChanged ? (
        <>
          <span className="toolbar-hint" data-testid="view-changed">
            {t('history.views.changed')}
          </span>
          <Button onClick={save} data-testid="view-save">
            {t('ui.save')}
          </Button>
        </>
      ) : null}
      {base === null || isChanged ? (
        <Button onClick={() => setAsking({ kind: 'save' })} data-testid="view-save-as">
          {t(base === null ? 'history.views.save' : 'history.views.saveAs')}
        </Button>
      ) : null}
      {base !== null && isChanged ? (
        <Button onClick={() => onOpen(base)} data-testid="view-reset">
          {t('history.views.reset')}
        </Button>
      ) : null}
      {asking?.kind === 'save' ? (
        <NameDialog
          title={t('history.views.saveTitle')}
          name=""
          onName={async (name) => onBase((await client.call('views.save', { name, view: now() })).id)}
          onClose={() => setAsking(null)}
        />
      ) : null}
      {asking?.kind === 'rename' ? (
        <NameDialog
          title={t('history.views.rename', { name: asking.saved.name })}
          name={asking.saved.name}
          onName={async (name) => void (await client.call('views.rename', { id: asking.saved.id, name }))}
          onClose={() => setAsking(null)}
        />
      ) : null}
      {asking?.kind === 'remove' ? (
        <ConfirmDialog
          title={t('history.views.remove', { name: asking.saved.name })}
          confirm={t('history.note.removeConfirm')}
          testId="view-remove-confirm"
          onConfirm={() => client.call('views.remove', { id: asking.saved.id })}
          onClose={() => setAsking(null)}
        >
          <p>{t('history.views.remove.means')}</p>
        </ConfirmDialog>
      ) : null}
    </span>
  );
}

interface ViewListProps {
  readonly views: readonly SavedView[];
  readonly shown: number | null;
  readonly onOpen: (saved: SavedView) => void;
  readonly onAsk: (asking: Asking) => void;
}

function ViewList({ views, shown, onOpen, onAsk }: ViewListProps): ReactNode {
  const { t, format } = useTexts();
  const [search, setSearch] = useState('');
  const sought = search.trim().toLowerCase();
  const found = [...views].filter(({ name }) => name.toLowerCase().includes(sought)).sort((a, b) => format.compare(a.name, b.name));
  return (
    <>
      {views.length > SEARCHED ? (
        <TextInput
          type="search"
          label={t('history.views.search')}
          placeholder={t('history.views.search')}
          value={search}
          onText={setSearch}
        />
      ) : null}
      {found.length === 0 ? <p className="facts-empty">{t(views.length === 0 ? 'history.views.none' : 'history.views.notFound')}</p> : null}
      <ul className="views-list" data-testid="views-list">
        {found.map((saved) => (
          <li key={saved.id}>
            <button type="button" className="views-open" aria-current={saved.id === shown || undefined} onClick={() => onOpen(saved)}>
              {saved.name}
            </button>
            <IconButton
              icon="edit"
              label={t('history.views.rename', { name: saved.name })}
              onClick={() => onAsk({ kind: 'rename', saved })}
            />
            <IconButton
              icon="trash"
              label={t('history.views.remove', { name: saved.name })}
              onClick={() => onAsk({ kind: 'remove', saved })}
            />
          </li>
        ))}
      </ul>
      <Button icon="plus" onClick={() => onAsk({ kind: 'save' })}>
        {t('history.views.save')}
      </Button>
    </>
  );
}

interface NameDialogProps {
  readonly title: string;
  readonly name: string;
  readonly onName: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

function NameDialog({ title, name: before, onName, onClose }: NameDialogProps): ReactNode {
  const { t } = useTexts();
  const [name, setName] = useState(before);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<AppError | null>(null);
  const isReady = name.trim() !== '' && name.trim().length <= MAX_NAME && !busy;
  const save = (): void => {
    if (!isReady) return;
    setBusy(true);
    setRefused(null);
    onName(name.trim()).then(onClose, (failure: unknown) => {
      setBusy(false);
      setRefused(toAppError(failure));
    });
  };
  return (
    <Dialog
      title={title}
      draft={name !== before}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button tone="primary" disabled={!isReady} onClick={save} data-testid="view-name-save">
            {t('ui.save')}
          </Button>
        </>
      }
    >
      {refused ? <ErrorNote error={refused} /> : null}
      <Field label={t('history.views.name')} hint={t('history.views.name.hint')}>
        {({ id, describedBy }) => (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              save();
            }}
          >
            <TextInput id={id} describedBy={describedBy} value={name} onText={setName} testId="view-name" />
          </form>
        )}
      </Field>
    </Dialog>
  );
}
