import type { ReactNode } from 'react';
import { useTexts } from '../i18n/use-texts';
import { useLink } from '../rpc/context';
import { Button } from '../ui/Button';
import { Copyable } from '../ui/Copyable';
import { Icon } from '../ui/Icon';

const START_COMMAND = 'npm start';
const ADDRESS = 'Console: http://127.0.0.1:PORT/#token=…';

/** A page without its token shows nothing of the room, only how to get in. */
export function TokenGate({ kind }: { readonly kind: 'no-token' | 'refused' }): ReactNode {
  const { t } = useTexts();
  const link = useLink();
  return (
    <main className="gate" data-testid={`gate-${kind}`}>
      <div className="gate-body">
        <Icon name="unlink" size={32} />
        <h1>{t(`gate.${kind}.title`)}</h1>
        <p>{t(`gate.${kind}.text`)}</p>
        <ol className="gate-steps">
          <li>
            {t('gate.step.start')}
            <Copyable text={START_COMMAND} />
          </li>
          <li>
            {t('gate.step.open')}
            <code className="gate-address">{ADDRESS}</code>
          </li>
        </ol>
        {kind === 'refused' ? <Button onClick={() => link.retry()}>{t('link.retryNow')}</Button> : null}
      </div>
    </main>
  );
}
