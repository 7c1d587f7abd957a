import type { DoctorItem } from '@shared/model/doctor';
import type { EventInput } from '@shared/model/event';
import { message, type Message } from '@shared/text/message';
import { z } from 'zod';
import type { Collector } from './collector';
import type { TestReading } from './collector-kind';
import { listOf } from './collectors/items';
import { quantityText, type Finding } from './collectors/meters/plausibility/finding';
import { PlausibilityCheck } from './collectors/meters/plausibility/check';

/** So many findings are named; a device that lies in one thing lies in many. */
const NAMED = 4;

const Rated = z.object({ ratedW: z.number().nullable() });

/** The check of one source, by its settings as they are in force. */
export function checkOf(settings: unknown, canFeedBack: (device: string) => boolean): PlausibilityCheck {
  return new PlausibilityCheck({ ratedW: ratedOf(settings), canFeedBack });
}

/** What its meter can measure at most, W. */
export function ratedOf(settings: unknown): number | null {
  const rated = Rated.safeParse(settings);
  return rated.success ? rated.data.ratedW : null;
}

/** What is unconfirmed is recorded as missing too; a person is shown one of the two. */
export function shownOnce(readings: readonly TestReading[]): TestReading[] {
  const keyOf = ({ device, metric }: TestReading): string => `${device}\n${metric}`;
  const unconfirmed = new Set(readings.filter(({ provenance }) => provenance === 'unconfirmed').map(keyOf));
  return readings.filter((reading) => reading.value !== null || !unconfirmed.has(keyOf(reading)));
}

interface Told {
  readonly wallMs: () => number;
  /** Of the clock that nobody sets. */
  readonly monoMs: () => number;
  readonly onEvent: (event: EventInput) => void;
}

/** A feed's collector whose readings pass the check, and whose doctor tells what does not. */
export function checkedCollector(collector: Collector, check: PlausibilityCheck, { wallMs, monoMs, onEvent }: Told): Collector {
  const { between } = collector;
  return {
    id: collector.id,
    periodMs: collector.periodMs,
    ...(collector.deadlineMs === undefined ? {} : { deadlineMs: collector.deadlineMs }),
    async read(signal) {
      const { readings, events } = check.check(await collector.read(signal), wallMs(), monoMs());
      for (const event of events) onEvent(event);
      return readings;
    },
    doctor: async () => (await collector.doctor()).map((item) => withFindings(item, check.findings)),
    ...(between === undefined
      ? {}
      : {
          between: () => between.call(collector).map(({ atMs, readings }) => ({ atMs, readings: check.past(readings) })),
        }),
    close: () => collector.close(),
  };
}

function withFindings(item: DoctorItem, findings: readonly Finding[]): DoctorItem {
  if (findings.length === 0 || (item.state !== 'works' && item.state !== 'partial')) return item;
  return { ...item, state: 'partial', detail: message('message.plausible.found', { found: item.detail, why: findingsText(findings) }) };
}

const findingsText = (findings: readonly Finding[]): Message =>
  listOf(
    findings
      .slice(0, NAMED)
      .map(({ device, metric, why }) => message('message.plausible.of', { device, metric: quantityText(metric), why })),
  );
