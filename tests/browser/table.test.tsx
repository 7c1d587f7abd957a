import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { startI18n } from '../../src-renderer/i18n';
import type { DataColumn } from '../../src-renderer/ui/table/columns';
import { DataTable } from '../../src-renderer/ui/table/DataTable';
import '../../src-renderer/styles/tokens.css';
import '../../src-renderer/styles/base.css';

interface Card {
  readonly id: string;
  readonly powerW: number | null;
  readonly model: string;
}

const cards: readonly Card[] = [
  { id: 'gpu10', powerW: 80.5, model: 'A100' },
  { id: 'gpu2', powerW: null, model: 'H100' },
  { id: 'gpu1', powerW: 310, model: 'H100, "SXM"' },
];
const columns: readonly DataColumn<Card>[] = [
  { id: 'id', name: 'Device', role: 'head', value: ({ id }) => id },
  { id: 'power', name: 'Power', unit: 'W', isNumber: true, value: ({ powerW }) => powerW },
  { id: 'model', name: 'Model', value: ({ model }) => model },
];
const idOf = ({ id }: Card): string => id;

const names = (): string[] =>
  [...document.querySelectorAll('tbody tr:not([aria-hidden])')].map((row) => row.querySelector('th, td')?.textContent ?? '');
const head = (name: string) => page.getByRole('columnheader', { name });

beforeAll(() => startI18n('en'));
beforeEach(() => localStorage.clear());

it('is sorted by a press on a head, names as people count and a missing value always last', async () => {
  await render(<DataTable id="cards" label="Cards" columns={columns} rows={cards} rowId={idOf} />);
  expect(names()).toEqual(['gpu10', 'gpu2', 'gpu1']);
  await head('Power').getByRole('button').click();
  await expect.element(head('Power')).toHaveAttribute('aria-sort', 'descending');
  expect(names()).toEqual(['gpu1', 'gpu10', 'gpu2']);
  await head('Power').getByRole('button').click();
  await expect.poll(names).toEqual(['gpu10', 'gpu1', 'gpu2']);
  await head('Device').getByRole('button').click();
  await expect.poll(names).toEqual(['gpu1', 'gpu2', 'gpu10']);
});

it('is narrowed by words that may stand in any column, and says how many are left', async () => {
  await render(<DataTable id="cards" label="Cards" columns={columns} rows={cards} rowId={idOf} />);
  await page.getByTestId('filter-cards').fill('h100 gpu1');
  await expect.poll(names).toEqual(['gpu1']);
  await expect.element(page.getByRole('status')).toHaveTextContent('1 of 3');
  await page.getByTestId('filter-cards').fill('nothing of the kind');
  await expect.poll(names).toEqual([]);
  await expect.element(page.getByRole('table')).toBeInTheDocument();
});

it('writes what it shows to a file: its columns, its order, missing values empty', async () => {
  const files: Blob[] = [];
  const made = vi.spyOn(URL, 'createObjectURL').mockImplementation((file) => {
    files.push(file as Blob);
    return 'blob:none';
  });
  const opened = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  await render(<DataTable id="cards" label="Cards" columns={columns} rows={cards} rowId={idOf} />);
  await page.getByTestId('columns-cards').click();
  await expect.element(page.getByTestId('column-power')).toHaveAttribute('aria-checked', 'true');
  // The column that names the row cannot be left out.
  await expect.element(page.getByTestId('column-id')).not.toBeInTheDocument();
  await page.getByTestId('column-model').click();
  await expect.element(head('Model')).not.toBeInTheDocument();
  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByTestId('column-power')).not.toBeInTheDocument();
  await head('Power').getByRole('button').click();
  await page.getByTestId('csv-cards').click();
  expect(files).toHaveLength(1);
  const text = (await files[0]!.text()).replace(/^\uFEFF/u, '');
  expect(text.trim().split(/\r?\n/u)).toEqual(['Device,Power (W)', 'gpu1,310', 'gpu10,80.5', 'gpu2,']);
  made.mockRestore();
  opened.mockRestore();
});

it('keeps its order and its columns', async () => {
  const first = await render(<DataTable id="cards" label="Cards" columns={columns} rows={cards} rowId={idOf} />);
  await head('Power').getByRole('button').click();
  await expect.poll(names).toEqual(['gpu1', 'gpu10', 'gpu2']);
  await first.unmount();
  await render(<DataTable id="cards" label="Cards" columns={columns} rows={cards} rowId={idOf} />);
  expect(names()).toEqual(['gpu1', 'gpu10', 'gpu2']);
});

it('draws of ten thousand rows those in sight, and says how many there are', async () => {
  const many = Array.from({ length: 10_000 }, (_, i): Card => ({ id: `gpu${i}`, powerW: i, model: 'H100' }));
  await render(
    <div style={{ height: 400, display: 'flex', flexDirection: 'column' }}>
      <DataTable id="many" label="Many" columns={columns} rows={many} rowId={idOf} fills />
    </div>,
  );
  await expect.element(page.getByRole('table')).toHaveAttribute('aria-rowcount', '10001');
  await expect.poll(names).toContain('gpu0');
  expect(names().length).toBeLessThan(120);
  const scroller = page.getByRole('region', { name: 'Many' }).element();
  scroller.scrollTop = scroller.scrollHeight;
  await expect.poll(names).toContain('gpu9999');
  expect(names()).not.toContain('gpu0');
  expect(names().length).toBeLessThan(120);
});
