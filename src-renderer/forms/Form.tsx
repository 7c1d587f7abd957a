import type { ReactNode } from 'react';
import { ignoreComposing } from './use-zod-form';
import styles from './Form.module.css';

interface FormProps {
  /** Of buttons that stand outside of it. */
  readonly id: string;
  readonly onSend: () => Promise<void>;
  readonly onChange?: () => void;
  readonly children: ReactNode;
}

/** The fields of a dialog, sent by Enter in any of them or by its button. */
export function Form({ id, onSend, onChange, children }: FormProps): ReactNode {
  return (
    <form
      id={id}
      className={styles['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void onSend();
      }}
      onKeyDown={ignoreComposing}
      onChange={onChange}
    >
      {children}
    </form>
  );
}
