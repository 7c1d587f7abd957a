import { describe, expect, it } from 'vitest';
import type { CollectorInfo, CollectorKindInfo } from '@shared/model/collector';
import type { DeviceRecord } from '@shared/model/device-record';
import type { RecordedEvent } from '@shared/model/event';
import { reduceSilence, troublesOf, XID_SHOWN_MS } from '../../../../src-renderer/data/troubles';

const NOW = 1_764_200_000_000;

const device = (name: string, state: DeviceRecord['state']): DeviceRecord => ({
  device: name,
  kind: 'nvidia',
  uuid: null,
  serial: null,
  bus: null,
  pciId: null,
  model: 'NVIDIA H100',
  firstSeenMs: 0,
  lastSeenMs: 0,
  awaySinceMs: null,
  removedAtMs: null,
  state,
});

let id = 0;
const event = (kind: string, of: string, atMs = NOW, severity: RecordedEvent['severity'] = 'critical'): RecordedEvent => ({
  id: (id += 1),
  atMs,
  device: of,
  kind,
  code: '',
  severity,
  text: kind,
  values: null,
  by: null,
});

const collector = (kind: string, condition: CollectorInfo['condition'], more: Partial<CollectorInfo> = {}): CollectorInfo => ({
  id: kind,
  kind,
  name: kind,
  enabled: true,
  settings: {},
  condition,
  error: null,
  failingForMs: 60_000,
  lastAtMs: NOW - 60_000,
  lastValues: 1,
  implausible: 0,
  series: 1,
  ...more,
});

const kind = (own: string, isFeed: boolean): CollectorKindInfo => ({ id: own, name: own, isFeed, params: [], canTest: false });

const well = { devices: [], silence: { atMs: NOW, parts: [] }, kinds: [], collectors: [], events: [] };
const told = (sources: Partial<Parameters<typeof troublesOf>[0]>): string[] =>
  troublesOf({ ...well, ...sources }).map((trouble) => {
    if (trouble.kind === 'event') return `${trouble.event.kind} ${trouble.event.device}`;
    return trouble.kind === 'collector' ? `collector ${trouble.collector.id}` : `${trouble.kind} ${trouble.device}`;
  });

describe('what is wrong in the room', () => {
  it('is nothing while all is well', () => {
    const devices = [device('gpu0', 'present'), device('gpu1', 'unheard'), device('gpu2', 'removed')];
    expect(told({ devices, collectors: [collector('nvidia', 'ok', { failingForMs: null }), collector('rapl', 'off')] })).toEqual([]);
  });

  it('is a device that is away, once, though its silence withholds a sum too', () => {
    const silent = [
      { device: 'gpu0', label: 'H100', why: 'stale' as const },
      { device: 'pdu', label: 'PDU', why: 'stale' as const },
      { device: 'ups', label: 'UPS', why: 'ambiguous-meters' as const },
    ];
    const first = reduceSilence(null, { atMs: NOW - 5_000, silent: silent.slice(0, 3) });
    const silence = reduceSilence(first, { atMs: NOW, silent: [...silent, { device: 'cpu0', label: 'CPU', why: 'stale' }] });
    // What is silent since a moment ago will mostly answer soon.
    expect(told({ devices: [device('gpu0', 'lost'), device('gpu1', 'missing')], silence })).toEqual([
      'lost gpu0',
      'missing gpu1',
      'silent pdu',
      'unclear ups',
    ]);
  });

  it('is a source that has worked, or that a person added, and gives nothing for a while', () => {
    const collectors = [
      collector('nvidia', 'failing', { lastAtMs: null }),
      collector('modbus', 'hung', { lastAtMs: null }),
      collector('rapl', 'failing'),
      collector('ipmi', 'failing', { failingForMs: 2_000 }),
    ];
    expect(told({ collectors, kinds: [kind('nvidia', false), kind('modbus', true)] })).toEqual(['collector modbus', 'collector rapl']);
  });

  it('is what an event began and none ended, by device', () => {
    const events = [
      event('recording.stopped', 'recording'),
      event('recording.resumed', 'recording'),
      event('counter.failing', 'gpu0'),
      event('counter.failing', 'gpu1'),
      event('counter.recovered', 'gpu0'),
      event('driver.lost', 'host'),
    ];
    expect(told({ events })).toEqual(['driver.lost host', 'counter.failing gpu1']);
  });

  it('is the newest grave error of a driver, for an hour', () => {
    const events = [
      event('gpu.xid', 'gpu0', NOW - XID_SHOWN_MS - 1),
      event('gpu.xid', 'gpu1', NOW - 60_000),
      event('gpu.xid', 'gpu1', NOW - 30_000),
      event('gpu.xid', 'gpu2', NOW - 30_000, 'info'),
    ];
    expect(told({ events })).toEqual(['gpu.xid gpu1']);
  });
});
