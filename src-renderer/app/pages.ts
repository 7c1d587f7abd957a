import type { ComponentType } from 'react';
import type { TextKey } from '../i18n';
import type { IconName } from '../ui/Icon';
import { Lazy } from './lazy';
import { toPage, toSettings, type PageId, type ParamsOf } from './paths';

/** What a page is given: the parameters of its address, and what of it is to be shown. */
export type PageProps<P extends PageId> = ParamsOf<P> & { readonly view: string | null };

interface PageRow<P extends PageId> {
  readonly title: TextKey;
  /** A page of the navigation: its sign there, the key that opens it, and where it opens. */
  readonly nav?: { readonly icon: IconName; readonly key: string; readonly to: string };
  /** The page of the navigation that this one belongs to. */
  readonly under?: PageId;
  readonly view: Lazy<ComponentType<PageProps<P>>>;
}

/** The one list of pages, in the order of the navigation; their addresses stand in app/paths.ts. */
export const pages: { readonly [P in PageId]: PageRow<P> } = {
  room: {
    title: 'nav.room',
    nav: { icon: 'room', key: '1', to: toPage('room') },
    view: new Lazy(async () => (await import('../features/room/RoomPage')).RoomPage),
  },
  training: {
    title: 'nav.training',
    nav: { icon: 'training', key: '2', to: toPage('training') },
    view: new Lazy(async () => (await import('../features/training/TrainingPage')).TrainingPage),
  },
  run: {
    title: 'nav.run',
    under: 'training',
    view: new Lazy(async () => (await import('../features/training/RunPage')).RunPage),
  },
  compare: {
    title: 'compare.title',
    under: 'training',
    view: new Lazy(async () => (await import('../features/training/compare/ComparePage')).ComparePage),
  },
  data: {
    title: 'nav.data',
    nav: { icon: 'data', key: '9', to: toPage('data') },
    view: new Lazy(async () => (await import('../features/data/DataPage')).DataPage),
  },
  history: {
    title: 'nav.history',
    nav: { icon: 'history', key: '3', to: toPage('history') },
    view: new Lazy(async () => (await import('../features/history/HistoryPage')).HistoryPage),
  },
  processes: {
    title: 'nav.processes',
    nav: { icon: 'processes', key: '4', to: toPage('processes') },
    view: new Lazy(async () => (await import('../features/processes/ProcessesPage')).ProcessesPage),
  },
  energy: {
    title: 'nav.energy',
    nav: { icon: 'energy', key: '7', to: toPage('energy') },
    view: new Lazy(async () => (await import('../features/energy/EnergyPage')).EnergyPage),
  },
  cooling: {
    title: 'nav.cooling',
    nav: { icon: 'cooling', key: '8', to: toPage('cooling') },
    view: new Lazy(async () => (await import('../features/cooling/CoolingPage')).CoolingPage),
  },
  device: {
    title: 'nav.device',
    under: 'room',
    view: new Lazy(async () => (await import('../features/device/DevicePage')).DevicePage),
  },
  settings: {
    title: 'nav.settings',
    nav: { icon: 'settings', key: '5', to: toSettings() },
    view: new Lazy(async () => (await import('../features/settings/SettingsPage')).SettingsPage),
  },
  doctor: {
    title: 'nav.doctor',
    nav: { icon: 'doctor', key: '6', to: toPage('doctor') },
    view: new Lazy(async () => (await import('../features/doctor/DoctorPage')).DoctorPage),
  },
};

export type NavPage = { readonly id: PageId; readonly title: TextKey } & NonNullable<PageRow<PageId>['nav']>;

export const navPages: readonly NavPage[] = (Object.keys(pages) as PageId[]).flatMap((id) => {
  const { title, nav } = pages[id];
  return nav === undefined ? [] : [{ id, title, ...nav }];
});

/** The page of the navigation under which a page is found. */
export const navPageOf = (id: PageId): PageId => pages[id].under ?? id;

/** Fetches what was not wanted yet, one after the other, so that no page is waited for where there was time before. */
export async function fetchPages(): Promise<void> {
  for (const { view } of Object.values(pages)) {
    // A page that cannot be fetched says so when it is opened.
    await view.want().then(
      () => undefined,
      () => undefined,
    );
  }
}
