import { useEffect, useMemo, type ReactNode } from 'react';
import type { PueFamily, PueFamilyQuery, PueFigures } from '@shared/model/pue';
import { TimeChart } from '../../charts/time/TimeChart';
import { StillPanes } from '../../data/still-panes';
import { useTexts } from '../../i18n/use-texts';
import { pueLines, puePane } from './pue-curve';
import styles from './energy.module.css';

/** Two of the shortest stretches. */
const LEAST_WIDTH_MS = 7_200_000;

interface CurveProps {
  readonly stretches: readonly PueFigures[];
  readonly step: PueFamilyQuery['step'];
  readonly switches: Readonly<PueFamily['switches']>;
}

/** PUE over time; one figure alone is no curve. */
export function PueCurve({ stretches, step, switches }: CurveProps): ReactNode {
  if (stretches.filter(({ pue }) => pue.value !== null).length < 2) return null;
  return <Curve key={step} stretches={stretches} switches={switches} />;
}

function Curve({ stretches, switches }: Omit<CurveProps, 'step'>): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const source = useMemo(() => new StillPanes(LEAST_WIDTH_MS), []);
  const panes = useMemo(() => [puePane(texts, stretches)], [texts, stretches]);
  useEffect(() => source.show(pueLines(texts, stretches, switches)), [source, texts, stretches, switches]);
  return (
    <div className={styles.curve} data-testid="pue-curve">
      <TimeChart
        label={t('energy.curve')}
        panes={panes}
        source={source}
        onGesture={source.apply}
        renderEmpty={() => null}
        {...(switches.length === 0 ? {} : { spanHint: t('energy.curve.zoom') })}
      />
    </div>
  );
}
