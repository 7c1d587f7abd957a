import { type ReactNode } from 'react';
import { toKept, toShown } from '@shared/model/display-unit';
import { CoolingSettings, type CoolingNow } from '@shared/model/cooling';
import { defaultSettings } from '@shared/model/settings';
import { errorText } from '../../i18n/error-text';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useValue } from '../../rpc/hooks';
import { useSave } from '../../rpc/use-save';
import { Button } from '../../ui/Button';
import { Field, NumberInput, useNumberDraft } from '../../ui/Field';
import { QuantityText } from '../../ui/QuantityText';
import styles from './cooling.module.css';

/** The air outdoors at this moment, and what it is taken to be where no sensor tells it. */
export function OutdoorNow({ now }: { readonly now: CoolingNow }): ReactNode {
  const { t } = useTexts();
  const { outdoor } = now;
  const rows = [
    [t('cooling.outdoor.dryBulb'), outdoor.dryBulbC],
    [t('cooling.column.humidity'), outdoor.relativeHumidity],
    [t('cooling.outdoor.wetBulb'), outdoor.wetBulbC],
    [t('cooling.dewPoint'), outdoor.dewPointC],
  ] as const;
  return (
    <section aria-label={t('cooling.outdoor')} data-testid="outdoor-now" data-basis={outdoor.basis ?? 'none'}>
      <div className="toolbar">
        <h2>{t('cooling.outdoor')}</h2>
        <span className="toolbar-hint">{t(`cooling.outdoor.basis.${outdoor.basis ?? 'none'}`)}</span>
      </div>
      <dl className={styles['facts']}>
        {rows.map(([name, quantity]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <QuantityText quantity={quantity} />
            </dd>
          </div>
        ))}
      </dl>
      <h3 className={styles['heading']}>{t('cooling.hand')}</h3>
      <p className="page-note">{t('cooling.hand.note')}</p>
      <ByHand />
    </section>
  );
}

const { outdoor: OutdoorByHand } = CoolingSettings.shape;

function ByHand(): ReactNode {
  const { t, format } = useTexts();
  const stored = (useValue(useServices().settings)?.cooling ?? defaultSettings.cooling).outdoor;
  const { save, state } = useSave();
  const unit = format.shownUnit('°C');
  const dryBulb = useNumberDraft(stored === null ? null : toShown(stored.dryBulbC, unit));
  const humidity = useNumberDraft(stored?.relativeHumidity ?? null);
  const value =
    dryBulb.value === null || dryBulb.value === undefined
      ? dryBulb.value
      : { dryBulbC: toKept(dryBulb.value, unit), relativeHumidity: humidity.value ?? null };
  const checked = OutdoorByHand.safeParse(value);
  const wrong = humidity.value === undefined || !checked.success;
  const isAboutTemperature = dryBulb.value === undefined || (!checked.success && checked.error.issues[0]?.path[0] === 'dryBulbC');
  const commit = (): void => {
    if (wrong || !checked.success || (!dryBulb.changed && !humidity.changed)) return;
    void save(
      ({ cooling }) => ({ cooling: { ...cooling, outdoor: checked.data } }),
      () => {
        dryBulb.settle(dryBulb.text);
        humidity.settle(humidity.text);
      },
    );
  };
  const clear = (): void => {
    dryBulb.reset();
    humidity.reset();
    void save(
      ({ cooling }) => ({ cooling: { ...cooling, outdoor: null } }),
      () => undefined,
    );
  };
  return (
    <div className={styles['hand']}>
      {typeof state === 'string' ? null : (
        <p className="error-note" role="alert">
          {errorText(t, state)}
        </p>
      )}
      <Field label={t('cooling.outdoor.dryBulb')} error={isAboutTemperature ? t('cooling.hand.wrongTemperature') : null}>
        {({ id, describedBy, invalid }) => (
          <NumberInput
            id={id}
            describedBy={describedBy}
            invalid={invalid}
            unit={unit.unit}
            text={dryBulb.text}
            onText={dryBulb.setText}
            onCommit={commit}
            testId="outdoor-dry-bulb"
          />
        )}
      </Field>
      <Field label={t('cooling.column.humidity')} error={wrong && !isAboutTemperature ? t('cooling.hand.wrongHumidity') : null}>
        {({ id, describedBy, invalid }) => (
          <NumberInput
            id={id}
            describedBy={describedBy}
            invalid={invalid}
            unit="%"
            text={humidity.text}
            onText={humidity.setText}
            onCommit={commit}
            testId="outdoor-humidity"
          />
        )}
      </Field>
      {stored === null ? null : (
        <Button tone="quiet" onClick={clear} data-testid="outdoor-clear">
          {t('cooling.hand.clear')}
        </Button>
      )}
    </div>
  );
}
