import type { ReactNode } from 'react';

/** Strokes on a 24 grid, drawn for this window; each reads at 18 px. */
const paths = {
  room: 'M4 4v16M20 4v16M8 8h8M8 12h8M8 16h8',
  training: 'M4 5v14h16M7 9c3 7 6 8 12 8',
  data: 'M5 6c0-3 14-3 14 0v12c0 3-14 3-14 0zM5 6c0 3 14 3 14 0M5 12c0 3 14 3 14 0',
  history: 'M12 7v5l3.5 2M5 8.5A8 8 0 1 1 4 12M4 5v4h4',
  processes: 'M4 5h16M4 12h16M4 19h16M8 3.5v3M14 10.5v3M11 17.5v3',
  energy: 'M13 3L5.5 13.5H11L10 21l8-11h-5.5z',
  cooling: 'M12 3v18M4.2 7.5l15.6 9M4.2 16.5l15.6-9M9.5 4.5L12 7l2.5-2.5M9.5 19.5L12 17l2.5 2.5',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5',
  doctor: 'M3 12h4l2.5-6 4 12 2.5-6h5',
  activity: 'M8 4v13M4.5 13.5L8 17l3.5-3.5M16 20V7M12.5 10.5L16 7l3.5 3.5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  reset: 'M5 8.5A8 8 0 1 1 4 12M4 5v4h4',
  live: 'M12 12h.01M8.5 8.5a5 5 0 0 0 0 7M15.5 8.5a5 5 0 0 1 0 7M6 6a8.5 8.5 0 0 0 0 12M18 6a8.5 8.5 0 0 1 0 12',
  copy: 'M9 9h10v10H9zM5 15V5h10',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  columns: 'M4.5 5h15v14h-15zM9.5 5v14M14.5 5v14',
  close: 'M6 6l12 12M18 6L6 18',
  search: 'M10.5 16a5.5 5.5 0 1 1 0-11 5.5 5.5 0 0 1 0 11zM15 15l4.5 4.5',
  download: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14',
  upload: 'M12 15V4M7.5 8.5L12 4l4.5 4.5M5 20h14',
  stop: 'M6.5 6.5h11v11h-11z',
  trash: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7',
  back: 'M11 6l-6 6 6 6M5 12h14',
  up: 'M6 13l6-6 6 6M12 7v12',
  down: 'M6 11l6 6 6-6M12 17V5',
  note: 'M5 4h14v11l-5 5H5zM14 20v-5h5M8.5 9h7M8.5 12.5h4',
  threshold: 'M4 9h2.5M9 9h2.5M14 9h2.5M19 9h1M4 18l4-5 4 3 4-9 4 5',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1',
  warning: 'M12 4L2.8 20h18.4zM12 10v4.5M12 17.2v.1',
  keyboard: 'M3 7h18v10H3zM6.5 10h.01M9.5 10h.01M12.5 10h.01M15.5 10h.01M8 14h8',
  calendar: 'M4.5 6h15v14h-15zM4.5 10h15M8.5 3.5V7M15.5 3.5V7',
  refresh: 'M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4.5V9H15',
  bookmark: 'M7 4h10v16l-5-4-5 4z',
  edit: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  expand: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  shrink: 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 8.5h.01',
  unlink: 'M9 15l-2 2a3.5 3.5 0 0 1-5-5l3-3M15 9l2-2a3.5 3.5 0 0 1 5 5l-3 3M5 4l14 16',
} as const;

export type IconName = keyof typeof paths;

/** Beside a text it is decoration; alone, its button carries the name. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactNode {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden
    >
      <path d={paths[name]} />
    </svg>
  );
}
