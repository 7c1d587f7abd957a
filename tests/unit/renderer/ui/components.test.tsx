import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError, errorCodes } from '@shared/contract/errors';
import { quantity, withheld } from '@shared/model/provenance';
import type { RoomSummary } from '@shared/model/room';
import type { Run } from '@shared/model/run';
import type { Series } from '@shared/model/series';
import { message } from '@shared/text/message';
import { RpcClient } from '@shared/rpc/client';
import { RunList } from '../../../../src-renderer/data/run-list';
import { Services } from '../../../../src-renderer/data/services';
import { Store } from '../../../../src-renderer/data/store';
import { StatisticsTable } from '../../../../src-renderer/features/history/StatisticsTable';
import { PowerParts } from '../../../../src-renderer/features/room/PowerParts';
import { SumNote } from '../../../../src-renderer/features/room/SumNote';
import { RunEnergyNotes, RunEnergyTable } from '../../../../src-renderer/features/training/RunEnergyTable';
import { RunTable } from '../../../../src-renderer/features/training/RunTable';
import { resolveLanguage, setLanguage, startI18n } from '../../../../src-renderer/i18n';
import { formatFor } from '../../../../src-renderer/i18n/format';
import { PageContext } from '../../../../src-renderer/rpc/context';
import type { LinkState } from '../../../../src-renderer/rpc/link';
import { ErrorNote } from '../../../../src-renderer/ui/ErrorNote';
import { Tile } from '../../../../src-renderer/ui/Tile';
import { rowOf } from '@shared/model/run-list';
import { recordedRun } from '../../../helpers/recorded-run';

const START = 1_700_000_000_000;

beforeAll(async () => {
  // startI18n tells the document its language.
  Object.assign(globalThis, {
    document: { documentElement: { lang: '' }, getElementById: () => null },
    // Where tables keep how they were looked at.
    window: { localStorage: { getItem: () => null, setItem: () => undefined, removeItem: () => undefined } },
  });
  await startI18n('en');
});

beforeEach(() => setLanguage('en'));

