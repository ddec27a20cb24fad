import type { ReactNode } from 'react';

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="1.25em"
      height="1.25em"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {children}
    </svg>
  );
}

function make(...paths: string[]) {
  const shape = paths.map((d) => <path key={d} d={d} />);
  return () => <Icon>{shape}</Icon>;
}

/** Heating. */
export const FlameIcon = make(
  'M12 3c1 3.5 5.5 5.5 5.5 11a5.5 5.5 0 0 1-11 0c0-2.5 1.2-4 2.5-5 .2 2 1 3 2 3.5C10.5 9 10.5 6 12 3z',
);
/** Idle: on, and not heating. */
export const IdleIcon = make('M9 9v6', 'M15 9v6', 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z');
/** Off. */
export const OffIcon = make('M12 4v8', 'M7 7a7.5 7.5 0 1 0 10 0');
/** Late or old. */
export const ClockIcon = make('M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z', 'M12 7.5V12l3 2');
/** Something is wrong. */
export const AlertIcon = make('M12 4 2.8 19.5h18.400L12 4z', 'M12 10v4', 'M12 16.8v.1');
/** Nothing comes any more. */
export const SilentIcon = make(
  'M3 3l18 18',
  'M5 12.5a10 10 0 0 1 3-2.2',
  'M19 12.5a10 10 0 0 0-5.5-2.9',
  'M8.5 16a5 5 0 0 1 6.5-.3',
  'M2 8.8a14.5 14.5 0 0 1 3-2.2',
  'M22 8.8A14.5 14.5 0 0 0 10 5.2',
  'M12 19.5v.1',
);
/** Connected, answering. */
export const OnlineIcon = make(
  'M5 12.5a10 10 0 0 1 14 0',
  'M8.5 16a5 5 0 0 1 7 0',
  'M2 8.8a14.5 14.5 0 0 1 20 0',
  'M12 19.5v.1',
);
/** Done. */
export const CheckIcon = make('M5 12.5l4.5 4.5L19 7.5');
/** Back. */
export const BackIcon = make('M14.5 5.5 8 12l6.5 6.5');
/** On to the next. */
export const NextIcon = make('M9.5 5.5 16 12l-6.5 6.5');
/** More. */
export const PlusIcon = make('M12 5v14', 'M5 12h14');
/** Less. */
export const MinusIcon = make('M5 12h14');
/** See more of it, closer. */
export const ZoomInIcon = make(
  'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
  'M15.5 15.5l5 5',
  'M10.5 7.5v6',
  'M7.5 10.5h6',
);
/** See a longer time. */
export const ZoomOutIcon = make(
  'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13z',
  'M15.5 15.5l5 5',
  'M7.5 10.5h6',
);
/** As a picture. */
export const PictureIcon = make(
  'M5 4.5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1z',
  'M4.5 16.5l5-5 4 4 2.5-2 4 3.5',
  'M15.5 8.5v.1',
);
/** As a table. */
export const TableIcon = make(
  'M5 4.5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1z',
  'M4.5 9.5h15',
  'M4.5 14.5h15',
  'M10.5 9.5v10',
);
/** As a curve. */
export const CurveIcon = make('M4 5v14.5h16', 'M7 14.5c3 0 3-6 6-6s3 4 6 1');
/** Close. */
export const CloseIcon = make('M6 6l12 12', 'M18 6 6 18');
/** Copy to the clipboard. */
export const CopyIcon = make(
  'M9 9h9.5a1 1 0 0 1 1 1v9.5a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1V10a1 1 0 0 1 1-1z',
  'M5 15.5h-.5a1 1 0 0 1-1-1V4.5a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1V5',
);
/** Try again, ask again. */
export const AgainIcon = make('M20 11a8 8 0 1 0-2 6', 'M20 4.5V11h-6.5');
/** The home page. */
export const HomeIcon = make('M4 11 12 4l8 7v8.5a1 1 0 0 1-1 1h-4.5v-6h-5v6H5a1 1 0 0 1-1-1V11z');
/** The devices page; a device. */
export const DeviceIcon = make(
  'M8 3.5h8a1.5 1.5 0 0 1 1.5 1.5v14a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 19V5A1.5 1.5 0 0 1 8 3.5z',
  'M10 7.5h4',
  'M12 16.5v.1',
);
/** The server. */
export const ServerIcon = make(
  'M5 4h14a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z',
  'M5 13h14a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-5a1 1 0 0 1 1-1z',
  'M8 7.5v.1',
  'M8 16.5v.1',
);
/** The broker, where messages change hands. */
export const BrokerIcon = make('M4 8h13', 'M13.5 4.5 17 8l-3.5 3.5', 'M20 16H7', 'M10.5 12.5 7 16l3.5 3.5');
/** The alerts page. */
export const BellIcon = make('M6 10a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4S6 15 6 10z', 'M10 19.5a2 2 0 0 0 4 0');
/** The person. */
export const PersonIcon = make('M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8z', 'M4.5 20.5a7.5 7.5 0 0 1 15 0');
/** Not done, or not yet. */
export const RingIcon = make('M12 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14z');
/** To a file on this device. */
export const DownloadIcon = make('M12 4v11', 'M7.5 10.5 12 15l4.5-4.5', 'M5 19.5h14');
/** Something for a hand to do. */
export const HandIcon = make(
  'M8 13V6a1.5 1.5 0 0 1 3 0v5',
  'M11 10.5V4.5a1.5 1.5 0 0 1 3 0v6',
  'M14 11V6a1.5 1.5 0 0 1 3 0v8.5a6 6 0 0 1-6 6c-2.5 0-4-1-5.2-3L3.9 14a1.4 1.4 0 0 1 2.3-1.6L8 14.5',
);
/** A simulated thing. */
export const SimulatedIcon = make(
  'M9 3.5h6',
  'M10 3.5v6L4.8 18a1.7 1.7 0 0 0 1.5 2.5h11.400a1.7 1.7 0 0 0 1.5-2.5L14 9.5v-6',
  'M7.5 15h9',
);
/** Frost. */
export const FrostIcon = make(
  'M12 3v18',
  'M4.2 7.5l15.6 9',
  'M19.8 7.5l-15.6 9',
  'M9.5 4.5 12 7l2.5-2.5',
  'M9.5 19.5 12 17l2.5 2.5',
);
