import { useRef, type ReactNode } from 'react';
import { Button } from '../../ui/Button';

interface WeatherFileButtonProps {
  readonly label: string;
  readonly tone: 'primary' | 'plain';
  readonly disabled: boolean;
  readonly testId: string;
  readonly onFile: (file: File) => void;
}

/** Lets a person choose a file of weather on their machine. */
export function WeatherFileButton({ label, tone, disabled, testId, onFile }: WeatherFileButtonProps): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={field}
        type="file"
        hidden
        accept=".epw,.csv,.tsv,.txt"
        aria-label={label}
        data-testid={testId}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file !== undefined) onFile(file);
          // So that the same file can be chosen again.
          event.target.value = '';
        }}
      />
      <Button icon="upload" tone={tone} disabled={disabled} onClick={() => field.current?.click()}>
        {label}
      </Button>
    </>
  );
}
