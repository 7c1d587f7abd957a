import type { ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { navPages } from './pages';

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
        {navPages.map(({ id, title, key }) => (
          <div key={id}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(title)}</dd>
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
