const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const unitMs: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  min: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
  秒: SECOND_MS,
  分钟: MINUTE_MS,
  分: MINUTE_MS,
  小时: HOUR_MS,
  天: DAY_MS,
  周: 7 * DAY_MS,
};

/** How far before now `now`, `now-6h`, `now-1d12h` or 现在-6小时 is, ms; null = the text is none of these. */
export function agoMs(text: string): number | null {
  const rest = /^(?:now|现在)(.*)$/i.exec(text.normalize('NFKC').replace(/[\s\u2212]/g, (sign) => (sign === '\u2212' ? '-' : '')))?.[1];
  if (rest === undefined) return null;
  if (rest === '') return 0;
  const parts = /^-((?:\d+(?:\.\d+)?(?:min|分钟|小时|[smhdw秒分天周]))+)$/i.exec(rest)?.[1];
  if (parts === undefined) return null;
  let sum = 0;
  for (const [, count, unit] of parts.matchAll(/(\d+(?:\.\d+)?)(min|分钟|小时|[smhdw秒分天周])/gi))
    sum += Number(count) * (unitMs[(unit ?? '').toLowerCase()] ?? Number.NaN);
  return Number.isFinite(sum) ? Math.round(sum) : null;
}

/** `now-6h` of a length, in the largest units that are whole. */
export function agoText(ms: number): string {
  if (ms <= 0) return 'now';
  const units = [
    ['d', DAY_MS],
    ['h', HOUR_MS],
    ['m', MINUTE_MS],
    ['s', SECOND_MS],
  ] as const;
  let rest = Math.round(ms / SECOND_MS) * SECOND_MS;
  let text = '';
  for (const [unit, length] of units) {
    const count = Math.floor(rest / length);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * length;
  }
  return `now-${text === '' ? '0s' : text}`;
}
