import { useState, type KeyboardEvent, type ReactNode, type Ref } from 'react';
import { useTexts } from '../i18n/use-texts';
import { Button } from '../ui/Button';
import { TextArea } from '../ui/Field';
import styles from './ParamFields.module.css';

interface SecretInputProps {
  readonly id: string;
  readonly describedBy: string;
  readonly invalid: boolean;
  readonly testId: string;
  readonly inputRef: Ref<HTMLTextAreaElement>;
  readonly value: string;
  readonly onText: (text: string) => void;
  readonly onBlur: () => void;
}

/** Takes a password, a token or a private key of many lines; hidden unless whoever types it wants to see it. */
export function SecretInput(props: SecretInputProps): ReactNode {
  const { t } = useTexts();
  const [shown, setShown] = useState(false);
  return (
    <div className={styles['secretInput']} onKeyDown={sendOnEnter}>
      <TextArea {...props} rows={props.value.includes('\n') ? 4 : 1} masked={!shown} />
      <Button aria-pressed={shown} onClick={() => setShown(!shown)}>
        {t(shown ? 'form.secret.hide' : 'form.secret.show')}
      </Button>
    </div>
  );
}

/** As in any field of one line; a key of many lines is pasted, and Enter is one of them. */
function sendOnEnter(event: KeyboardEvent): void {
  const { target } = event;
  if (!(target instanceof HTMLTextAreaElement) || event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
  if (target.value.includes('\n')) return;
  event.preventDefault();
  target.form?.requestSubmit();
}
