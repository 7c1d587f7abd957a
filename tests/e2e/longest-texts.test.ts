import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectorKinds } from '../../src-main/core/telemetry/collectors';
import { defineService } from '../../src-main/core/service';
import { LONGEST_ID, longestKind } from '../fakes/longest-machine';
import { recordedProgram, recordedSnapshot } from '../helpers/recorded-program';
import { curvesUpTo, recordedRun } from '../helpers/recorded-run';
import { recordInto } from '../helpers/test-core';
import { serveCore, type ServedCore } from './served-core';
import { expectNoOverflow, repo, settled, watch } from './support';

const executablePath = process.env['COLDAISLE_CHROMIUM'] ?? '/usr/bin/chromium';
const folder = join(repo, 'test-results', 'screenshots');
const hashes = {
  room: '#/',
  training: '#/training',
  run: '#/training/r1succeeded',
  failed: '#/training/r2failed',
  roomOfRun: '#/training/r1succeeded?tab=room',
  bill: '#/training/r1succeeded?tab=bill',
  setup: '#/training/r1succeeded?tab=setup',
  start: '#/training/r3program?tab=start',
  again: '#/training/r3program?tab=start',
  compare: '#/compare?runs=r1succeeded,r2failed',
  differences: '#/compare?runs=r1succeeded,r2failed&tab=table&all=1',
  startedWith: '#/compare?runs=r3program,r4program&tab=table&all=1',
  parallel: '#/compare?runs=r1succeeded,r2failed&tab=parallel',
  history: '#/history',
  settings: '#/settings',
  doctor: '#/doctor',
  gpu: '#/device/gpu0',
  disk: `#/device/${encodeURIComponent(LONGEST_ID)}`,
  node: '#/device/local',
};

/** As long as each may be. */
const labels = {
  name: 'Fine-tuning of a language model with a name as long as a person may give it, '.padEnd(200, 'and-no-place-to-break-it-'),
  tags: Array.from({ length: 8 }, (_, i) => `${i}-tag`.padEnd(60, '-of-many-characters')),
  notes: 'What was tried, and why. '.repeat(400),
};

/** What a core before left: a run that succeeded and one that failed. */
function recordRuns(folder: string): void {
  const hourAgoMs = Date.now() - 3_600_000;
  recordInto(folder, ({ runs }) => {
    runs.save({ ...recordedRun('r1succeeded', hourAgoMs, 'succeeded'), ...labels }, { curves: curvesUpTo(hourAgoMs, 1_000) });
    runs.save({ ...recordedRun('r2failed', hourAgoMs + 60_000, 'failed', 230), ...labels }, { curves: curvesUpTo(hourAgoMs, 230) });
    for (const id of ['r3program', 'r4program']) {
      runs.save({ ...recordedProgram(id, hourAgoMs + 120_000), ...labels });
      runs.putSnapshot(id, recordedSnapshot(hourAgoMs));
    }
  });
}

let served: ServedCore;
let browser: Browser;
beforeAll(async () => {
  await mkdir(folder, { recursive: true });
  served = await serveCore({
    prepare: recordRuns,
    services: [defineService({ name: 'collectorKinds', needs: [], start: () => [...collectorKinds, longestKind] })],
  });
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
});
afterAll(async () => {
  await browser.close();
  await served.close();
});

/** Texts that leave their box, the window or what clips them, without "…" in their place and the whole at hand. */
function cutTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const clips = (style: CSSStyleDeclaration): boolean => style.overflowX === 'hidden' || style.overflowX === 'clip';
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (
        !parent ||
        node.textContent?.trim() === '' ||
        parent.closest('.visually-hidden, option, svg, [hidden], dialog:not([open])') ||
        !parent.checkVisibility()
      )
        continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const text = range.getBoundingClientRect();
      if (text.width === 0) continue;
      let nearest: HTMLElement | null = null;
      for (let box: HTMLElement | null = parent; box; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.textOverflow === 'ellipsis' && clips(style)) {
          const whole = box.closest('[title], [aria-label]') ?? parent.closest('[title], [aria-label]');
          if (box.scrollWidth > box.clientWidth + 1 && !whole) found.push(`no way to the whole of: ${node.textContent}`);
          break;
        }
        // Scrolled to, it is whole.
        if (style.overflowX === 'auto' || style.overflowX === 'scroll') break;
        const edge = box.getBoundingClientRect();
        if (style.display.startsWith('inline') && !clips(style)) continue;
        // Further out only what clips matters: a part may reach into the padding around it.
        if (nearest !== null && !clips(style) && box !== document.body) continue;
        nearest ??= box;
        if (text.right > edge.right + 1 || text.left < edge.left - 1) {
          found.push(
            `${Math.round(text.right - edge.right)} px out of <${box.tagName.toLowerCase()} class="${box.className}">: ${node.textContent}`,
          );
          break;
        }
      }
    }
    return found;
  });
}

describe.each(['en', 'zh-CN'])('the longest names, figures and reasons, in %s', (language) => {
  it.each([
    [1280, 800],
    [1920, 1080],
  ])('fit every page of %i × %i, whole or with a way to the whole', async (width, height) => {
    const page = await browser.newPage({ viewport: { width, height }, locale: language });
    const complaints: string[] = [];
    watch(page, complaints);
    await page.goto(served.url);
    await page.getByTestId('nav-room').waitFor();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe(language);
    const cut: Record<string, string[]> = {};
    for (const [name, hash] of Object.entries(hashes)) {
      await page.evaluate((to) => (window.location.hash = to), hash);
      await page.waitForFunction(() => document.querySelector('main')?.textContent !== '');
      if (name === 'again') {
        await page.getByTestId('run-again').click();
        await page.getByTestId('program-more').click();
      }
      await settled(page, 300);
      await page.screenshot({ path: join(folder, `longest-${name}-${language}-${width}x${height}.png`) });
      const texts = await cutTexts(page);
      // The list of runs as it is before anybody chose columns: nothing of it lies beside the window.
      if (name === 'training')
        texts.push(
          ...(await page
            .locator('.table-scroll')
            .evaluateAll((lists) =>
              lists
                .filter((list) => list.scrollWidth > list.clientWidth)
                .map((list) => `scrolls by ${list.scrollWidth - list.clientWidth} px`),
            )),
        );
      await expectNoOverflow(page).catch((error: unknown) => texts.push(String(error)));
      if (texts.length > 0) cut[name] = [...new Set(texts)];
    }
    expect(cut).toEqual({});
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('are drawn in the face that comes with the page, in figures of one width', async () => {
    const page = await browser.newPage({ locale: language });
    await page.goto(served.url);
    await page.getByTestId('nav-room').waitFor();
    const { faces, widths } = await page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement('span'));
      probe.className = 'num';
      const widthOf = (text: string): number => {
        probe.textContent = text;
        return probe.getBoundingClientRect().width;
      };
      const measured = ['0000000000', '1111111111', '7777777777'].map(widthOf);
      probe.remove();
      return {
        faces: [...document.fonts].filter(({ status }) => status === 'loaded').map(({ family }) => family.replaceAll(/["']/g, '')),
        widths: measured,
      };
    });
    expect(faces).toEqual(expect.arrayContaining(['Inter Variable', 'JetBrains Mono Variable']));
    expect(new Set(widths).size).toBe(1);
    await page.close();
  });
});
