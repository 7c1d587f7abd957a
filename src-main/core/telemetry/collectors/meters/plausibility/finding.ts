import { metricOf, type MetricId } from '@shared/model/metrics';
import type { MetricName } from '@shared/model/metric';
import { isMessageId, type Message } from '@shared/text/message';
import type { TestReading } from '../../../collector-kind';

export type FindingKind = 'range' | 'rating' | 'product' | 'frequency' | 'direction' | 'jump' | 'stuck' | 'frozen' | 'clock';

/** Why a value is not taken for what was measured. */
export interface Finding {
  readonly kind: FindingKind;
  readonly device: string;
  readonly metric: MetricName;
  readonly why: Message;
  /** `missing`: no device can mean it. `unconfirmed`: shown, and in no sum or bill. `told`: the value stands, only its time does not. */
  readonly effect: 'missing' | 'unconfirmed' | 'told';
}

/** The values that a source measured in one answer, by device and metric. */
export class Measured {
  private readonly byDevice = new Map<string, Map<MetricName, TestReading & { readonly value: number }>>();

  constructor(readings: readonly TestReading[]) {
    for (const reading of readings) {
      if (reading.provenance !== 'measured' || reading.value === null) continue;
      const own = this.byDevice.get(reading.device) ?? new Map<MetricName, TestReading & { readonly value: number }>();
      own.set(reading.metric, { ...reading, value: reading.value });
      this.byDevice.set(reading.device, own);
    }
  }

  get devices(): Iterable<string> {
    return this.byDevice.keys();
  }

  of(device: string): Iterable<TestReading & { readonly value: number }> {
    return this.byDevice.get(device)?.values() ?? [];
  }

  value(device: string, metric: MetricId): number | null {
    return this.byDevice.get(device)?.get(metric)?.value ?? null;
  }
}

/** What a quantity of a meter is called within a sentence. */
export function quantityText(metric: MetricName): Message {
  const id = `message.quantity.${metric}`;
  return isMessageId(id) ? { id, params: {} } : metricOf({ metric }).name;
}
