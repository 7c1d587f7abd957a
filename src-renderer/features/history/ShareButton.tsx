import { useState, type ReactNode } from 'react';
import type { Series } from '@shared/model/series';
import { toHistory } from '../../app/paths';
import { go as openAddress } from '../../app/router';
import { shareIn, writeShare } from '../../data/history-link';
import type { HistoryView } from '../../data/history-view';
import { useTexts } from '../../i18n/use-texts';
import { Button } from '../../ui/Button';
import { Copyable } from '../../ui/Copyable';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { stateOf } from './address';

/** The shown view as a link, and a way to open one that someone handed over. */
interface ShareProps {
  readonly view: HistoryView;
  readonly preset: string | null;
  readonly series: readonly Series[];
}

export function ShareButton(props: ShareProps): ReactNode {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="link" title={t('history.share.title')} onClick={() => setOpen(true)} data-testid="share">
        {t('history.share')}
      </Button>
      {open ? <ShareDialog {...props} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ShareDialog({ view, preset, series, onClose }: ShareProps & { readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const [given, setGiven] = useState('');
  const [link] = useState(() => {
    const { thresholds, smoothing, log, ...state } = stateOf(view, preset, series);
    // What is handed on shows the same whenever it is opened.
    return toHistory(writeShare({ ...state, window: { mode: 'fixed', ...view.span.get() }, look: { thresholds, smoothing, log } }));
  });
  const target = shareIn(given);
  const go = (): void => {
    if (target === null) return;
    onClose();
    openAddress(toHistory(target));
  };
  return (
    <Dialog
      title={t('history.share.title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.close')}</Button>
          <Button tone="primary" disabled={target === null} onClick={go} data-testid="share-open">
            {t('history.share.open')}
          </Button>
        </>
      }
    >
      <p className="section-note">{t('history.share.note')}</p>
      <Copyable text={link} />
      <Field label={t('history.share.given')} error={given.trim() !== '' && target === null ? t('history.share.wrong') : null}>
        {({ id, describedBy, invalid }) => (
          <span className="number-input" data-invalid={invalid || undefined}>
            <input
              id={id}
              type="text"
              autoComplete="off"
              spellCheck={false}
              value={given}
              aria-describedby={describedBy}
              aria-invalid={invalid}
              onChange={(event) => setGiven(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Enter' && !event.nativeEvent.isComposing) go();
              }}
              data-testid="share-given"
            />
          </span>
        )}
      </Field>
    </Dialog>
  );
}
