import { describe, expect, it } from 'vitest';
import type { TrainerEvent, TrainerScalars } from '@shared/contract/trainer';
import { SCALARS_PER_RUN } from '@shared/model/curve';
import { shippedParams } from '../../../helpers/training-sources';
import { isFinal, Run, runStatuses, type RunStatus } from '@shared/model/run';
import { message } from '@shared/text/message';
import { initialState, reduceRun, type RunEvent, type RunState, type Step } from '../../../../src-main/core/jobs/state-machine';
import { unlabelled } from '../../../helpers/runs';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const result = { 'test/loss': 0.1, 'my own/score': null };

function state(status: RunStatus, over: Partial<RunState> = {}): RunState {
  const run: Run = {
    id: 'r1',
    ...unlabelled,
    recipe: 'mnist-mlp',
    engine: 'wasm',
    engineUsed: status === 'queued' || status === 'starting' ? null : 'wasm',
    params: shippedParams('mnist-mlp'),
    status,
    createdAtMs: NOW_MS - 10,
    startedAtMs: status === 'queued' ? null : NOW_MS - 5,
    endedAtMs: isFinal(status) ? NOW_MS - 1 : null,
    failure: null,
    plan: null,
    progress: { epoch: 0, step: 0 },
    last: {},
    result: null,
    energy: null,
  };
  return { ...initialState(run), ...over };
}

const said: Record<TrainerEvent['t'], TrainerEvent> = {
  hello: { t: 'hello', v: 2, engine: 'wasm', detail: 'wasm (SIMD)' },
  plan: { t: 'plan', epochs: 5, stepsPerEpoch: 200, trainSamples: 6400, validationSamples: 1600, testSamples: 2000, weights: 101770 },
  scalars: {
    t: 'scalars',
    step: [1, 2],
    atMs: [NOW_MS - 2, NOW_MS - 1],
    values: { 'train/loss': [2, 1], 'val/mAP50': [0.1, null], 'grad/norm': ['Infinity', 'NaN'] },
    progress: { epoch: 1, step: 2 },
  },
  define: { t: 'define', scalars: { 'val/mAP50': { label: 'mAP', better: 'higher' } } },
  serving: {
    t: 'serving',
    served: {
      address: 'http://127.0.0.1:8501',
      name: 'digits',
      versions: [2, 1],
      inputs: [{ name: 'x', type: 'float32', shape: [null, 784] }],
      outputs: [{ name: 'y', type: 'float32', shape: [null, 10] }],
      task: 'classify',
      classes: null,
      hasToken: false,
    },
  },
  log: { t: 'log', text: 'words' },
  result: { t: 'result', values: { 'test/loss': 0.1, 'my own/score': 'NaN' } },
  stopped: { t: 'stopped' },
  failed: { t: 'failed', code: 'trainer-error', message: 'why' },
};

const core: RunEvent[] = [
  { t: 'launched' },
  { t: 'launch-failed', message: 'no' },
  { t: 'stop' },
  { t: 'abort', failure: { code: 'protocol', message: 'flood' } },
  { t: 'unreadable', message: 'garbage' },
  { t: 'exit', code: 0, signal: null, error: null },
  { t: 'exit', code: 1, signal: null, error: null },
  { t: 'exit', code: null, signal: 'SIGSEGV', error: null },
  { t: 'exit', code: null, signal: null, error: 'spawn failed' },
  { t: 'exit', code: 0, signal: null, error: null, program: true },
  { t: 'exit', code: null, signal: null, error: null, program: true },
  { t: 'program-runs' },
  { t: 'core-lost', found: 'unknown', atMs: 1 },
  { t: 'core-lost', found: 'ended', atMs: 1 },
  { t: 'adopted', unwatched: { fromMs: 1, toMs: 2 } },
];
const events: RunEvent[] = [...core, ...Object.values(said).map((event): RunEvent => ({ t: 'trainer', event }))];

