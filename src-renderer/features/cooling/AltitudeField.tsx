import { useId, useState, type ReactNode } from 'react';
import { CoolingSettings } from '@shared/model/cooling';
import { defaultSettings } from '@shared/model/settings';
import { issueText } from '../../i18n/validation';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { useSave } from '../../rpc/use-save';
import { NumberInput } from '../../ui/Field';
import styles from './cooling.module.css';

/** How high the room lies: thinner air carries less heat, and holds its water otherwise. */
export function AltitudeField(): ReactNode {
  const texts = useTexts();
  const { t, format } = texts;
  const id = useId();
  const stored = (useValue(useServices().settings)?.cooling ?? defaultSettings.cooling).altitudeM;
  const { save } = useSave();
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? format.typed(stored);
  const value = format.parse(text);
  const checked = CoolingSettings.shape.altitudeM.safeParse(value);
  const commit = (): void => {
    if (!checked.success || typed === null) return;
    void save(
      ({ cooling }) => ({ cooling: { ...cooling, altitudeM: checked.data } }),
      () => setTyped(null),
    );
  };
  const issue = checked.success ? undefined : checked.error.issues[0];
  return (
    <span className={styles['altitude']}>
      <label htmlFor={id} title={t('cooling.altitude.hint')}>
        {t('cooling.altitude')}
      </label>
      <NumberInput id={id} unit="m" text={text} invalid={issue !== undefined} onText={setTyped} onCommit={commit} testId="altitude" />
      {issue === undefined ? null : <span role="alert">{issueText(texts, issue)}</span>}
    </span>
  );
}
