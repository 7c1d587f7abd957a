import { useRef, useState, type ReactNode } from 'react';
import type { AppError } from '@shared/contract/errors';
import { readAsShown } from '@shared/model/dataset-import';
import { sendData } from '../../data/data-upload';
import { toAppError } from '../../data/loadable';
import { useTexts } from '../../i18n/use-texts';
import { useServices } from '../../rpc/context';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { ErrorNote } from '../../ui/ErrorNote';
import { Field, TextInput } from '../../ui/Field';
import { Progress } from '../../ui/Progress';
import styles from './data.module.css';

/** What is to be taken in: a file that the page sends, or what was chosen on this machine. */
type Chosen = { readonly file: File } | { readonly source: string; readonly name: string };

const nameOf = (file: string): string => file.replace(/(?:\.[a-z\d]{1,8}){1,2}$/i, '') || file;

/** Takes in a file that is dropped or chosen, or a folder of this machine. */
export function TakeIn({ canChoose }: { readonly canChoose: boolean }): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const field = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [isOver, setIsOver] = useState(false);
  const [refused, setRefused] = useState<AppError | null>(null);
  const choose = (kind: 'file' | 'folder'): void => {
    setRefused(null);
    client.call('data.choose', { kind }).then(
      ({ source }) => source !== null && setChosen({ source: source.id, name: source.name }),
      (error: unknown) => setRefused(toAppError(error)),
    );
  };
  return (
    <section
      className={styles['drop']}
      aria-label={t('data.take')}
      data-over={isOver || undefined}
      data-testid="data-drop"
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setIsOver(false);
        const [file] = event.dataTransfer.files;
        if (file !== undefined) setChosen({ file });
      }}
    >
      <input
        ref={field}
        type="file"
        hidden
        aria-label={t('data.take.file')}
        data-testid="data-file"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file !== undefined) setChosen({ file });
          // So that the same file can be chosen again.
          event.target.value = '';
        }}
      />
      <span>{t('data.take.drop')}</span>
      <Button tone="primary" icon="upload" onClick={() => (canChoose ? choose('file') : field.current?.click())}>
        {t('data.take.file')}
      </Button>
      {canChoose ? <Button onClick={() => choose('folder')}>{t('data.take.folder')}</Button> : null}
      {refused === null ? null : <ErrorNote error={refused} />}
      {chosen === null ? null : <TakeInDialog chosen={chosen} onClose={() => setChosen(null)} />}
    </section>
  );
}

function TakeInDialog({ chosen, onClose }: { readonly chosen: Chosen; readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const { client } = useServices();
  const file = 'file' in chosen ? chosen.file.name : chosen.name;
  const [name, setName] = useState(nameOf(file));
  const [origin, setOrigin] = useState('');
  const [licence, setLicence] = useState('');
  const [target, setTarget] = useState('');
  const [skipBad, setSkipBad] = useState(false);
  const [sent, setSent] = useState<number | null>(null);
  const [refused, setRefused] = useState<AppError | null>(null);
  const take = async (): Promise<void> => {
    const source = 'file' in chosen ? await sendData(client, chosen.file, setSent) : chosen.source;
    const options = { ...readAsShown, target: target.trim() === '' ? null : target.trim(), skipBad };
    await client.call('data.import', { source, into: { label: { name, origin, licence } }, options });
  };
  const begin = (): void => {
    setRefused(null);
    setSent(0);
    take().then(onClose, (error: unknown) => {
      setSent(null);
      setRefused(toAppError(error));
    });
  };
  return (
    <Dialog
      title={t('data.take.title', { file })}
      draft
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button tone="primary" disabled={sent !== null || name.trim() === ''} onClick={begin} data-testid="data-take">
            {t('data.take')}
          </Button>
        </>
      }
    >
      <Field label={t('data.field.name')}>
        {({ id, describedBy }) => <TextInput id={id} describedBy={describedBy} value={name} onText={setName} testId="data-name" />}
      </Field>
      <Field label={t('data.field.target')} hint={t('data.field.target.hint')}>
        {({ id, describedBy }) => <TextInput id={id} describedBy={describedBy} value={target} onText={setTarget} testId="data-target" />}
      </Field>
      <Field label={t('data.field.origin')}>
        {({ id, describedBy }) => <TextInput id={id} describedBy={describedBy} value={origin} onText={setOrigin} />}
      </Field>
      <Field label={t('data.field.licence')} hint={t('data.field.licence.hint')}>
        {({ id, describedBy }) => <TextInput id={id} describedBy={describedBy} value={licence} onText={setLicence} />}
      </Field>
      <label className={styles['check']}>
        <input type="checkbox" checked={skipBad} onChange={(event) => setSkipBad(event.target.checked)} />
        {t('data.field.skipBad')}
      </label>
      {sent === null ? null : <Progress label={file} share={sent} />}
      {refused === null ? null : <ErrorNote error={refused} />}
    </Dialog>
  );
}
