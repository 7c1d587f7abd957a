import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { refusalOf } from '../../../../src-renderer/i18n/validation';
import { zhCN } from '../../../../src-renderer/i18n/chinese';
import { en } from '../../../../src-renderer/i18n/english';
import { Settings } from '@shared/model/settings';

const refused = (schema: z.ZodType, value: unknown) => refusalOf(schema.safeParse(value).error!.issues[0]!);

describe('what a field says of a value that it refuses', () => {
  it('fits what the field asks for', () => {
    expect(refused(z.string().min(1), '').key).toBe('needed');
    expect(refused(z.string().max(8), '123456789')).toEqual({ key: 'longest', limit: 8 });
    expect(refused(z.number(), Number.NaN).key).toBe('number');
    expect(refused(z.int(), 1.5).key).toBe('integer');
    expect(refused(z.number().min(3), 2)).toEqual({ key: 'min', limit: 3 });
    expect(refused(z.number().positive(), 0)).toEqual({ key: 'above', limit: 0 });
    expect(refused(z.number().max(3), 4)).toEqual({ key: 'max', limit: 3 });
    expect(refused(z.url(), 'no address').key).toBe('url');
    expect(refused(z.array(z.string()).min(1), []).key).toBe('needed');
    expect(refused(z.string(), undefined).key).toBe('needed');
  });

  it('speaks of a currency at the currency alone, and of numbers at none of letters', () => {
    expect(refused(Settings.shape.tariff.pick({ currency: true }), { currency: 'euro' }).key).toBe('currency');
    expect(refused(z.object({ host: z.string().regex(/^[a-z]+$/u) }), { host: '!' }).key).toBe('other');
  });

  it('is said in each language', () => {
    const keys = ['number', 'integer', 'min', 'max', 'above', 'currency', 'needed', 'longest', 'url', 'other'];
    for (const catalogue of [en, zhCN]) expect(keys.filter((key) => !Object.hasOwn(catalogue, `validation.${key}`))).toEqual([]);
  });
});

it('the window sends nobody to a terminal but who reads the page in a browser, which only the sources serve', () => {
  const told = (catalogue: Readonly<Record<string, string>>): string[] =>
    Object.entries(catalogue).flatMap(([key, text]) => (/\bnpm (?:start|run|ci)\b/u.test(text) ? [key] : []));
  const allowed = ['message.program.consentHeadless', 'program.consent.needed'];
  for (const catalogue of [en, zhCN]) expect(told(catalogue).filter((key) => !allowed.includes(key))).toEqual([]);
});
