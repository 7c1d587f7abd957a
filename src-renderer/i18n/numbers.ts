const MINUS = '\u2212';

interface Signs {
  readonly decimal: string;
  readonly group: string;
}

const signs = new Map<string, Signs>();

function signsOf(locale: string): Signs {
  const cached = signs.get(locale);
  if (cached) return cached;
  // Large enough to be grouped also where four digits are not.
  const parts = new Intl.NumberFormat(locale).formatToParts(1_234_567.5);
  const sign = (type: 'decimal' | 'group'): string => (parts.find((part) => part.type === type)?.value ?? '').normalize('NFKC');
  const own = { decimal: sign('decimal'), group: sign('group') };
  signs.set(locale, own);
  return own;
}

const escaped = (sign: string): string => sign.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Reads a number as `locale` writes it: 1,500 is fifteen hundred in English. Separators of thousands may be left out but not
 * stand elsewhere, so that 1,5 is refused instead of taken for something that was not meant. Full-width figures, as a Chinese
 * input method types them, are figures. Null = it is no finite number.
 */
export function parseNumber(text: string, locale: string): number | null {
  const { decimal, group } = signsOf(locale);
  const typed = text.normalize('NFKC').trim().replace(MINUS, '-');
  const [point, comma] = [escaped(decimal), escaped(group)];
  const whole = comma === '' ? '\\d+' : `(?:[1-9]\\d{0,2}(?:${comma}\\d{3})+|\\d+)`;
  if (!new RegExp(`^[+-]?(?:${whole}(?:${point}\\d*)?|${point}\\d+)(?:e[+-]?\\d+)?$`, 'i').test(typed)) return null;
  const value = Number(typed.replaceAll(group, '').replace(decimal, '.'));
  return Number.isFinite(value) ? value : null;
}

/** A number as a person of this locale would type it: no separators of thousands, of a fraction at most ten digits. */
export function typedNumber(value: number, locale: string): string {
  const { decimal } = signsOf(locale);
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(10))).replace('.', decimal);
}