const isProgram = (event: RunEvent): boolean => event.t === 'exit' && event.program === true;

/** Where a run may go from where. */
const legal: Record<RunStatus, readonly RunStatus[]> = {
  queued: ['starting', 'failed', 'stopped', 'succeeded'],
  starting: ['running', 'stopping', 'succeeded', 'failed', 'stopped'],
  running: ['stopping', 'succeeded', 'failed', 'stopped'],
  stopping: ['succeeded', 'failed', 'stopped'],
  succeeded: [],
  failed: [],
  stopped: [],
};

/** Every state one can be in: each status, with every terminal event and every failure reason. */
const states = runStatuses.flatMap((status) =>
  ([null, 'result', 'stopped', 'failed'] as const).flatMap((terminalEvent) =>
    [false, true].map((aborted) =>
      state(status, {
        terminalEvent,
        aborted,
        failureReason: aborted || terminalEvent === 'failed' ? { code: 'protocol', message: 'flood' } : null,
      }),
    ),
  ),
);

const play = (from: RunState, ...story: RunEvent[]): Step =>
  story.reduce<Step>((step, event) => reduceRun(step.state, event, NOW_MS), { state: from, effects: [] });
const trainer = (t: TrainerEvent['t']): RunEvent => ({ t: 'trainer', event: said[t] });
const exit = (code: number | null, signal: string | null = null): RunEvent => ({ t: 'exit', code, signal, error: null });

describe('every event in every state', () => {
  it.each(
    states.map(
      (from) => [`${from.run.status}, terminal event ${from.terminalEvent ?? 'none'}${from.aborted ? ', aborted' : ''}`, from] as const,
    ),
  )('%s', (_name, from) => {
    for (const event of events) {
      const before = structuredClone(from);
      const { state: after, effects } = reduceRun(from, event, NOW_MS);
      expect(from, 'the reducer changes nothing it is given').toEqual(before);
      expect(() => Run.parse(after.run)).not.toThrow();
      if (isFinal(from.run.status)) {
        expect(after).toBe(from);
        expect(effects).toEqual([]);
        continue;
      }
      const { status } = after.run;
      if (status !== from.run.status) expect(legal[from.run.status]).toContain(status);
      expect(after.run.endedAtMs === null).toBe(!isFinal(status));
      if (status === 'failed') expect(after.run.failure).not.toBeNull();
      if (status === 'succeeded' && !isProgram(event)) expect(after.terminalEvent).toBe('result');
      // Only the end of the process, or never having been one, ends a run.
      if (isFinal(status)) expect(['exit', 'launch-failed', 'core-lost', 'stop']).toContain(event.t);
    }
  });
});

