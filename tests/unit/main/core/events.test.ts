import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/contract/errors';
import { inScope, type Annotation, type NewEvent, type RecordedEvent } from '@shared/model/event';
import { defaultSettings } from '@shared/model/settings';
import { english, message } from '@shared/text/message';
import { EventLog, type EventChange } from '../../../../src-main/core/events/event-log';
import { foundEvent, runEvent } from '../../../../src-main/core/events/run-events';
import { settingsEvent } from '../../../../src-main/core/events/settings-events';
import { Redactor } from '../../../../src-main/core/secrets/redactor';

class Store {
  full = false;
  readonly rows: RecordedEvent[] = [];
  append = (events: readonly NewEvent[]): RecordedEvent[] => {
    if (this.full) throw new AppError('storage-full', 'no space');
    const added = events.map((event, i) => ({ values: null, by: null, ...event, id: this.rows.length + i + 1 }));
    this.rows.push(...added);
    return added;
  };
  reviseNote = (id: number, note: Annotation): boolean => {
    const at = this.rows.findIndex((row) => row.id === id && row.kind === 'note');
    const row = this.rows[at];
    if (row) this.rows[at] = { ...row, ...note };
    return row !== undefined;
  };
  removeNote = (id: number): boolean => this.rows.some((row) => row.id === id && row.kind === 'note');
}

function setUp() {
  const store = new Store();
  const changes: EventChange[] = [];
  const log = new EventLog(store, () => undefined);
  log.onChange((change) => changes.push(change));
  return { store, log, changes };
}

const lost = { atMs: 1_000.4, device: 'gpu0', kind: 'device.lost', severity: 'critical', text: 'it is gone' } as const;

describe('the log of events', () => {
  it('leaves secrets out of what is logged, stored and told, but lets a person note what they like', () => {
    const redactor = new Redactor();
    redactor.add('pdu', 'hunter22');
    const store = new Store();
    const told: unknown[] = [];
    const log = new EventLog(store, (_level, text) => told.push(text), redactor);
    log.onChange((change) => told.push(change));
    log.onEvent((event) => told.push(event));
    const why = 'no answer of http://u:hunter22@pdu';
    log.add({
      ...lost,
      kind: 'collector.failing',
      text: message('message.event.run.failed', { run: 'r', why }),
      values: { url: why, volts: 3 },
    });
    expect(JSON.stringify([store.rows, told])).not.toContain('hunter22');
    expect(store.rows[0]?.values).toEqual({ url: 'no answer of http://u:[secret pdu]@pdu', volts: 3 });
    log.annotate({ atMs: 1, device: 'room', text: 'the old word was hunter22' });
    expect(store.rows[1]?.text).toBe('the old word was hunter22');
  });

  it('records what happens with nothing left open, and tells who listens', () => {
    const { store, log, changes } = setUp();
    const heard: string[] = [];
    log.onEvent(({ kind }) => heard.push(kind));
    log.add(lost);
    expect(store.rows).toEqual([{ ...lost, id: 1, atMs: 1_000, code: '', values: null, by: null }]);
    expect(changes.flatMap(({ events }) => events)).toEqual(store.rows);
    expect(heard).toEqual(['device.lost']);
  });

  it('keeps what the disk refuses, shows it meanwhile, and stores it in order when it can', () => {
    const { store, log, changes } = setUp();
    store.full = true;
    log.add(lost);
    log.add({ ...lost, kind: 'recording.stopped', device: 'recording' });
    expect(log.unstored.map(({ id, kind }) => [id, kind])).toEqual([
      [-1, 'device.lost'],
      [-2, 'recording.stopped'],
    ]);
    expect(changes.flatMap(({ events }) => events.map(({ id }) => id))).toEqual([-1, -2]);
    store.full = false;
    log.add({ ...lost, kind: 'recording.resumed', device: 'recording' });
    expect(store.rows.map(({ kind }) => kind)).toEqual(['device.lost', 'recording.stopped', 'recording.resumed']);
    expect(log.unstored).toEqual([]);
    expect(changes.at(-1)?.removed).toEqual([-1, -2, -3]);
    expect(changes.at(-1)?.events.map(({ id }) => id)).toEqual([1, 2, 3]);
  });

  it('tells of notes that are written, changed and taken away; what is no note stays', () => {
    const { log, changes } = setUp();
    log.add(lost);
    const note = log.annotate({ atMs: 5, device: 'room', text: 'new filters' });
    expect(note).toMatchObject({ kind: 'note', by: 'person', text: 'new filters' });
    log.revise(note.id, { atMs: 6, device: 'room', text: 'new filters and belts' });
    log.remove(note.id);
    expect(changes.slice(1).map(({ events, removed }) => [events.map(({ text }) => text), removed])).toEqual([
      [['new filters'], []],
      [['new filters and belts'], []],
      [[], [note.id]],
    ]);
    expect(() => log.remove(1)).toThrow(AppError);
    expect(() => log.revise(1, { atMs: 6, device: 'room', text: 'x' })).toThrow(AppError);
  });
});

