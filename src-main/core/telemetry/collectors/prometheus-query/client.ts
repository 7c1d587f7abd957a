import { message, MessageError } from '@shared/text/message';
import { z } from 'zod';
import { checkStatus, type TextAnswer } from '../meters/http-text';

const Point = z.tuple([z.number(), z.string()]);
const Labels = z.record(z.string(), z.string());
const Answer = z.object({
  status: z.enum(['success', 'error']),
  error: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  data: z
    .discriminatedUnion('resultType', [
      z.object({ resultType: z.literal('vector'), result: z.array(z.object({ metric: Labels, value: Point.optional() })) }),
      z.object({ resultType: z.literal('matrix'), result: z.array(z.object({ metric: Labels, values: z.array(Point).optional() })) }),
      z.object({ resultType: z.enum(['scalar', 'string']), result: Point }),
    ])
    .optional(),
});

/** A series of an answer, oldest sample first; the values as the server writes them. A histogram has none. */
export interface QueriedSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: readonly { readonly atMs: number; readonly text: string }[];
}

export interface QueryAnswer {
  readonly series: readonly QueriedSeries[];
  /** What the server adds of its own: parts of it are missing, or cut off. */
  readonly warnings: readonly string[];
}

/** @throws {MessageError} with what the server says, or what it is instead */
export function parseAnswer(answer: TextAnswer, url: string, query: string): QueryAnswer {
  const { host } = new URL(url);
  let parsed: z.infer<typeof Answer> | null = null;
  try {
    parsed = Answer.safeParse(JSON.parse(answer.text)).data ?? null;
  } catch {
    // A proxy answers with a page.
  }
  if (parsed?.status === 'error') throw new MessageError(message('message.query.refused', { host, query, why: parsed.error ?? '' }));
  checkStatus(answer, url);
  if (parsed?.data === undefined) throw new MessageError(message('message.query.noServer', { host }));
  const { data, warnings = [] } = parsed;
  return { series: seriesOf(data), warnings };
}

const sampleOf = ([seconds, text]: z.infer<typeof Point>): QueriedSeries['samples'][number] => ({ atMs: Math.round(seconds * 1000), text });

function seriesOf(data: NonNullable<z.infer<typeof Answer>['data']>): QueriedSeries[] {
  switch (data.resultType) {
    case 'vector':
      return data.result.map(({ metric, value }) => ({ labels: metric, samples: value === undefined ? [] : [sampleOf(value)] }));
    case 'matrix':
      return data.result.map(({ metric, values = [] }) => ({ labels: metric, samples: values.map(sampleOf) }));
    default:
      return [{ labels: {}, samples: [sampleOf(data.result)] }];
  }
}

/** Prometheus writes infinities as no other language does; they are no readings, and NaN is none either. */
export const queriedNumber = (text: string): number | null => {
  const value = /^[+-]?Inf$|^NaN$/.test(text) ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
};
