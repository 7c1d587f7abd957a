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

export const languages = ['en', 'zh-CN'] as const;
export const themes = ['dark', 'light'] as const;
type Theme = (typeof themes)[number];

/** Once in a page's life. Playwright's own scripts are not bound by the page's CSP. */
export const loadAxe = (page: Page): Promise<unknown> => page.evaluate(axe.source);

/** What depends on colours: looked at once more in the other theme, where everything else is the same. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** What axe finds wrong with what is shown now: the rule, where, and why. @param rules default: all */
export async function violations(page: Page, rules: readonly string[] | null = null): Promise<string[]> {
  const { violations: found } = await page.evaluate((only) => {
    const options = { resultTypes: ['violations' as const], ...(only === null ? {} : { runOnly: [...only] }) };
    return (window as unknown as { axe: typeof axe }).axe.run(document, options);
  }, rules);
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} (${failureSummary?.split('\n').slice(1).join(' ').trim()})`),
  );
}

/**
 * Shows the page in a theme as its own setting does, by an attribute that the style sheets and the pictures follow, and waits until no
 * colour is on its way: half-way it has another contrast.
 */
export async function paint(page: Page, theme: Theme): Promise<void> {
  await page.evaluate(async (to) => {
    document.documentElement.dataset['theme'] = to;
    const frames = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await frames();
    const running = document.getAnimations().filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime));
    await Promise.all(running.map(({ finished }) => finished.catch(() => undefined)));
    await frames();
  }, theme);
}

/** What is wrong with what is shown now, in the theme that it has and in the other one. The page is left in its own. */
export async function violationsInBothThemes(page: Page): Promise<string[]> {
  const own: Theme = (await page.locator('html').getAttribute('data-theme')) === 'dark' ? 'dark' : 'light';
  const other: Theme = own === 'dark' ? 'light' : 'dark';
  const found = await violations(page);
  await paint(page, other);
  const ofOther = await violations(page, COLOURS);
  await paint(page, own);
  return [...found, ...ofOther.map((violation) => `${other}: ${violation}`)];
}

/** Looks at each place by itself, in this language and both themes. */
export async function expectAccessible(page: Page, language: (typeof languages)[number], places: readonly Place[]): Promise<void> {
  await go(page, 'settings');
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
    const found = await violationsInBothThemes(page);
    if (found.length > 0) wrong[name] = found;
    if (open) await page.keyboard.press('Escape');
  }
  expect(wrong).toEqual({});
}
