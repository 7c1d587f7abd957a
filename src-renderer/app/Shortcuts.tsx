import type { ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { pages } from './routes';

const chartKeys = [
  ['←  →', 'pan'],
  ['+  −', 'zoom'],
  ['Home  End', 'ends'],
  ['⇧ ←  ⇧ →', 'cursor'],
  ['↑  ↓', 'line'],
  ['Enter', 'pin'],
  ['0  Esc', 'reset'],
] as const;

export function Shortcuts({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  return (
    <Dialog
      title={t('app.shortcuts.title')}
      onClose={onClose}
      actions={
        <Button tone="primary" onClick={onClose}>
          {t('ui.close')}
        </Button>
      }
    >
      <dl className="keys">
        {pages.map((id, i) => (
          <div key={id}>
            <dt>
              <kbd>{i + 1}</kbd>
            </dt>
            <dd>{t(`nav.${id}`)}</dd>
          </div>
        ))}
        {chartKeys.map(([keys, what]) => (
          <div key={what}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{t(`app.shortcuts.${what}`)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>{t('app.shortcuts.questionMark')}</kbd>
          </dt>
          <dd>{t('app.shortcuts.title')}</dd>
        </div>
      </dl>
    </Dialog>
  );
}