describe('how a run ends', () => {
  it.each<[string, RunEvent[], Partial<Run>]>([
    [
      'all well',
      [trainer('hello'), trainer('plan'), trainer('scalars'), trainer('result'), exit(0)],
      { status: 'succeeded', failure: null, result },
    ],
    ['a crash after the result', [trainer('hello'), trainer('result'), exit(null, 'SIGSEGV')], { status: 'succeeded', failure: null }],
    [
      'killed',
      [trainer('hello'), exit(null, 'SIGKILL')],
      { status: 'failed', failure: { code: 'trainer-killed', message: message('message.run.killed', { signal: 'SIGKILL' }) } },
    ],
    [
      'crashed',
      [trainer('hello'), exit(134)],
      { status: 'failed', failure: { code: 'trainer-crashed', message: message('message.run.crashed', { code: 134 }) } },
    ],
    [
      'no result',
      [trainer('hello'), exit(0)],
      { status: 'failed', failure: { code: 'protocol', message: message('message.run.noResult') } },
    ],
    [
      'its own failure',
      [trainer('hello'), trainer('failed'), exit(1)],
      { status: 'failed', failure: { code: 'trainer-error', message: 'why' } },
    ],
    [
      'never there',
      [{ t: 'exit', code: null, signal: null, error: 'ENOENT' }],
      { status: 'failed', failure: { code: 'launch-failed', message: 'ENOENT' } },
    ],
    [
      'its own failure after unreadable lines',
      [{ t: 'unreadable', message: 'garbage' }, trainer('failed'), exit(1)],
      { status: 'failed', failure: { code: 'trainer-error', message: 'why' } },
    ],
    ['stopped when asked', [trainer('hello'), { t: 'stop' }, trainer('stopped'), exit(0)], { status: 'stopped', failure: null }],
    ['stopped by force', [trainer('hello'), { t: 'stop' }, exit(null, 'SIGKILL')], { status: 'stopped', failure: null }],
    ['stopped while starting', [{ t: 'stop' }, exit(null, 'SIGTERM')], { status: 'stopped', failure: null }],
    ['finished before it heard of the stop', [trainer('hello'), { t: 'stop' }, trainer('result'), exit(0)], { status: 'succeeded' }],
    ['failed before it heard of the stop', [trainer('hello'), { t: 'stop' }, trainer('failed'), exit(1)], { status: 'failed' }],
    ['stopped from outside', [trainer('hello'), trainer('stopped'), exit(0)], { status: 'stopped', failure: null }],
    [
      'unreadable lines and a result',
      [trainer('hello'), { t: 'unreadable', message: 'garbage' }, trainer('result'), exit(0)],
      { status: 'failed', failure: { code: 'protocol', message: 'garbage' }, result },
    ],
    [
      'garbage, then a flood',
      [{ t: 'unreadable', message: 'garbage' }, { t: 'abort', failure: { code: 'protocol', message: 'flood' } }, exit(null, 'SIGKILL')],
      { status: 'failed', failure: { code: 'protocol', message: 'flood' } },
    ],
  ])('%s', (_name, story, expected) => {
    expect(play(state('starting'), ...story).state.run).toMatchObject({ endedAtMs: NOW_MS, ...expected });
  });

  it('a queued run stops at once, without a process', () => {
    expect(play(state('queued'), { t: 'stop' })).toMatchObject({
      state: { run: { status: 'stopped', endedAtMs: NOW_MS, startedAtMs: null } },
      effects: [],
    });
  });

  it('a failure is not on the run before the run has failed', () => {
    expect(play(state('running'), trainer('failed')).state.run).toMatchObject({ status: 'running', failure: null });
  });

  it('a time in which no core watched it stays with it; the newest hundred are kept', () => {
    const unwatched = { fromMs: 5, toMs: 9 };
    const adopted = play(state('running'), { t: 'adopted', unwatched });
    expect(adopted.state.run).toMatchObject({ status: 'running', interruptions: [unwatched] });
    let many = adopted;
    for (let i = 0; i < 150; i++) many = play(many.state, { t: 'adopted', unwatched: { fromMs: i, toMs: i } });
    expect(many.state.run.interruptions).toHaveLength(100);
    expect(many.state.run.interruptions.at(-1)).toEqual({ fromMs: 149, toMs: 149 });
  });

  it('a core that comes back finds it lost', () => {
    expect(play(state('running'), { t: 'core-lost', found: 'unknown', atMs: 1 }).state.run).toMatchObject({
      status: 'failed',
      failure: { code: 'core-lost' },
    });
  });
});

describe('what the supervisor is told', () => {
  it('asks once for a stop', () => {
    const asked = play(state('running'), { t: 'stop' });
    expect(asked).toMatchObject({ state: { run: { status: 'stopping' } }, effects: [{ t: 'ask-stop' }] });
    expect(play(asked.state, { t: 'stop' }).effects).toEqual([]);
  });

  it('kills once, even when lines were unreadable before', () => {
    const { state: doubtful } = play(state('running'), { t: 'unreadable', message: 'garbage' });
    const aborted = play(doubtful, { t: 'abort', failure: { code: 'protocol', message: 'flood' } });
    expect(aborted.effects).toEqual([{ t: 'kill' }]);
    expect(play(aborted.state, { t: 'abort', failure: { code: 'launch-failed', message: 'late' } }).effects).toEqual([]);
  });

  it.each(['result', 'stopped', 'failed'] as const)('expects the exit after %s', (word) => {
    expect(play(state('running'), trainer(word)).effects).toEqual([{ t: 'expect-exit' }]);
  });
});

