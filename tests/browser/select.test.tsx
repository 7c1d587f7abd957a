import { useState, type ReactNode } from 'react';
import { expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { Select } from '../../src-renderer/ui/Select';

const options = [
  { value: 'off', label: 'Off' },
  { value: 'low', label: 'Low' },
  { value: 'medium', label: 'Medium, for most' },
  { value: 'high', label: 'High', disabled: true },
];

function Smoothing({ onChoose }: { readonly onChoose: (value: string) => void }): ReactNode {
  const [value, setValue] = useState('off');
  return (
    <main id="main">
      <Select
        label="Smoothing"
        value={value}
        options={options}
        onChange={(next) => {
          setValue(next);
          onChoose(next);
        }}
      />
    </main>
  );
}

const list = () => page.getByRole('combobox', { name: 'Smoothing' });

it('says what is chosen, and chooses by a press', async () => {
  const onChoose = vi.fn();
  await render(<Smoothing onChoose={onChoose} />);
  await expect.element(list()).toHaveTextContent('Off');
  await list().click();
  await page.getByRole('option', { name: 'Low' }).click();
  await expect.element(list()).toHaveTextContent('Low');
  expect(onChoose.mock.calls).toEqual([['low']]);
});

it('is opened, walked and chosen from by the keyboard; what cannot be chosen is not', async () => {
  const onChoose = vi.fn();
  await render(<Smoothing onChoose={onChoose} />);
  await userEvent.tab();
  await expect.element(list()).toHaveFocus();
  await userEvent.keyboard('{ArrowDown}');
  await expect.element(page.getByRole('option', { name: 'Off' })).toHaveAttribute('aria-selected', 'true');
  await expect.element(page.getByRole('option', { name: 'High' })).toHaveAttribute('aria-disabled', 'true');
  await userEvent.keyboard('m');
  await expect.element(page.getByRole('option', { name: 'Medium, for most' })).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(list()).toHaveTextContent('Medium, for most');
  await expect.element(list()).toHaveFocus();
  expect(onChoose.mock.calls).toEqual([['medium']]);
});

it('keeps its width whatever is chosen, and its place within the landmark', async () => {
  await render(<Smoothing onChoose={() => undefined} />);
  const widthOf = (): number => list().element().getBoundingClientRect().width;
  const before = widthOf();
  await list().click();
  await expect.element(page.getByRole('main').getByRole('listbox')).toBeVisible();
  await page.getByRole('option', { name: 'Medium, for most' }).click();
  await expect.element(list()).toHaveTextContent('Medium, for most');
  expect(widthOf()).toBe(before);
});
