import { useMemo, useState, type ReactNode } from 'react';
import { quantity as makeQuantity, type Quantity } from '@shared/model/provenance';
import type { RunRow } from '@shared/model/run-list';
import type { RoomSummary } from '@shared/model/room';
import { isFinal } from '@shared/model/run';
import { nodeOf, ownId, pathOf, ROOM_DEVICE, deviceKind, LOCAL_NODE, type TreeNode } from '@shared/model/device-tree';
import { costRate } from '@shared/model/cost-rate';
import type { Series } from '@shared/model/series';
import { useAsked } from '../../app/ask';
import { toDevice, toHistory, toPage, toRun } from '../../app/paths';
import { lastHour, openedIn } from '../../data/history-link';
import type { Figure } from '../../i18n/format';
import { recipeName } from '../../i18n/run-names';
import { useTexts, type Texts } from '../../i18n/use-texts';
import { useLink, useServices } from '../../rpc/context';
import { useReadable, useValue } from '../../rpc/hooks';
import { Tile } from '../../ui/Tile';
import { PowerParts } from './PowerParts';
import { PueTile } from './PueTile';
import { PowerPartsDialog } from './PowerPartsDialog';
import { SumNote } from './SumNote';

/** The page's figures, in two rows right of the one they all hang on. */
export function RoomTiles(): ReactNode {
  const services = useServices();
  const texts = useTexts();
  const { t, format } = texts;
  const link = useReadable(useLink().state);
  const room = useValue(services.room);
  const settings = useValue(services.settings);
  const places = useValue(services.tree)?.places ?? [];
  const runs = useValue(services.runs) ?? [];
  const series = useValue(services.series);
  const inHistory = useMemo(() => historyOf(series ?? []), [series]);
  const figure = (quantity: Quantity | null, digits: number): Figure =>
    format.quantity(quantity?.value ?? null, quantity?.unit ?? '', digits);
  // Outside of the tile, which is another one while its figure is withheld.
  const [partsOpen, setPartsOpen] = useState(false);
  const openParts = (): void => setPartsOpen(true);
  const jobs = room ? makeQuantity(room.runningJobs, '1', 'measured') : null;
  useAsked('room.parts', openParts);
  return (
    <div className="tiles" data-stale={link.kind !== 'online' || undefined}>
      <Tile
        testId="tile-it-power"
        history={inHistory(['it.power'])}
        size="xl"
        label={t('room.itPower')}
        quantity={room?.itPowerW ?? null}
        figure={figure(room?.itPowerW ?? null, 1)}
        how={t('room.itPower.how')}
        because={room ? <SumNote room={room} of="it" onParts={openParts} /> : null}
      >
        {room ? <PowerParts parts={room.parts} places={places} /> : null}
        {room ? <SumNote room={room} of="it" onParts={openParts} /> : null}
      </Tile>
      <Tile
        testId="tile-facility-power"
        history={inHistory(['facility.power'])}
        label={t('room.facilityPower')}
        quantity={room?.facilityPowerW ?? null}
        figure={figure(room?.facilityPowerW ?? null, 1)}
        how={t('room.facilityPower.how')}
        because={room ? <SumNote room={room} of="facility" onParts={openParts} /> : null}
      >
        {room ? overhead(texts, room) : null}
        {room ? <SumNote room={room} of="facility" onParts={openParts} /> : null}
      </Tile>
      <Tile
        testId="tile-power-ratio"
        history={inHistory(['facility.power_ratio'])}
        label={t('room.powerRatio')}
        quantity={room?.powerRatio ?? null}
        figure={figure(room?.powerRatio ?? null, 3)}
        how={ratioNote(texts, room)}
      >
        {t('room.powerRatio.sub')}
      </Tile>
      <Tile
        testId="tile-cost"
        history={settings ? inHistory([costRate(settings.tariff.currency).metric]) : null}
        label={t('room.cost')}
        quantity={room?.costPerHour ?? null}
        figure={figure(room?.costPerHour ?? null, 4)}
        how={t('room.cost.how')}
      >
        {settings ? t('room.cost.sub', { price: format.plain(settings.tariff.pricePerKwh), currency: settings.tariff.currency }) : null}
      </Tile>
      <Tile
        testId="tile-co2e"
        history={inHistory(['co2e.rate'])}
        label={t('room.co2e')}
        quantity={room?.co2ePerHourKg ?? null}
        figure={figure(room?.co2ePerHourKg ?? null, 4)}
        how={t('room.co2e.how')}
      >
        {settings ? t('room.co2e.sub', { factor: format.plain(settings.carbon.gridKgPerKwh) }) : null}
      </Tile>
      <PueTile />
      <Tile
        testId="tile-cpu-load"
        history={inHistory(['cpu.load'])}
        size="m"
        label={t('room.cpuLoad')}
        quantity={room?.cpuLoadPercent ?? null}
        figure={figure(room?.cpuLoadPercent ?? null, 0)}
        how={t('room.cpuLoad.how')}
      >
        <LoadBar percent={room?.cpuLoadPercent.value ?? null} />
      </Tile>
      <Tile
        testId="tile-gpu-load"
        history={inHistory(['gpu.load'])}
        size="m"
        label={t('room.gpuLoad')}
        quantity={room?.gpuLoadPercent ?? null}
        figure={figure(room?.gpuLoadPercent ?? null, 0)}
        how={t('room.gpuLoad.how')}
      >
        <LoadBar percent={room?.gpuLoadPercent.value ?? null} />
      </Tile>
      <Tile
        testId="tile-hottest"
        history={inHistory(['gpu.temperature', 'cpu.temperature'])}
        size="m"
        label={t('room.hottest')}
        quantity={room?.hottest.tempC ?? null}
        figure={figure(room?.hottest.tempC ?? null, 1)}
        how={t('room.hottest.how')}
      >
        {room && room.hottest.device !== null ? (
          <Hottest places={places} device={room.hottest.device} label={room.hottest.label ?? ''} />
        ) : null}
      </Tile>
      <Tile
        testId="tile-jobs"
        size="m"
        label={t('room.jobs')}
        quantity={jobs}
        figure={{ text: room ? format.number(room.runningJobs, 0) : format.number(null, 0), unit: '' }}
        how={t('room.jobs.how')}
      >
        {room ? <JobsNote room={room} runs={runs} /> : null}
      </Tile>
      {partsOpen && room ? <PowerPartsDialog room={room} onClose={() => setPartsOpen(false)} /> : null}
    </div>
  );
}

