import type { CounterFault } from '@shared/energy/counter-check';
import type { LedgerPart, PartFinding } from '@shared/energy/ledger';
import type { DoctorItem } from '@shared/model/doctor';
import type { EventInput } from '@shared/model/event';
import { message, type KeyedMessage } from '@shared/text/message';

/** Which energy counters there are, and which of them are not believed: what of it is told when it comes to light, and by the doctor. */
export class EnergyCounters {
  private counted: ReadonlySet<string> = new Set();
  private readonly faults = new Map<string, PartFinding & { readonly fault: CounterFault }>();

  /** @returns what is to be told */
  note(atMs: number, parts: readonly LedgerPart[], findings: readonly PartFinding[]): EventInput[] {
    this.counted = new Set(parts.flatMap(({ place, counter }) => (counter === null ? [] : [place])));
    for (const place of this.faults.keys()) if (!this.counted.has(place)) this.faults.delete(place);
    return findings.map((finding): EventInput => {
      const { place: device, fault } = finding;
      if (fault === null) {
        this.faults.delete(device);
        return { atMs, device, kind: 'counter.recovered', severity: 'info', text: message('message.event.counter.recovered') };
      }
      this.faults.set(device, { ...finding, fault });
      const values = { countedJ: finding.countedJ, drawnJ: finding.integratedJ, seconds: Math.round(finding.spanMs / 1000) };
      return { atMs, device, kind: 'counter.failing', code: fault, severity: 'warning', text: whatIsWrong({ ...finding, fault }), values };
    });
  }

  /** None = no device counts its energy. */
  doctor(): DoctorItem[] {
    if (this.counted.size === 0) return [];
    const item = { id: 'sensor.energy-counters', group: 'sensor', name: message('doctor.item.sensor.energy-counters') } as const;
    const [first] = this.faults.values();
    if (first === undefined)
      return [{ ...item, state: 'works', detail: message('message.counter.works', { count: this.counted.size }), repair: null }];
    const devices = [...this.faults.keys()].join(', ');
    const detail = message('message.counter.failing', { devices, why: whatIsWrong(first) });
    return [
      { ...item, state: this.faults.size < this.counted.size ? 'partial' : 'failing', detail, repair: message('message.counter.repair') },
    ];
  }
}

function whatIsWrong({ fault, countedJ, integratedJ, spanMs }: PartFinding & { readonly fault: CounterFault }): KeyedMessage {
  const drawnW = meanW(integratedJ, spanMs);
  return fault === 'standing'
    ? message('message.event.counter.standing', { drawnW })
    : message('message.event.counter.absurd', { countedW: meanW(countedJ, spanMs), drawnW });
}

const meanW = (joules: number, spanMs: number): number => Math.round((joules * 1000) / spanMs);
