import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { useCallback, type ReactNode } from 'react';
import type { RpcClient } from '@shared/rpc/client';
import type { Services } from '../../src-renderer/data/services';
import { valueOf } from '../../src-renderer/data/loadable';
import { PageContext, type PageParts } from '../../src-renderer/rpc/context';
import { useStream } from '../../src-renderer/rpc/hooks';

/** A core that answers each subscription at once, and counts them. */
function answering(): { readonly parts: PageParts; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const client: Pick<RpcClient, 'subscribe' | 'onConnected'> = {
    subscribe: (_name, params, { onFrame }) => {
      if (asked.push(params) > 5) throw new Error('asked again and again');
      onFrame({ views: [] } as never, true);
      return { dispose: () => undefined };
    },
    onConnected: () => ({ dispose: () => undefined }),
  };
  const services: Pick<Services, 'client'> = { client: client as RpcClient };
  return { parts: { services: services as Services } as PageParts, asked };
}

function Scoped({ devices }: { readonly devices: readonly string[] }): ReactNode {
  // Made anew with each drawing, as a parent does that was told of a change elsewhere in the room.
  const scope = { devices: [...devices], kinds: ['annotation'], fromMs: 0, toMs: 1, limit: 5 };
  const answer = valueOf(
    useStream(
      'events.live',
      scope,
      useCallback(() => 'here', []),
    ),
  );
  return answer === null ? <p>asking</p> : <button type="button">{answer}</button>;
}

it('is not asked anew for the same thing in a new object: the control that has the focus keeps it', async () => {
  const { parts, asked } = answering();
  const shown = (devices: readonly string[]): ReactNode => (
    <PageContext value={parts}>
      <Scoped devices={devices} />
    </PageContext>
  );
  const { rerender } = await render(shown(['room']));
  await expect.element(page.getByRole('button')).toBeVisible();
  const button = document.querySelector('button');
  button?.focus();
  await rerender(shown(['room']));
  await rerender(shown(['room']));
  expect(document.activeElement).toBe(button);
  expect(asked).toHaveLength(1);
  await rerender(shown(['room', 'gpu0']));
  await expect.poll(() => asked.length).toBe(2);
  expect(asked[1]).toMatchObject({ devices: ['room', 'gpu0'] });
});
