import { beforeAll, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { useState, type ReactNode } from 'react';
import { startI18n } from '../../src-renderer/i18n';
import { Button } from '../../src-renderer/ui/Button';
import { Dialog } from '../../src-renderer/ui/Dialog';
import { TextInput } from '../../src-renderer/ui/Field';
import '../../src-renderer/styles/tokens.css';
import '../../src-renderer/styles/base.css';

beforeAll(() => startI18n('en'));

/** A dialog with something to type; `minds`: it keeps what was typed, as a dialog does that says so. */
function Note({ minds }: { readonly minds: boolean }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  return (
    <>
      <Button onClick={() => setOpen(true)}>Write</Button>
      {isOpen ? (
        <Dialog
          title="A note"
          draft={minds && text !== ''}
          onClose={() => setOpen(false)}
          actions={<Button onClick={() => setOpen(false)}>Close</Button>}
        >
          <TextInput label="Text" value={text} onText={setText} />
        </Dialog>
      ) : null}
    </>
  );
}

const field = page.getByRole('textbox', { name: 'Text' });
const dialog = page.getByRole('dialog');

/** Presses at one point and lets go at another, as a hand does that marks a text and slips off. */
async function drag(from: Element, to: { readonly x: number; readonly y: number }): Promise<void> {
  const { left, top, width, height } = from.getBoundingClientRect();
  const at = (clientX: number, clientY: number): MouseEventInit => ({ clientX, clientY, bubbles: true, composed: true, button: 0 });
  const start = at(left + width / 2, top + height / 2);
  const end = at(to.x, to.y);
  from.dispatchEvent(new PointerEvent('pointerdown', { ...start, pointerId: 1, pointerType: 'mouse', isPrimary: true }));
  from.dispatchEvent(new MouseEvent('mousedown', start));
  const below = document.elementFromPoint(to.x, to.y) ?? document.body;
  expect(below.closest('[data-modal]')).toBeNull();
  below.dispatchEvent(new PointerEvent('pointerup', { ...end, pointerId: 1, pointerType: 'mouse', isPrimary: true }));
  below.dispatchEvent(new MouseEvent('mouseup', end));
  // A browser tells the click to what both points lie in.
  document.body.dispatchEvent(new MouseEvent('click', end));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}

it.each([true, false])(
  'a press that begins in it and ends beside it closes nothing and loses no draft (one that minds: %s)',
  async (minds) => {
    await render(<Note minds={minds} />);
    await page.getByRole('button', { name: 'Write' }).click();
    await field.fill('the fan of node 7 rattles');
    await drag(field.element(), { x: 4, y: 4 });
    await expect.element(dialog).toBeInTheDocument();
    await expect.element(field).toHaveValue('the fan of node 7 rattles');
  },
);

it('a whole press beside it closes it, but not while something was typed that it minds', async () => {
  await render(<Note minds />);
  await page.getByRole('button', { name: 'Write' }).click();
  await field.fill('half a');
  await userEvent.click(document.body, { position: { x: 4, y: 4 }, force: true });
  await expect.element(field).toHaveValue('half a');
  await field.fill('');
  await userEvent.click(document.body, { position: { x: 4, y: 4 }, force: true });
  await expect.element(dialog).not.toBeInTheDocument();
});
