import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '@shared/contract/errors';
import { DoctorItem } from '@shared/model/doctor';
import { metricIds } from '@shared/model/metrics';
import { provenances, Quantity } from '@shared/model/provenance';
import { engineIds, shippedRecipeIds } from '@shared/model/recipes';
import { RunFailure, runStatuses } from '@shared/model/run';
import { logSources } from '@shared/model/run-log';
import { defaultSources, Ui } from '@shared/model/settings';
import { commands } from '@shared/contract';
import { texts } from '@shared/text/texts';
import { zhCN } from '../../../../src-renderer/i18n/chinese';
import { en } from '../../../../src-renderer/i18n/english';

const root = resolve(import.meta.dirname, '../../../../src-renderer');
const placeholders = (text: string): string[] => [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((match) => match[1]!).sort();
const english: Record<string, string> = en;
const chinese: Record<string, string> = zhCN;

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    return /\.tsx?$/.test(name) ? [readFileSync(path, 'utf8')] : [];
  });
}

describe('the language catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
  });

  it('have no empty text and the same placeholders in both languages', () => {
    for (const [key, text] of Object.entries(english)) {
      expect(text.trim(), key).not.toBe('');
      expect(chinese[key]?.trim(), key).not.toBe('');
      expect(placeholders(chinese[key] ?? ''), key).toEqual(placeholders(text));
    }
  });

  it('have no key in two files, where the later one would win unseen', () => {
    for (const language of ['en', 'zh-CN']) {
      const folder = join(root, 'i18n', language);
      const keys = readdirSync(folder).flatMap((name) => Object.keys(JSON.parse(readFileSync(join(folder, name), 'utf8')) as object));
      const all = language === 'en' ? [...keys, ...Object.keys(texts)] : keys;
      expect(new Set(all).size, language).toBe(all.length);
    }
  });

  it('name every value that the core can send', () => {
    const withheld = Quantity.shape.withheld.unwrap().options;
    const notices = commands['app.info'].output.shape.notices.element.shape.code.options;
    const wanted = [
      ...metricIds.map((id) => `metric.${id}`),
      ...errorCodes.map((code) => `error.${code}`),
      ...provenances.flatMap((id) => [`provenance.${id}`, `provenance.${id}.means`]),
      ...withheld.flatMap((reason) => [`withheld.${reason}`, `withheld.${reason}.step`]),
      ...runStatuses.flatMap((status) => [`run.status.${status}`, `run.status.${status}.note`]),
      ...RunFailure.shape.code.options.flatMap((code) => [`run.failure.${code}`, `run.failure.${code}.step`]),
      ...logSources.map((source) => `run.log.source.${source}`),
      ...shippedRecipeIds.flatMap((id) => [`recipe.${id}.name`, `recipe.${id}.short`, `recipe.${id}.about`]),
      ...engineIds.map((id) => `engine.${id}`),
      ...DoctorItem.shape.state.options.flatMap((state) => [`doctor.code.${state}`, `doctor.count.${state}`]),
      ...DoctorItem.shape.group.options.map((group) => `doctor.group.${group}`),
      ...Object.values(defaultSources).map((source) => `settings.source.${source}`),
      ...Ui.shape.language.options.map((language) => `settings.language.${language}`),
      ...Ui.shape.theme.options.map((theme) => `settings.theme.${theme}`),
      ...notices.map((code) => `notice.${code}`),
    ];
    expect(wanted.filter((key) => !(key in english))).toEqual([]);
  });

  it('have no text that nobody asks for', () => {
    // What the core says is asked for there.
    const core = [
      '../src-main',
      '../src-shared/climate',
      '../src-shared/datasets',
      '../src-shared/energy',
      '../src-shared/model',
      '../src-shared/rpc',
      '../src-shared/studio',
    ].map((folder) => resolve(root, folder));
    const code = [root, ...core].flatMap(sources).join('\n');
    const plain = new Set([...code.matchAll(/'([a-zA-Z][\w-]*(?:\.[\w-]+)+)'/g)].map((match) => match[1]!));
    // `a.${b}.c` may ask for any key of that shape.
    const shapes = [...code.matchAll(/`([a-z]+\.[^`\s]*\$\{[^`]*)`/g)].map(
      (match) =>
        new RegExp(
          `^${match[1]!
            .split(/\$\{[^}]*\}/)
            .map((part) => part.replace(/[.]/g, '\\.'))
            .join('.+')}$`,
        ),
    );
    const base = (key: string): string => key.replace(/_(one|other)$/, '');
    const unused = Object.keys(english).filter((key) => !plain.has(base(key)) && !shapes.some((shape) => shape.test(base(key))));
    expect(unused).toEqual([]);
  });
});
