import type { ReactNode } from 'react';
import type { Quantity } from '@shared/model/provenance';
import { toPage, toSettings } from '../app/paths';
import type { Figure } from '../i18n/format';
import { useTexts } from '../i18n/use-texts';
import { ProvenanceBadge } from './Provenance';
import { Tooltip } from './Tooltip';

type Withheld = NonNullable<Quantity['withheld']>;

/** Where the next step is taken when a figure is withheld. */
const steps: Readonly<Record<Withheld, string>> = {
  'no-sensor': toPage('doctor'),
  stale: toPage('doctor'),
  missing: toPage('doctor'),
  'it-load-near-zero': toSettings(),
  'inconsistent-meters': toPage('doctor'),
  'ambiguous-meters': toPage('room'),
  skewed: toPage('room'),
  'not-started': toPage('training'),
  'no-samples': toPage('doctor'),
  'low-coverage': toPage('doctor'),
  'simulated-room': toPage('training'),
  'no-price': toSettings(),
  'several-currencies': toSettings(),
  'no-gpu': toPage('training'),
  'not-told': toPage('training'),
  'no-improvement': toPage('training'),
  'compressors-rest': toPage('cooling'),
  'out-of-range': toPage('energy'),
};

interface TileProps {
  readonly testId: string;
  readonly label: string;
  /** null while the first figure is on its way. */
  readonly quantity: Quantity | null;
  readonly figure: Figure;
  /** Provenance of the figure, for the tooltip. */
  readonly how: ReactNode;
  /** Where its course over time is shown. */
  readonly history?: string | null;
  readonly size?: 'm' | 'l' | 'xl';
  /** First under the figure, whether there is one or not. */
  readonly lead?: ReactNode;
  /** Under the reason while the figure is withheld. */
  readonly because?: ReactNode;
  /** Under the figure while there is one. */
  readonly children?: ReactNode;
}

/** One live figure: what it is, the number, its unit, its provenance; without a number, why and the next step. */
export function Tile({ testId, label, quantity, figure, how, history = null, size = 'l', lead, because, children }: TileProps): ReactNode {
  const { t } = useTexts();
  const reason = quantity?.withheld ?? null;
  const hasValue = quantity !== null && quantity.value !== null;
  return (
    <section className={`tile tile-${size}`} data-testid={testId} data-value={hasValue ? String(quantity.value) : ''} aria-label={label}>
      <div className="tile-head">
        <h2>
          {history === null ? (
            label
          ) : (
            <a href={history} title={t('history.open')}>
              {label}
            </a>
          )}
        </h2>
        {quantity && hasValue ? (
          <Tooltip content={<TileNote quantity={quantity} how={how} />}>
            <ProvenanceBadge provenance={quantity.provenance} />
          </Tooltip>
        ) : null}
      </div>
      <p className="tile-figure">
        <span className="tile-number">{figure.text}</span>
        {hasValue && figure.unit !== '' ? (
          <span className="tile-unit" data-unit={figure.unit}>
            {figure.unit}
          </span>
        ) : null}
      </p>
      <div className="tile-sub">
        {lead}
        {reason === null ? (
          children
        ) : (
          <span className="tile-reason">
            {t(`withheld.${reason}`)} <a href={steps[reason]}>{t(`withheld.${reason}.step`)}</a>
            {because}
          </span>
        )}
      </div>
    </section>
  );
}

function TileNote({ quantity, how }: { readonly quantity: Quantity; readonly how: ReactNode }): ReactNode {
  const { t, format } = useTexts();
  return (
    <>
      <div>{how}</div>
      <div className="tile-tip-note">
        {t(`provenance.${quantity.provenance}.means`)}
        {quantity.windowMs === null ? null : ` ${t('ui.window', { duration: format.duration(quantity.windowMs) })}`}
      </div>
    </>
  );
}
