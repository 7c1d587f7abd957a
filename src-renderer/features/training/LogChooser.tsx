import type { ReactNode } from 'react';
import type { RunLogFile } from '@shared/model/run-log';
import { useTexts } from '../../i18n/use-texts';
import { Select } from '../../ui/Select';

/** No path is empty. */
const PRINTED = '';

interface LogChooserProps {
  readonly files: readonly RunLogFile[];
  /** Path of the one that is shown; null = what was printed. */
  readonly file: string | null;
  readonly onFile: (path: string | null) => void;
}

/** Which of a program's logs is shown: what it printed, or a text that it wrote. */
export function LogChooser({ files, file, onFile }: LogChooserProps): ReactNode {
  const { t, format } = useTexts();
  const options = [
    { value: PRINTED, label: t('run.log.printed') },
    ...files.map(({ path, label, bytes }) => ({
      value: path,
      label: t('run.log.file', { file: label, size: format.withUnit(format.quantity(bytes, 'B', 0)) }),
    })),
  ];
  return (
    <Select
      label={t('run.log.which')}
      value={file ?? PRINTED}
      options={options}
      onChange={(value) => onFile(value === PRINTED ? null : value)}
      testId="log-file"
    />
  );
}
