import { memo } from 'react';
import { Link } from 'react-router';
import type { Availability, Device, Latest, QuantityName } from '@hearth/contract';
import { percentWords } from '../availability-words.ts';
import { classNames } from '../class-names.ts';
import { serverNow, useTimed } from '../clock.ts';
import { gapWords, kindWords, labelOf, valuesOf, valueWords } from '../device-words.ts';
import type { Freshness } from '../freshness.ts';
import { useFormat } from '../format-context.ts';
import { deviceFreshness, figureFreshness, figureOf, measuredAt, newestValueAt } from '../room-view.ts';
import { Age } from './age.tsx';
import { AvailabilityStrip } from './availability-strip.tsx';
import { SimulatedBadge } from './badge.tsx';
import { ClockIcon, NextIcon, OnlineIcon, SilentIcon } from './icons.tsx';
import { stateWords } from './value-state.tsx';
import styles from './device-row.module.css';

/** A gateway has no values to be fresh: whether it is connected, or when it was last heard. */
function GatewayConnection({ device }: { device: Device }) {
  const format = useFormat();
  if (device.isOnline === false)
    return (
      <span className={styles.offline}>
        <SilentIcon /> Not connected
      </span>
    );
  if (device.isOnline === null && device.lastMessageAt === null)
    return (
      <span className={styles.waiting}>
        <ClockIcon /> Waiting for it
      </span>
    );
  const since = device.onlineSince === null ? '' : ` since ${format.moment(device.onlineSince, serverNow())}`;
  return (
    <span className={styles.online}>
      <OnlineIcon />
      <span>
        {device.isOnline ? (
          `Connected${since}`
        ) : (
          <>
            Last heard <Age at={device.lastMessageAt ?? 0} />
          </>
        )}
      </span>
    </span>
  );
}

/** Connected is not the same as fresh: online since when, and whether anything comes. */
export function Connection(props: { device: Device; state: Freshness }) {
  return props.device.role === 'gateway' ? (
    <GatewayConnection device={props.device} />
  ) : (
    <DeviceConnection {...props} />
  );
}

function DeviceConnection({ device, state }: { device: Device; state: Freshness }) {
  const format = useFormat();
  const since = device.onlineSince === null ? '' : ` since ${format.moment(device.onlineSince, serverNow())}`;
  const newestAt = newestValueAt(device);
  const sinceOf = (at: number | null) => (at === null ? '' : ` since ${format.moment(at, serverNow())}`);
  if (!device.about && device.lastMessageAt === null)
    return (
      <span className={styles.waiting}>
        <ClockIcon /> Waiting for it
      </span>
    );
  if (device.isOnline === false)
    return (
      <span className={styles.offline}>
        <SilentIcon /> Offline{sinceOf(device.offlineSince ?? newestAt)}
      </span>
    );
  if (newestAt === null)
    return (
      <span className={styles.waiting}>
        <ClockIcon /> {device.isOnline ? `Online${since}` : 'Heard'}, no reading yet
      </span>
    );
  if (state === 'silent')
    return (
      <span className={styles.offline}>
        <SilentIcon /> {device.isOnline ? 'Online, but silent' : 'Silent'}
        {sinceOf(newestAt)}
      </span>
    );
  return (
    <span className={state === 'live' ? styles.online : styles.slow}>
      {state === 'live' ? <OnlineIcon /> : <ClockIcon />}
      {device.isOnline ? `Online${since}` : 'Heard'}
      {state !== 'live' && `, ${stateWords[state].toLowerCase()}`}
    </span>
  );
}

interface ValueProps {
  device: Device;
  quantity: QuantityName;
  latest: Latest;
}

/** A value, and from late on how old it is; the age of live ones is the row's. */
function Value({ device, quantity, latest }: ValueProps) {
  const format = useFormat();
  const state = useTimed((nowAt) => {
    const figure = figureOf(device, quantity);
    return figure ? figureFreshness(figure, nowAt) : 'silent';
  });
  const isOld = state === 'stale' || state === 'silent';
  return (
    <div className={classNames(styles.value, isOld && styles.old)}>
      <dt>{labelOf(quantity)}</dt>
      <dd>
        <span>{valueWords(quantity, latest, format)}</span>
        {state !== 'live' && (
          <span className={styles.state}>
            <Age at={measuredAt(latest)} />
          </span>
        )}
      </dd>
    </div>
  );
}

/** When it last gave a value, and what has not arrived, came twice or was not taken. */
function Counts({ device }: { device: Device }) {
  const format = useFormat();
  const { duplicates, rejected } = device.counts;
  const newestAt = newestValueAt(device);
  const words = [
    ...gapWords(device.counts, format),
    duplicates > 0 && `${duplicates} came twice`,
    rejected > 0 && `${rejected} not taken`,
  ].filter(Boolean);
  return (
    <span className={rejected > 0 ? styles.countsBad : styles.counts}>
      {newestAt !== null && (
        <>
          Last value <Age at={newestAt} />
          {' · '}
        </>
      )}
      {words.length > 0 ? words.join(' · ') : 'nothing missing'}
    </span>
  );
}

/** Where it is, what it is, and its firmware, which radio does not tell. A gateway is in no room. */
function subWords(device: Device, room: string | null): string {
  const firmware = device.source === 'contract' && device.about && `firmware ${device.about.firmware}`;
  const where = device.role === 'device' && (room ?? 'No room');
  return [where, kindWords(device), firmware].filter(Boolean).join(' · ');
}

interface RowProps {
  device: Device;
  room: string | null;
  /** Marks a simulated device, among others that are not. */
  isMarked: boolean;
  /** How much of the time it was there; undefined while that is not known. */
  availability: Availability | undefined;
  /** The last day of it, YYYY-MM-DD. */
  today: string;
}

/** How much of the last ninety days it was connected and gave values; its place is there before it is. */
function Available({ availability, today }: Pick<RowProps, 'availability' | 'today'>) {
  const format = useFormat();
  const { share = null, days = [] } = availability ?? {};
  return (
    <span className={styles.available}>
      {share !== null && (
        <>
          <AvailabilityStrip days={days} today={today} isSmall />
          <span className={styles.counts}>{percentWords(share, format)} available</span>
        </>
      )}
    </span>
  );
}

/** One device of the list: connection, freshness of each value, and what went wrong with its messages. */
export const DeviceRow = memo(function DeviceRow({ device, room, isMarked, availability, today }: RowProps) {
  const state = useTimed((nowAt) => deviceFreshness(device, nowAt));
  const values = valuesOf(device);
  return (
    <li>
      <Link to={`/devices/${device.id}`} className={styles.row}>
        <span className={styles.who}>
          <strong>{device.name}</strong>
        </span>
        <span className={styles.sub}>{subWords(device, room)}</span>
        <span className={styles.how}>
          <Connection device={device} state={state} />
          {(device.role === 'device' || device.counts.rejected > 0) && <Counts device={device} />}
          {device.role === 'device' && <Available availability={availability} today={today} />}
        </span>
        <dl className={styles.values}>
          {values.map(([quantity, latest]) => (
            <Value key={quantity} device={device} quantity={quantity} latest={latest} />
          ))}
        </dl>
        <span className={styles.end}>
          {isMarked && device.about?.simulated && <SimulatedBadge />}
          <NextIcon />
        </span>
      </Link>
    </li>
  );
});