describe('a scope of events', () => {
  const event = { atMs: 100, device: 'run/a', kind: 'run.failed' };
  it('takes by time, device, kind, and all kinds of a name', () => {
    expect(inScope({}, event)).toBe(true);
    expect(inScope({ fromMs: 100, toMs: 100 }, event)).toBe(true);
    expect(inScope({ fromMs: 101 }, event)).toBe(false);
    expect(inScope({ toMs: 99 }, event)).toBe(false);
    expect(inScope({ devices: ['run/b'] }, event)).toBe(false);
    expect(inScope({ kinds: ['run.*', 'note'] }, event)).toBe(true);
    expect(inScope({ kinds: ['run', 'run.ended'] }, event)).toBe(false);
  });
});

describe('what becomes an event', () => {
  it('a run that begins, ends, is stopped or fails, once each', () => {
    const run = { id: 'r1', status: 'running', failure: null, startedAtMs: 10, endedAtMs: null } as const;
    expect(runEvent('queued', run, 99)).toMatchObject({ kind: 'run.started', device: 'run/r1', atMs: 10, severity: 'info' });
    expect(runEvent('running', run, 99)).toBeNull();
    expect(runEvent('running', { ...run, status: 'stopping' }, 99)).toBeNull();
    expect(runEvent('running', { ...run, status: 'succeeded', endedAtMs: 20 }, 99)).toMatchObject({ kind: 'run.ended', atMs: 20 });
    expect(runEvent('stopping', { ...run, status: 'stopped', endedAtMs: 20 }, 99)).toMatchObject({ kind: 'run.ended' });
    const failure = { code: 'trainer-crashed', message: message('message.run.crashed', { code: 134 }) } as const;
    const failed = runEvent('running', { ...run, status: 'failed', failure, endedAtMs: 20 }, 99);
    expect(failed).toMatchObject({ kind: 'run.failed', code: 'trainer-crashed', severity: 'critical' });
    expect(english(failed?.text ?? '')).toContain('134');
  });

  it('what became of a run whose core was lost: it goes on, ended meanwhile, or was lost with it', () => {
    const run = { id: 'r1', failure: null, startedAtMs: 10, endedAtMs: null, interruptions: [{ fromMs: 1000, toMs: 61_000 }] };
    const adopted = foundEvent({ ...run, status: 'running' }, 99_000);
    expect(adopted).toMatchObject({ kind: 'run.adopted', atMs: 61_000, severity: 'warning', values: { fromMs: 1000, toMs: 61_000 } });
    expect(english(adopted.text)).toContain('60 s');
    const ended = foundEvent({ ...run, status: 'succeeded', endedAtMs: 5000 }, 99_000);
    expect(ended).toMatchObject({ kind: 'run.ended', atMs: 5000, text: { id: 'message.event.run.endedUnwatched' } });
    const failure = { code: 'core-lost', message: message('message.run.coreLostRebooted') } as const;
    const lost = foundEvent({ ...run, interruptions: [], status: 'failed', failure, endedAtMs: 1000 }, 99_000);
    expect(lost).toMatchObject({ kind: 'run.failed', code: 'core-lost', severity: 'critical', atMs: 1000 });
  });

  it('settings that figures depend on, by name; not how the window looks', () => {
    const before = defaultSettings;
    expect(settingsEvent(before, { ...before, ui: { ...before.ui, theme: 'dark' } }, 5)).toBeNull();
    const after = { ...before, tariff: { pricePerKwh: 0.3, currency: 'EUR' }, carbon: { gridKgPerKwh: 0.2 } };
    const event = settingsEvent(before, after, 5);
    expect(event).toMatchObject({ kind: 'settings.changed', by: 'person', values: { sections: 'tariff carbon' } });
    expect(english(event?.text ?? '')).toBe('changed by a person: the price of electricity, the carbon intensity of the grid');
    const cooled = settingsEvent(before, { ...before, cooling: { ...before.cooling, thermalClass: 'A1' } }, 5);
    expect(english(cooled?.text ?? '')).toBe('changed by a person: the class of the equipment and the places of the sensors');
  });
});