describe('points', () => {
  const scalars = (step: number[], over: Partial<TrainerScalars> = {}): RunEvent => ({
    t: 'trainer',
    event: { t: 'scalars', step, atMs: step.map(() => NOW_MS), values: { loss: step.map((n) => 1 / n) }, ...over },
  });

  it('are passed on by name, each with the steps at which it has a number; the last of each stands on the run', () => {
    const { state: after, effects } = play(state('running'), trainer('scalars'));
    expect(effects).toEqual([
      {
        t: 'points',
        points: [
          { name: 'train/loss', step: [1, 2], atMs: [NOW_MS - 2, NOW_MS - 1], value: [2, 1] },
          { name: 'val/mAP50', step: [1], atMs: [NOW_MS - 2], value: [0.1] },
          { name: 'grad/norm', step: [1, 2], atMs: [NOW_MS - 2, NOW_MS - 1], value: [Infinity, NaN] },
        ],
      },
    ]);
    expect(after.run).toMatchObject({
      progress: { epoch: 1, step: 2 },
      last: { 'train/loss': 1, 'val/mAP50': 0.1, 'grad/norm': null },
    });
  });

  it('are kept as they came where steps repeat or go back, and the run is where the newest one says', () => {
    const { state: after } = play(state('running'), scalars([5, 6]));
    const again = play(after, scalars([6, 2, 3]));
    expect(again.effects).toMatchObject([{ t: 'points', points: [{ step: [6, 2, 3] }] }]);
    expect(again.state.run.progress).toEqual({ epoch: 0, step: 3 });
  });

  it('get our own time when theirs cannot be true, and whole ms', () => {
    const { effects } = play(state('running'), scalars([1, 2, 3], { atMs: [0, NOW_MS + 1e9, NOW_MS + 0.4] }));
    expect(effects).toMatchObject([{ points: [{ atMs: [NOW_MS, NOW_MS, NOW_MS] }] }]);
  });

  it('of more names than a run may have are left out, which is said once', () => {
    const many = (prefix: string): Partial<TrainerScalars> => ({
      values: Object.fromEntries(Array.from({ length: SCALARS_PER_RUN }, (_, i) => [`${prefix}/${i}`, [i]])),
    });
    const { state: full } = play(state('running'), scalars([1], many('a')));
    const more = play(full, scalars([2], many('b')));
    expect(more.effects).toEqual([{ t: 'log', source: 'core', text: expect.stringContaining('Ignored 500 scalar(s)') as string }]);
    expect(Object.keys(more.state.run.last)).toHaveLength(SCALARS_PER_RUN);
    expect(play(more.state, scalars([3], many('c'))).effects).toEqual([]);
  });

  it('of the energy so far are not recorded: the bill alone writes that curve', () => {
    const { state: after, effects } = play(state('running'), {
      t: 'trainer',
      event: { t: 'scalars', step: [1], atMs: [NOW_MS], values: { 'energy/it': [1e9], 'train/loss': [0.5] } },
    });
    expect(effects).toMatchObject([{ t: 'points', points: [{ name: 'train/loss' }] }]);
    expect(Object.keys(after.run.last)).toEqual(['train/loss']);
  });

  it('after the terminal event are ignored, and logged', () => {
    const { state: after } = play(state('running'), trainer('result'));
    const late = play(after, scalars([1]));
    expect(late.state).toEqual(after);
    expect(late.effects).toEqual([{ t: 'log', source: 'core', text: "Ignored after the trainer's terminal event: scalars" }]);
  });
});
