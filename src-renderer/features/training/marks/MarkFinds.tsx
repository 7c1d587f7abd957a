import type { ReactNode } from 'react';
import type { MarkTrial } from '@shared/model/mark';
import { useTexts } from '../../../i18n/use-texts';
import styles from './marks.module.css';

const [WIDTH, HEIGHT] = [400, 64];

/** What a rule finds in the log: how many numbers, their curve, and some of the lines, as they follow each other there. */
export function MarkFinds({ trial }: { readonly trial: MarkTrial }): ReactNode {
  const { t, format } = useTexts();
  const { found, lines, file, min, max, curve, examples } = trial;
  const counted = { count: found, shown: format.number(found, 0), lines: format.number(lines, 0) };
  if (found === 0) return <p className="facts-empty">{t('marks.found.none', counted)}</p>;
  const value = (each: number | null): string => (each === null ? t('marks.notNumber') : format.plain(each));
  return (
    <>
      <p data-testid="mark-found">
        {min === null || max === null
          ? t('marks.found', counted)
          : t('marks.found.range', { ...counted, min: value(min), max: value(max) })}
        {file === null ? null : ` ${t('marks.found.file', { file })}`}
      </p>
      {curve.length > 1 && min !== null && max !== null ? (
        <svg className={styles['curve']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <path d={pathOf(curve, min, max)} vectorEffect="non-scaling-stroke" />
        </svg>
      ) : null}
      <table className={styles['examples']}>
        <thead>
          <tr>
            <th scope="col">{t('marks.column.step')}</th>
            <th scope="col">{t('marks.column.value')}</th>
            <th scope="col">{t('marks.column.line')}</th>
          </tr>
        </thead>
        <tbody>
          {examples.map(({ seq, text, value: each, step }) => (
            <tr key={seq}>
              <td className="num">{step === null ? '–' : format.number(step, 0)}</td>
              <td className="num">{value(each)}</td>
              <td className={styles['example']}>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** A line that is broken where a value is none. */
function pathOf(curve: MarkTrial['curve'], min: number, max: number): string {
  const steps = curve.map(({ step }) => step);
  const [from, to] = [Math.min(...steps), Math.max(...steps)];
  let path = '';
  let isOpen = false;
  for (const { step, value } of curve) {
    if (value !== null) {
      const x = to > from ? ((step - from) / (to - from)) * WIDTH : 0;
      const y = max > min ? HEIGHT - 2 - ((value - min) / (max - min)) * (HEIGHT - 4) : HEIGHT / 2;
      path += `${isOpen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    isOpen = value !== null;
  }
  return path;
}