/** The address of these metrics' last hour: of the room as a whole where it has series of its own, else of whatever has them. */
function historyOf(series: readonly Series[]): (metrics: readonly string[]) => string | null {
  return (metrics) => {
    const found = series.filter(({ metric, device }) => metrics.includes(metric) && !device.startsWith('run/'));
    const whole = found.filter(({ device }) => device === ROOM_DEVICE);
    const shown = whole.length > 0 ? whole : found;
    return shown.length === 0 ? null : toHistory(openedIn(lastHour, shown));
  };
}

function ratioNote({ t, format }: Texts, room: RoomSummary | null): string {
  const share = room?.meteredItShare ?? null;
  return share === null
    ? t('room.powerRatio.how')
    : `${t('room.powerRatio.how')} ${t('room.powerRatio.metered', { share: format.percent(share) })}`;
}

function overhead({ t, format }: Texts, room: RoomSummary): string | null {
  const facilityW = room.facilityPowerW.value;
  const itW = room.itPowerW.value;
  if (facilityW === null || itW === null || facilityW < itW) return null;
  return t('room.facilityPower.sub', { overhead: format.withUnit(format.quantity(facilityW - itW, 'W', 1)) });
}

function LoadBar({ percent }: { readonly percent: number | null }): ReactNode {
  return <span className="load-bar">{percent === null ? null : <span className="load-fill" style={{ width: `${percent}%` }} />}</span>;
}

function JobsNote({ room, runs }: { readonly room: RoomSummary; readonly runs: readonly RunRow[] }): ReactNode {
  const { t } = useTexts();
  const active = runs.find((run) => !isFinal(run.status) && run.status !== 'queued');
  if (active) {
    const done = active.plan
      ? t('room.jobs.epoch', { epoch: Math.max(1, active.progress.epoch), epochs: active.plan.epochs })
      : t(`run.status.${active.status}`);
    return (
      <a href={toRun(active.id)} title={recipeName(t, active.recipe)}>
        {recipeName(t, active.recipe, 'short')} · {done}
      </a>
    );
  }
  if (room.queuedJobs > 0) return t('room.jobs.queued', { count: room.queuedJobs });
  return <a href={toPage('training')}>{t('room.jobs.start')}</a>;
}

interface HottestProps {
  readonly places: readonly TreeNode[];
  readonly device: string;
  readonly label: string;
}

/** Which device it is, as one finds it: of many of a model the model alone says nothing. A sensor goes by the name it was given. */
function Hottest({ places, device, label }: HottestProps): ReactNode {
  const node = nodeOf(device);
  const of = node === null || node === LOCAL_NODE ? [] : pathOf(places, device).slice(-1);
  const name = deviceKind(device) === 'sensor' ? label : ownId(device);
  const title = [...pathOf(places, device), { name: ownId(device) }, { name: label }].map((part) => part.name).join(' · ');
  return (
    <a href={toDevice(device)} title={title}>
      {[...of.map((place) => place.name), name].join(' · ')}
    </a>
  );
}
