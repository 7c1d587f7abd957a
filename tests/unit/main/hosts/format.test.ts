import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { quantity, withheld } from '@shared/model/provenance';
import { shippedParams } from '../../../helpers/training-sources';
import { formatBar, formatDuration, formatNumber, formatQuantity, formatTable, formatValue } from '../../../../src-main/hosts/cli/format';
import { runTable } from '../../../../src-main/hosts/cli/run-table';
import { statusText } from '../../../../src-main/hosts/cli/status-line';
import { Terminal } from '../../../../src-main/hosts/cli/terminal';
import { message } from '@shared/text/message';
import { liveLine } from '../../../../src-main/hosts/cli/train';
import type { Run } from '@shared/model/run';
import { unlabelled } from '../../../helpers/runs';

describe('numbers', () => {
  it.each([
    [0, '0'],
    [1234.56, '1,235'],
    [0.012345, '0.01235'],
    [5600, '5,600'],
    [-2.5, '-2.5'],
    [1.23456e-7, '1.235 × 10⁻⁷'],
  ])('%d → %s', (value, text) => expect(formatNumber(value)).toBe(text));

  it.each([
    [1234, 'J', '342.8', 'mWh'],
    [7200, 'J', '2', 'Wh'],
    [45.25, 'W', '45.25', 'W'],
    [0.005, 'J/sample', '5', 'mJ'],
    [0, 'J', '0', 'Wh'],
    [0.0123, 'kg', '12.3', 'g'],
    [0.0000123, 'kg', '12.3', 'mg'],
    [2.5, 'kg', '2.5', 'kg'],
    [0.00012, 'USD', '0.00012', 'USD'],
  ])('%d %s → %s %s', (value, unit, text, shown) => expect(formatValue(value, unit)).toEqual({ value: text, unit: shown }));

  it('shows the provenance of a quantity, and why one is withheld', () => {
    expect(formatQuantity(quantity(46.3, 'W', 'modelled'))).toBe('46.3 W (modelled)');
    expect(formatQuantity(quantity(1.42, '1', 'modelled'))).toBe('1.42 (modelled)');
    expect(formatQuantity(withheld('W', 'no-sensor'))).toBe('— (no sensor)');
  });

  it.each([
    [12_340, '12.3 s'],
    [185_000, '3 min 05 s'],
    [3_725_000, '1 h 02 min'],
  ])('%d ms → %s', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('tables and bars', () => {
  it('aligns columns under their titles', () => {
    expect(
      formatTable(
        [{ title: 'Name' }, { title: 'Value', align: 'right' }, { title: 'Unit' }],
        [
          ['Loss', '0.1', 'nat'],
          ['CO2e', '12.25', 'g'],
        ],
      ),
    ).toEqual(['Name  Value  Unit', '────  ─────  ────', 'Loss    0.1  nat', 'CO2e  12.25  g']);
  });

  it('wraps the last column between words into the width of a terminal', () => {
    const columns = [{ title: 'Name' }, { title: 'Found' }];
    const found = 'no energy counter, therefore modelled from a table';
    expect(
      formatTable(
        columns,
        [
          ['CPU', found],
          ['GPU', 'none'],
        ],
        34,
      ),
    ).toEqual(
      [
        'Name  Found',
        '────  ───────────────────────────',
        'CPU   no energy counter, therefore',
        '      modelled from a table',
        'GPU   none',
      ].map((line) => (line.startsWith('──') ? `────  ${'─'.repeat(28)}` : line)),
    );
    expect(formatTable(columns, [['CPU', found]])[2]).toBe(`CPU   ${found}`);
  });

  it('fills a bar by its share and never beyond its ends', () => {
    expect(formatBar(0.5, 4)).toBe('██░░');
    expect(formatBar(-1, 2)).toBe('░░');
    expect(formatBar(7, 2)).toBe('██');
  });
});

const run: Run = {
  id: 'r1',
  ...unlabelled,
  recipe: 'mnist-mlp',
  engine: 'wasm',
  engineUsed: 'wasm (SIMD)',
  params: shippedParams('mnist-mlp'),
  status: 'running',
  createdAtMs: 0,
  startedAtMs: 1000,
  endedAtMs: null,
  failure: null,
  plan: { epochs: 5, stepsPerEpoch: 200, trainSamples: 6400, validationSamples: 1600, testSamples: 2000, weights: 101_770 },
  progress: { epoch: 2, step: 250 },
  last: { 'train/loss': 0.25, 'train/accuracy': 0.91, 'train/samples_per_second': 5612 },
  result: null,
  energy: null,
};

describe('a run in the terminal', () => {
  it('shows the epoch under way', () => {
    expect(liveLine(run)).toBe(`Epoch 2/5 ${formatBar(0.25, 24)}  25 %  loss 0.2500  accuracy 0.9100  5,612 samples/s`);
    expect(liveLine({ ...run, plan: null, status: 'starting' })).toBe('starting …');
    const wait = message('message.queue.gpu', { gpu: 'gpu0', run: 'r0' });
    const waiting = { ...run, plan: null, status: 'queued' as const, control: { ...run.control, wait } };
    expect(liveLine(waiting)).toBe('Waits for gpu0: run r0 has it');
    expect(liveLine({ ...run, progress: { epoch: 5, step: 1000 } })).toContain('Epoch 5/5');
    expect(liveLine({ ...run, progress: { epoch: 5, step: 1000 } })).toContain('100 %');
  });

  it('ends with a table of every figure, its unit and its provenance', () => {
    const lines = runTable(
      {
        ...run,
        status: 'succeeded',
        endedAtMs: 13_300,
        result: { 'val/mAP50': 0.5321, 'train/loss': null, 'test/loss': 0.16, 'test/accuracy': 0.945, 'train/samples_per_second': 5612 },
        energy: {
          itJ: { ...quantity(1234, 'J', 'modelled', 10_000), coverage: 0.8 },
          basis: 'samples',
          lines: [],
          aboveIdleJ: quantity(400, 'J', 'modelled'),
          idleJ: quantity(834, 'J', 'modelled'),
          infrastructureJ: quantity(500, 'J', 'modelled'),
          facilityJ: quantity(1734, 'J', 'modelled'),
          meanItW: quantity(90, 'W', 'modelled'),
          peakItW: quantity(99, 'W', 'modelled'),
          jPerSample: quantity(0.0386, 'J', 'modelled'),
          cost: withheld('EUR', 'no-price'),
          co2eKg: quantity(0.00021, 'kg', 'modelled'),
          spanMs: 12_500,
          inconsistentMs: 3000,
          allocated: { runs: ['b2'], ofRoom: true, byUse: false },
          pricePerKwh: 0.07,
          currency: 'EUR',
          gridKgPerKwh: 0.429,
          excludedDevices: ['gpu3'],
          final: true,
        },
      },
      {
        perStep: quantity(1.25, 'J', 'modelled', 10_000),
        perEpoch: quantity(250, 'J', 'modelled', 10_000),
        costs: [{ name: 'val/accuracy', first: 0.5, best: 0.9, isShare: true, cost: withheld('EUR', 'no-price') }],
        idle: { ...quantity(12.5, '%', 'derived', 10_000), coverage: 0.8 },
        throttled: withheld('%', 'no-sensor'),
        gpus: ['gpu0'],
      },
    );
    const text = lines.join('\n');
    expect(text).toContain('mnist-mlp: succeeded in 12.3 s');
    expect(text).toMatch(/Training loss +not finite +measured/);
    expect(text).toMatch(/Test accuracy +94\.50 {2}% +measured/);
    expect(text).toMatch(/Training throughput +5,612 {2}samples\/s +measured/);
    // A name that nobody declared stands after those of the recipe, as it is.
    expect(text).toMatch(/Training throughput.*\nval\/mAP50 +0\.5321 +measured/);
    expect(text).toMatch(/Energy, IT +342\.8 {2}mWh +modelled, partial: 80\.0 % covered/);
    expect(text).toMatch(/Energy, infrastructure +138\.9 {2}mWh +modelled$/m);
    expect(text).toMatch(/Cost +— {2}EUR +withheld: no price set/);
    expect(text).toMatch(/Energy per step, IT +1\.25\d* +J +modelled/);
    expect(text).toMatch(/Energy per epoch, IT +69\.4\d* +mWh +modelled/);
    expect(text).toMatch(/Cost per percentage point: Validation accuracy +— +EUR +withheld: no price set/);
    expect(text).toMatch(/GPU idle \(load below 5 %\) +12\.5\d* +% +derived, partial: 80\.0 % covered/);
    expect(text).toMatch(/GPU throttled +— +% +withheld: no sensor/);
    expect(text).toMatch(/CO2e +210 {2}mg +modelled/);
    expect(text).toContain('Priced at 0.07 EUR/kWh and 0.429 kg CO2e/kWh.');
    expect(text).toContain('2.5 s of its span had no samples of IT power');
    expect(text).not.toContain('samples of facility power');
    expect(text).toContain('Left out of every power and energy, by the settings: gpu3.');
    expect(text).toContain('while other runs were on the node too (b2), each got an equal share');
    expect(text).toContain('the facility feeds other nodes too');
    expect(text).toContain('For 3.0 s the facility was metered below the IT it feeds');
  });

  it('has no table for a run that has nothing to show', () => {
    expect(runTable({ ...run, status: 'failed' }, null)).toEqual(['', 'mnist-mlp: failed']);
  });
});

describe('the status line', () => {
  const room = {
    itPowerW: quantity(46.3, 'W', 'modelled'),
    powerRatio: withheld('1', 'it-load-near-zero'),
    runningJobs: 1,
    queuedJobs: 0,
    uncounted: [],
    silent: [],
  } as unknown as Parameters<typeof statusText>[0];

  it('names power, ratio and jobs', () => {
    expect(statusText(room)).toBe('IT power 46.3 W (modelled) · live power ratio — (IT load near zero) · 1 running');
    expect(statusText({ ...room, runningJobs: 0, queuedJobs: 2 })).toContain('0 running, 2 queued');
    // A terminal of 80 columns shows 79 of a line that it rewrites.
    const full = { ...room, itPowerW: quantity(42.07, 'W', 'simulated'), powerRatio: quantity(1.464, '1', 'simulated') };
    expect(statusText(full).length).toBeLessThan(80);
    const part = (device: string): { device: string; label: string } => ({ device, label: device });
    const uncounted = [
      { ...part('gpu3'), why: 'excluded' as const },
      { ...part('gpu4'), why: 'lost' as const },
    ];
    expect(statusText({ ...room, uncounted })).toContain('IT power 46.3 W (modelled) (without gpu3; gpu4, lost) · ');
    const silent = ['gpu0', 'gpu1', 'gpu2', 'gpu5'].map((device) => ({ ...part(device), why: 'stale' as const }));
    expect(statusText({ ...room, itPowerW: withheld('W', 'stale'), silent })).toContain(
      'IT power — (stale readings) (no reading of gpu0; gpu1; gpu2 and 1 more) · ',
    );
  });
});

describe('Terminal', () => {
  function record(isTTY: boolean): { terminal: Terminal; text: () => string } {
    let text = '';
    const out = Object.assign(new Writable({ write: (chunk, _encoding, done) => ((text += String(chunk)), done()) }), {
      isTTY,
      columns: 20,
    });
    return { terminal: new Terminal({ out, err: out }), text: () => text };
  }

  it('keeps its live line under what is written, cut to the width', () => {
    const { terminal, text } = record(true);
    terminal.setLive('x'.repeat(50));
    terminal.line('hello');
    terminal.setLive('');
    const clear = '\r\u001b[2K';
    expect(text()).toBe(`${'x'.repeat(19)}${clear}hello\n${'x'.repeat(19)}${clear}`);
  });

  it('has no live line where nobody watches', () => {
    const { terminal, text } = record(false);
    terminal.setLive('live');
    terminal.note('note');
    expect(text()).toBe('note\n');
  });
});
