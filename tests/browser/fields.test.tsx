import { useState, type ReactNode } from 'react';
import { beforeAll, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { startI18n } from '../../src-renderer/i18n';
import { ConfirmDialog } from '../../src-renderer/ui/ConfirmDialog';
import { Field, NumberInput, useNumberDraft } from '../../src-renderer/ui/Field';
import { ToastProvider, useToast } from '../../src-renderer/ui/Toasts';

beforeAll(() => startI18n('en'));

function Price({ onSave }: { readonly onSave: (value: number | null | undefined) => void }): ReactNode {
  const draft = useNumberDraft(0.3);
  return (
    <Field label="Price" error={draft.value === undefined ? 'not a number' : null}>
      {({ id, describedBy, invalid }) => (
        <NumberInput
          id={id}
          describedBy={describedBy}
          invalid={invalid}
          unit="€/kWh"
          text={draft.text}
          onText={draft.setText}
          onCommit={() => onSave(draft.value)}
        />
      )}
    </Field>
  );
}

it('a number is read as English writes it, and one that is none is told and kept', async () => {
  const onSave = vi.fn();
  await render(<Price onSave={onSave} />);
  const price = page.getByRole('textbox', { name: 'Price' });
  await expect.element(price).toHaveValue('0.3');
  await price.fill('1,500');
  await userEvent.keyboard('{Enter}');
  expect(onSave.mock.lastCall).toEqual([1500]);
  await price.fill('1,5');
  await expect.element(price).toHaveAttribute('aria-invalid', 'true');
  await expect.element(price).toHaveAccessibleDescription('not a number');
  await expect.element(price).toHaveValue('1,5');
});

function Deleting({ onDelete }: { readonly onDelete: () => Promise<void> }): ReactNode {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setAsking(true)}>
        Delete
      </button>
      {asking ? (
        <ConfirmDialog title="Delete it?" confirm="Yes, delete" testId="yes" onConfirm={onDelete} onClose={() => setAsking(false)}>
          It is gone for good.
        </ConfirmDialog>
      ) : null}
    </>
  );
}

it('a question keeps the focus in it, is left by Escape, and gives the focus back', async () => {
  const onDelete = vi.fn(() => Promise.resolve());
  await render(<Deleting onDelete={onDelete} />);
  const opener = page.getByRole('button', { name: 'Delete', exact: true });
  await opener.click();
  const dialog = page.getByRole('dialog', { name: 'Delete it?' });
  await expect.element(dialog).toBeVisible();
  for (let i = 0; i < 4; i++) {
    await userEvent.tab();
    expect(document.activeElement?.closest('[role="dialog"], [data-base-ui-focus-guard]')).not.toBeNull();
  }
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
  expect(onDelete).not.toHaveBeenCalled();
  await opener.click();
  await page.getByRole('button', { name: 'Yes, delete' }).click();
  expect(onDelete).toHaveBeenCalledOnce();
});

function Teller(): ReactNode {
  const tell = useToast();
  return (
    <>
      <button type="button" onClick={() => tell(() => 'All is well')}>
        well
      </button>
      <button type="button" onClick={() => tell(() => 'It broke', 'bad')}>
        badly
      </button>
    </>
  );
}

it('what went well is told in passing, what went wrong stays until it is closed', async () => {
  await render(
    <ToastProvider>
      <Teller />
    </ToastProvider>,
  );
  await page.getByRole('button', { name: 'well' }).click();
  await page.getByRole('button', { name: 'badly' }).click();
  const well = page.getByRole('group', { name: 'All is well' });
  const badly = page.getByRole('group', { name: 'It broke' });
  await expect.element(well).toBeVisible();
  await expect.element(badly).toBeVisible();
  await expect.element(well, { timeout: 30_000 }).not.toBeInTheDocument();
  await expect.element(badly).toBeVisible();
  await badly.getByRole('button', { name: 'Close' }).click();
  await expect.element(badly).not.toBeInTheDocument();
});
