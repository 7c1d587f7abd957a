import { useState, type ReactNode } from 'react';
import { datasetParts, type Dataset, type DatasetVersion } from '@shared/model/dataset';
import { formatMessage } from '../../i18n/format-message';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { useCommand } from '../../rpc/hooks';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Select } from '../../ui/Select';
import { Skeleton } from '../../ui/Skeleton';
import { Trouble } from '../../ui/StreamNote';
import { Columns } from './Columns';
import { hrefOf, showData } from './data-view';
import { Preview } from './Preview';
import { RecipeEditor } from './RecipeEditor';
import styles from './data.module.css';

interface DatasetViewProps {
  readonly dataset: Dataset;
  /** Null = the newest. */
  readonly version: number | null;
}

/** One version of a data set: where it is from, what speaks against it, its columns, its rows, and how another is made of it. */
export function DatasetView({ dataset, version: number }: DatasetViewProps): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const [isRemoving, setIsRemoving] = useState(false);
  const version = dataset.versions.find((one) => one.version === number) ?? (dataset.versions.at(-1) as DatasetVersion);
  const { answer } = useCommand('data.profile', { id: dataset.id, version: version.version });
  const options = dataset.versions.map((one) => ({ value: String(one.version), label: t('data.version', { version: one.version }) }));
  return (
    <>
      <div className="page-head">
        <a className={styles['back']} href={hrefOf({ dataset: null, version: null })}>
          {t('data.all')}
        </a>
        <h1>{dataset.name}</h1>
        <span className={styles['version']}>
          <Select
            label={t('data.column.version')}
            value={String(version.version)}
            options={options}
            onChange={(value) => showData({ dataset: dataset.id, version: Number(value) })}
            testId="data-version"
          />
        </span>
        {dataset.isShipped ? null : (
          <Button tone="quiet" icon="trash" onClick={() => setIsRemoving(true)} data-testid="data-remove">
            {t('data.remove')}
          </Button>
        )}
      </div>
      <Facts dataset={dataset} version={version} />
      <Trouble of={answer} />
      {answer.state === 'loading' ? <Skeleton lines={8} /> : null}
      {answer.state === 'ready' && answer.value.warnings.length > 0 ? (
        <ul className={styles['warnings']} aria-label={t('data.warnings')} data-testid="data-warnings">
          {answer.value.warnings.map((warning, i) => (
            <li key={i}>{formatMessage(t, warning)}</li>
          ))}
        </ul>
      ) : null}
      {answer.state === 'ready' ? <Columns version={version} profile={answer.value} /> : null}
      <Preview id={dataset.id} version={version} />
      <RecipeEditor dataset={dataset} version={version} />
      {isRemoving ? (
        <ConfirmDialog
          title={t('data.remove.title', { name: dataset.name })}
          confirm={t('data.remove')}
          testId="data-remove-confirm"
          onConfirm={() => client.call('data.remove', { id: dataset.id, version: null })}
          onDone={() => showData({ dataset: null, version: null })}
          onClose={() => setIsRemoving(false)}
        >
          <p>{t('data.remove.text', { count: dataset.versions.length })}</p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}

function Facts({ dataset, version }: { readonly dataset: Dataset; readonly version: DatasetVersion }): ReactNode {
  const { t, format } = useTexts();
  const { source, parts, notes, target, parent } = version;
  const facts: readonly (readonly [string, string])[] = [
    [t('data.column.rows'), format.number(version.rows, 0)],
    ...(parts === null
      ? []
      : [[t('data.split'), datasetParts.map((part) => `${t(`data.part.${part}`)} ${format.number(parts[part], 0)}`).join(' · ')] as const]),
    ...(target === null ? [] : [[t('data.field.target'), target] as const]),
    [t('data.source'), `${source.name} · ${t(`data.format.${source.format}`)}`],
    ['SHA-256', source.sha256],
    ...(parent === null ? [] : [[t('data.parent'), t('data.version', { version: parent })] as const]),
    ...(dataset.origin === '' ? [] : [[t('data.field.origin'), dataset.origin] as const]),
    [t('data.field.licence'), dataset.licence === '' ? t('data.licence.none') : dataset.licence],
  ];
  return (
    <>
      <dl className={styles['facts']} data-testid="data-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {notes.map((note, i) => (
        <p key={i} className="page-note">
          {formatMessage(t, note)}
        </p>
      ))}
    </>
  );
}
