import axe from 'axe-core';
import type { Page } from 'playwright';
import { expect } from 'vitest';
import { choose, go, settled } from './support';

/** A place in the window: its address, what is to be seen of it, and how it is opened there; Escape closes that again. */
export type Place = readonly [name: string, hash: string, shows: string, open?: (page: Page) => Promise<unknown>];

export const press =
  (testId: string) =>
  (page: Page): Promise<void> =>
    page.getByTestId(testId).first().click();

export const looks = ['dark', 'light'].flatMap((theme) => ['en', 'zh-CN'].map((language) => ({ theme, language })));

/** Once in a page's life. Playwright's own scripts are not bound by the page's CSP. */
export const loadAxe = (page: Page): Promise<unknown> => page.evaluate(axe.source);

/** What axe finds wrong with what is shown now: the rule, where, and why. */
export async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] }),
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} (${failureSummary?.split('\n').slice(1).join(' ').trim()})`),
  );
}

/** Looks at each place by itself, in this theme and language. */
export async function expectAccessible(page: Page, { theme, language }: (typeof looks)[number], places: readonly Place[]): Promise<void> {
  await go(page, 'settings');
  await choose(page.getByTestId('setting-ui.theme'), theme);
  await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe(theme);
  await choose(page.getByTestId('setting-ui.language'), language);
  await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(language);
  const wrong: Record<string, string[]> = {};
  for (const [name, hash, shows, open] of places) {
    await page.evaluate((to) => (window.location.hash = to), '#/nowhere');
    await page.evaluate((to) => (window.location.hash = to), hash);
    try {
      await open?.(page);
      await page.locator(shows).first().waitFor();
      await settled(page);
    } catch (error) {
      throw new Error(`${name} does not come to be seen, or to rest`, { cause: error });
    }
    const found = await violations(page);
    if (found.length > 0) wrong[name] = found;
    if (open) await page.keyboard.press('Escape');
  }
  expect(wrong).toEqual({});
}
