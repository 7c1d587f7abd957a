import { useRef, useState, type ReactNode } from 'react';
import type { Run } from '@shared/model/run';
import type { Served } from '@shared/model/serving';
import { toAppError } from '../../../data/loadable';
import type { AppError } from '@shared/contract/errors';
import { useTexts } from '../../../i18n/use-texts';
import { useServices } from '../../../rpc/context';
import { Button } from '../../../ui/Button';
import { EmptyState } from '../../../ui/EmptyState';
import { ErrorNote } from '../../../ui/ErrorNote';
import { Field, Segmented, TextArea } from '../../../ui/Field';
import { Answer } from './Answer';
import { DrawDigit } from './DrawDigit';
import { DropPicture } from './DropPicture';
import { bodyOf, nested, pictureOf, readAnswer, waysOf, type ModelAnswer } from './model-input';
import styles from './serving.module.css';

/** Asks the served model by hand: a drawing, a picture or numbers, over the same address as everybody. */
export function TryModel({ run }: { readonly run: Run }): ReactNode {
  const { t } = useTexts();
  const { served } = run.control;
  if (served === null || run.status !== 'running')
    return (
      <EmptyState icon="training" title={t('run.try.over')}>
        {t('run.try.over.text')}
      </EmptyState>
    );
  return <Trial runId={run.id} served={served} />;
}

function Trial({ runId, served }: { readonly runId: string; readonly served: Served }): ReactNode {
  const { client } = useServices();
  const { t } = useTexts();
  const ways = waysOf(served);
  const [way, setWay] = useState(ways[0] ?? 'numbers');
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<ModelAnswer | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const asked = useRef(0);
  const [input] = served.inputs;
  const picture = input === undefined ? null : pictureOf(input);
  const typed = bodyOf(text);

  const ask = (body: string): void => {
    const number = (asked.current += 1);
    // The newest question is what is shown, whichever answer comes last.
    const isNewest = (): boolean => asked.current === number;
    client.call('models.ask', { runId, verb: 'predict', version: null, body }).then(
      (told) => {
        if (!isNewest()) return;
        setError(null);
        setAnswer(readAnswer(told.status, told.body, served.task));
      },
      (failure: unknown) => isNewest() && setError(toAppError(failure)),
    );
  };
  const askPixels = (pixels: Float32Array): void => {
    if (picture !== null) ask(JSON.stringify({ instances: [nested(pixels, picture.shape)] }));
  };
  const clear = (): void => {
    asked.current += 1;
    setAnswer(null);
    setError(null);
  };

  return (
    <div className={styles['try']} data-testid="try">
      <section className={styles['question']} aria-label={t('run.try.question')}>
        {ways.length > 1 ? (
          <Segmented
            label={t('run.try.way')}
            value={way}
            options={ways.map((value) => ({ value, label: t(`run.try.way.${value}`) }))}
            onChange={(chosen) => {
              setWay(chosen);
              clear();
            }}
          />
        ) : null}
        {way === 'draw' ? <DrawDigit onDigit={askPixels} onClear={clear} /> : null}
        {way === 'picture' && picture !== null ? <DropPicture size={picture} onPixels={askPixels} /> : null}
        {way === 'numbers' ? (
          <form
            className={styles['numbers']}
            onSubmit={(event) => {
              event.preventDefault();
              if (typed !== null) ask(typed);
            }}
          >
            <Field
              label={t('run.try.numbers')}
              hint={t('run.try.numbers.hint', { shape: shapeText(served) })}
              error={text.trim() !== '' && typed === null ? t('run.try.numbers.wrong') : null}
            >
              {(ids) => <TextArea {...ids} value={text} onText={setText} testId="try-text" />}
            </Field>
            <Button type="submit" tone="primary" disabled={typed === null} data-testid="try-ask">
              {t('run.try.ask')}
            </Button>
          </form>
        ) : null}
      </section>
      <section className={styles['answer']} aria-label={t('run.try.answer')} aria-live="polite">
        <h2>{t('run.try.answer')}</h2>
        {error ? <ErrorNote error={error} /> : null}
        {error === null && answer !== null ? <Answer answer={answer} classes={served.classes} /> : null}
        {error === null && answer === null ? <p className="facts-empty">{t(`run.try.none.${way}`)}</p> : null}
      </section>
    </div>
  );
}

/** How many numbers a row has, of each input. */
function shapeText({ inputs }: Served): string {
  return inputs
    .map(({ name, shape }) => {
      const sizes = shape.slice(1).map((size) => (size === null ? '?' : String(size)));
      return `${name}: ${sizes.length === 0 ? '1' : sizes.join(' × ')}`;
    })
    .join(', ');
}
