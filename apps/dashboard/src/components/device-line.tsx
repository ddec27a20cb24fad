import { memo } from 'react';
import { Link } from 'react-router';
import type { Device } from '@hearth/contract';
import { useTimed } from '../clock.ts';
import { kindWords } from '../device-words.ts';
import { deviceFreshness } from '../room-view.ts';
import { NextIcon } from './icons.tsx';
import { Connection } from './device-row.tsx';
import styles from './device-row.module.css';

/** A device in one line, inside a room. */
export const DeviceLine = memo(function DeviceLine({ device }: { device: Device }) {
  const state = useTimed((nowAt) => deviceFreshness(device, nowAt));
  return (
    <li>
      <Link to={`/devices/${device.id}`} className={styles.inline}>
        <span>
          <strong>{device.name}</strong>
          <span className={styles.sub}>{kindWords(device)}</span>
        </span>
        <Connection device={device} state={state} />
        <NextIcon />
      </Link>
    </li>
  );
});
