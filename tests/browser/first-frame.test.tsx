import { beforeAll, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import type { CommandOutput } from '@shared/contract';
import { RpcClient } from '@shared/rpc/client';
import { PageView } from '../../src-renderer/app/PageView';
import { pages } from '../../src-renderer/app/pages';
import type { Address, PageId } from '../../src-renderer/app/paths';
import { Services } from '../../src-renderer/data/services';
import { Store } from '../../src-renderer/data/store';
import { startI18n } from '../../src-renderer/i18n';
import { PageContext } from '../../src-renderer/rpc/context';
import type { Link, LinkState } from '../../src-renderer/rpc/link';
import { useCommand } from '../../src-renderer/rpc/hooks';
import { AgainButton } from '../../src-renderer/ui/AgainButton';
import { ToastProvider } from '../../src-renderer/ui/Toasts';
import '../../src-renderer/styles/tokens.css';
import '../../src-renderer/styles/base.css';

beforeAll(() => startI18n('en'));

const link: Link = {
  state: new Store<LinkState>({ kind: 'connecting' }),
  retry: () => undefined,
  dispose: () => undefined,
};

/** An address of each page, whether there is such a run or device or not: nobody has said so yet. */
const params: { readonly [P in PageId]?: object } = {
  run: { runId: 'r1' },
  device: { device: 'gpu0' },
  settings: { section: 'general' },
};
const views: { readonly [P in PageId]?: string } = { compare: 'runs=r1,r2' };
const ids = Object.keys(pages) as PageId[];

it.each(ids)('while the first frame of %s is under way, its outline is shown, not an empty page', async (id) => {
  const services = new Services(new RpcClient());
  const address = { page: id, params: params[id] ?? {}, view: views[id] ?? null } as Address;
  await render(
    <PageContext value={{ services, link }}>
      <ToastProvider>
        <PageView address={address} />
      </ToastProvider>
    </PageContext>,
  );
  // The code of the page is on its way, too, and has an outline of its own.
  await expect.poll(() => document.querySelector('[data-testid="page-skeleton"]')).toBeNull();
  const outlines = page.getByTestId('skeleton');
  // What can be asked for without the core stands there from the beginning: the form that starts a run.
  if (id === 'training') await expect.element(page.getByRole('heading', { level: 1 })).toBeInTheDocument();
  else await expect.poll(() => outlines.elements().length).toBeGreaterThan(0);
  services.dispose();
});

type Answered = CommandOutput<'inventory.get'>;

/** A core whose answers are given by hand. */
function answering(): { readonly services: Services; readonly answers: ((value: Answered) => void)[] } {
  const answers: ((value: Answered) => void)[] = [];
  const client = new RpcClient();
  Object.defineProperty(client, 'connected', { value: true });
  Object.assign(client, {
    call: (name: string) => new Promise((resolve) => (name === 'inventory.get' ? answers.push(resolve) : undefined)),
  });
  return { services: new Services(client), answers };
}

function Machine() {
  const asked = useCommand('inventory.get', {});
  return (
    <>
      <p>{asked.answer.state === 'ready' ? asked.answer.value.hostname : 'nothing yet'}</p>
      <AgainButton asked={asked} label="Check again" />
    </>
  );
}

it('what is asked again says so until the answer is there, keeps what is shown and the focus, and then says from when it is', async () => {
  const { services, answers } = answering();
  const inventory = (hostname: string): Answered => ({ hostname }) as Answered;
  await render(
    <PageContext value={{ services, link }}>
      <Machine />
    </PageContext>,
  );
  const button = page.getByRole('button', { name: 'Check again' });
  const said = page.getByRole('status');
  await expect.poll(() => answers.length).toBe(1);
  answers[0]?.(inventory('alpha'));
  await expect.element(page.getByText('alpha')).toBeInTheDocument();
  await expect.element(said).toHaveTextContent(/^As of \d\d:\d\d:\d\d$/u);
  await button.click();
  await expect.poll(() => answers.length).toBe(2);
  await expect.element(button).toHaveAttribute('aria-disabled', 'true');
  await expect.element(said).toHaveTextContent('Asking …');
  await expect.element(page.getByText('alpha')).toBeInTheDocument();
  // A second press asks nothing more, and the focus stays for the third.
  (button.element() as HTMLElement).click();
  expect(document.activeElement).toBe(button.element());
  expect(answers).toHaveLength(2);
  answers[1]?.(inventory('beta'));
  await expect.element(page.getByText('beta')).toBeInTheDocument();
  await expect.element(button).not.toHaveAttribute('aria-disabled');
  await expect.element(said).toHaveTextContent(/^As of /u);
  services.dispose();
});
