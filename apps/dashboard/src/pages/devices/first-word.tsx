import { Link } from 'react-router';
import type { Device } from '@hearth/contract';
import { useDevices } from '../../api/queries.ts';
import { AlertIcon, CheckIcon, ClockIcon } from '../../components/icons.tsx';
import styles from './devices-page.module.css';

/** Turns green at the first message that is taken, and says so when one is not. */
export function FirstWord({ id, deviceRole }: { id: string; deviceRole: Device['role'] }) {
  const device = useDevices().data?.find((candidate) => candidate.id === id);
  if (deviceRole === 'gateway' && device && device.lastMessageAt !== null && device.counts.rejected === 0)
    return (
      <output className={styles.heard}>
        <CheckIcon /> It is heard. What it hears appears under Devices.
      </output>
    );
  if (device && Object.keys(device.latest).length > 0)
    return (
      <output className={styles.heard}>
        <CheckIcon /> Its first reading is here.
      </output>
    );
  if (device && device.counts.rejected > 0)
    return (
      <output className={styles.wrong}>
        <AlertIcon />
        <span>
          A message came and was not taken. <Link to={`/devices/${id}`}>See why</Link>
        </span>
      </output>
    );
  return (
    <output className={styles.waiting}>
      <ClockIcon />{' '}
      {deviceRole === 'gateway'
        ? 'Waiting for the first device that it hears…'
        : device?.isOnline
          ? 'It is connected. Waiting for a reading…'
          : 'Waiting for it to connect…'}
    </output>
  );
}