describe('Tile', () => {
  it('shows figure, unit, its provenance, and the raw value for whoever reads the page by machine', () => {
    const power = quantity(63.44, 'W', 'modelled');
    const html = renderToStaticMarkup(
      <Tile testId="tile-x" label="IT power" quantity={power} figure={formatFor('en').quantity(63.44, 'W', 1)} how="by a model" />,
    );
    expect(html).toContain('data-value="63.44"');
    expect(html).toContain('63.4');
    expect(html).toContain('modelled');
  });

  it('shows why there is no figure and the next step, and claims no origin for it', () => {
    const html = renderToStaticMarkup(
      <Tile
        testId="tile-x"
        label="Hottest"
        quantity={withheld('°C', 'no-sensor', 'measured')}
        figure={formatFor('en').quantity(null, '°C', 1)}
        how=""
      />,
    );
    expect(html).toContain('—');
    expect(html).toContain('No sensor found.');
    expect(html).toContain('href="#/doctor"');
    expect(html).not.toContain('measured');
    expect(html).not.toMatch(/tile-number">0/);
  });
});

describe('StatisticsTable', () => {
  const series = (count: number): Series[] =>
    Array.from({ length: count }, (_, i) => ({
      id: i + 1,
      device: `gpu${i}`,
      metric: 'gpu.power',
      provenance: 'simulated',
      label: 'A GPU',
    }));
  const rowsOf = (count: number): string =>
    renderToStaticMarkup(<StatisticsTable chosen={series(count)} answer={null} span={{ fromMs: 0, toMs: 1 }} />);

  it('draws what is in sight of a long list, and says how long it is', () => {
    const html = rowsOf(178);
    expect(html).toContain('aria-rowcount="179"');
    const drawn = html.match(/aria-rowindex/g) ?? [];
    expect(drawn.length).toBeGreaterThan(10);
    expect(drawn.length).toBeLessThan(40);
    expect(html).toMatch(/<tr aria-hidden="true" style="height:\d{4}px">/);
  });

  it('draws a short list wholly', () => {
    expect(rowsOf(20).match(/<th scope="row"/g)).toHaveLength(20);
  });
});

describe('PowerParts', () => {
  const part = (label: string, value: number | null) => ({
    device: label,
    label,
    powerW: value === null ? withheld('W', 'stale', 'measured') : quantity(value, 'W', 'measured'),
  });

  it('puts cards of a kind together', () => {
    const html = renderToStaticMarkup(<PowerParts parts={[part('H100', 300), part('H100', 350), part('Xeon', 90)]} places={[]} />);
    expect(html).toContain('2 × H100');
    expect(html).toContain('650.0 W');
    expect(html).toContain('derived');
  });

  it('gives no sum where one of them is missing', () => {
    const html = renderToStaticMarkup(<PowerParts parts={[part('H100', 300), part('H100', null)]} places={[]} />);
    expect(html).toContain('— W');
    expect(html).not.toContain('300');
  });
});

describe('SumNote', () => {
  const part = (device: string, why: 'excluded' | 'lost' | 'asleep') => ({ device, label: device, why });
  const room = {
    uncounted: [part('gpu1', 'excluded'), part('gpu2', 'lost'), part('gpu3', 'asleep'), part('gpu4', 'lost'), part('room/cooling', 'lost')],
    silent: [
      { device: 'gpu0', label: 'H100', why: 'stale' },
      { device: 'sensor/modbus-1', label: 'Main meter', why: 'stale' },
    ],
    meters: [{ device: 'sensor/modbus-1', label: 'Main meter' }],
  } as unknown as RoomSummary;
  const text = (of: 'it' | 'facility'): string =>
    renderToStaticMarkup(<SumNote room={room} of={of} onParts={() => undefined} />).replace(/<[^>]*>/g, '');

  it('names what a sum goes without and what it waits for, each sum its own', async () => {
    expect(text('it')).toBe('Without gpu1 (left out by hand), gpu2 (lost), gpu3 (asleep) and 1 moreNo reading of gpu0Parts');
    expect(text('facility')).toBe('Without room/cooling (lost)No reading of Main meterParts');
    await setLanguage('zh-CN');
    expect(text('it')).toBe('不含 gpu1 (人工排除), gpu2 (丢失), gpu3 (休眠) 及另外 1 项没有读数： gpu0组成部分');
  });
});

/** The bill as the run's page has it: the figures, and what they rest on. */
const Bill = ({ run }: { readonly run: Run }): ReactNode => (
  <>
    <RunEnergyTable run={run} />
    {run.energy ? <RunEnergyNotes energy={run.energy} /> : null}
  </>
);

describe('a run’s bill', () => {
  it('says which figures are partial, withheld and allocated, and why', async () => {
    const run = recordedRun('00000000000', START, 'succeeded');
    const energy = run.energy!;
    const half = { ...quantity(1000, 'J', 'derived', 30_000), coverage: 0.6 };
    const own: typeof run = {
      ...run,
      energy: {
        ...energy,
        itJ: { ...quantity(900, 'J', 'derived', 60_000), coverage: 1 },
        facilityJ: half,
        infrastructureJ: { ...withheld('J', 'low-coverage'), coverage: 0.3 },
        cost: { ...quantity(2, 'EUR', 'derived', 30_000), coverage: 0.6 },
        currency: 'EUR',
        spanMs: 60_000,
        inconsistentMs: 18_000,
        basis: 'samples',
        allocated: { runs: ['run-b'], ofRoom: false, byUse: false },
      },
    };
    const text = (): string =>
      renderToStaticMarkup(<Bill run={own} />)
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ');
    expect(text()).toMatch(/Facility energy 277\.8 mWh partial, 60/);
    expect(text()).toMatch(/Cost 2\.00 EUR partial, 60/);
    expect(text()).toMatch(/IT energy 250\.0 mWh derived allocated/);
    expect(text()).toMatch(/Infrastructure — Samples cover too little of its span\. Facility/);
    expect(text()).toContain('the facility was metered below the IT it feeds');
    expect(text()).toContain('Other runs were on the node too (run-b)');
    expect(text()).toContain('/kWh and 0.429 kg CO₂e/kWh.');
    await setLanguage('zh-CN');
    expect(text()).toMatch(/设施电能 277\.8 mWh 部分，60/);
    expect(text()).toContain('分摊');
    await setLanguage('en');
  });

  it('by the ledger says how it was shared out, and each part’s price list', () => {
    const run = recordedRun('00000000000', START, 'succeeded');
    const terms = { fromMs: START, toMs: START + 900_000, energyJ: 1, currency: 'EUR', gridKgPerKwh: 0.4, cost: 1, co2eKg: 1 };
    const lines = [
      { ...terms, priceListId: 3, pricePerKwh: 0.25 },
      { ...terms, priceListId: 4, pricePerKwh: 0.5 },
    ];
    const energy = { ...run.energy!, basis: 'ledger' as const, lines, allocated: { runs: ['run-b'], ofRoom: true, byUse: true } };
    const text = renderToStaticMarkup(<Bill run={{ ...run, energy }} />)
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ');
    expect(text).toMatch(
      /by CPU time; what is idle is no run(&#x27;|')s\. Other runs were on the node too: run-b\. Infrastructure is shared out by IT energy/,
    );
    expect(text).toMatch(/Priced at 0\.25 EUR\/kWh and 0\.4 kg CO₂e\/kWh \(price list 3\)\. Priced at 0\.5 EUR\/kWh.*\(price list 4\)/);
    expect(text).not.toContain('Above idle');
  });
});

describe('ErrorNote', () => {
  it.each(['en', 'zh-CN'] as const)('has words for every failure in %s', async (language) => {
    await setLanguage(language);
    for (const code of errorCodes) {
      const html = renderToStaticMarkup(<ErrorNote error={new AppError(code, 'as the core said it')} />);
      expect(html).not.toContain(`error.${code}`);
      expect(html).toContain('as the core said it');
    }
  });

  it('tells its details in the language of the window', async () => {
    const error = new AppError(
      'conflict',
      message('message.tree.wrongPlace', {
        kind: message('message.place.node'),
        allowed: message('message.or', { one: message('message.place.rack'), other: message('message.place.hall') }),
        above: message('message.place.row'),
      }),
    );
    expect(renderToStaticMarkup(<ErrorNote error={error} />)).toContain('A node stands in a rack or hall, not in a row.');
    await setLanguage('zh-CN');
    expect(renderToStaticMarkup(<ErrorNote error={error} />)).toContain('节点须位于机柜或机房中，而不是列中。');
  });
});

describe('a run', () => {
  const client = new RpcClient();
  const parts = {
    services: new Services(client),
    link: { state: new Store<LinkState>({ kind: 'online' }), retry: () => undefined, dispose: () => undefined },
  };
  const list = new RunList(client);
  const facets = { runs: 1, tags: [], kinds: [], scalars: [], best: [], params: [] };
  const failed = recordedRun('rfailed12345', START, 'failed', 300);
  const table = () =>
    renderToStaticMarkup(
      <PageContext value={parts}>
        <RunTable list={list} page={{ rows: [rowOf(failed)], total: 1 }} facets={facets} filters={null} />
      </PageContext>,
    );

  it('stands in the list with status, progress and cost', () => {
    const html = table();
    expect(html).toContain('href="#/training/rfailed12345"');
    expect(html).toContain('data-status="failed"');
    expect(html).toContain('aria-valuenow="30"');
    expect(html).toContain('USD');
  });

  it('speaks the other language after a change', async () => {
    await setLanguage('zh-CN');
    expect(table()).toContain('失败');
  });

  it('states its parts, coverage and gaps', () => {
    const html = renderToStaticMarkup(<Bill run={failed} />);
    for (const word of ['IT energy', 'Infrastructure', 'Facility energy', 'gaps 0.4 s, not bridged', '0.07 USD/kWh'])
      expect(html).toContain(word);
  });

  it('has no energy before it has begun, and says so', () => {
    const waiting = { ...failed, status: 'queued' as const, energy: null };
    expect(renderToStaticMarkup(<RunEnergyTable run={waiting} />)).toContain('Booked from the first sample');
  });

  it('says of an ended run that nothing was metered, rather than that something is still to come', () => {
    expect(renderToStaticMarkup(<RunEnergyTable run={{ ...failed, energy: null }} />)).toContain('No energy was metered while it ran');
  });
});

describe('resolveLanguage', () => {
  it('follows the setting, else the first language there is a catalogue for', () => {
    expect(resolveLanguage('zh-CN', ['en-US'])).toBe('zh-CN');
    expect(resolveLanguage('system', ['zh-TW', 'en'])).toBe('zh-CN');
    expect(resolveLanguage('system', ['fr-FR', 'en-GB'])).toBe('en');
    expect(resolveLanguage('system', ['fr-FR'])).toBe('en');
  });
});
