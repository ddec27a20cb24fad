import type { Device, DeviceMonitoring, QuantityName } from '@hearth/contract';
import { useMonitoring } from '../../api/monitoring-queries.ts';
import { wordsFor } from '../../api/problem.ts';
import { serverNow, useTimed } from '../../clock.ts';
import { Age } from '../../components/age.tsx';
import { Failed } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Bar } from '../../components/skeletons.tsx';
import { stateWords } from '../../components/value-state.tsx';
import { labelOf, valuesOf } from '../../device-words.ts';
import { duration } from '../../format.ts';
import { useFormat } from '../../format-context.ts';
import { freshnessAt } from '../../freshness.ts';
import { batteryWords, momentOf, rhythmWords, troubleWords } from '../../monitoring-words.ts';
import { AnswersByDay } from './answers-by-day.tsx';
import pageStyles from './device-page.module.css';
import styles from './monitoring-panel.module.css';

function ConnectionClock({ device: { isOnline, onlineSince, offlineSince } }: { device: Device }) {
  const format = useFormat();
  if (isOnline === null) return <>not told</>;
  const since = isOnline ? onlineSince : offlineSince;
  return (
    <>
      {isOnline ? 'connected' : 'offline'}
      {since !== null && ` since ${format.moment(since, serverNow())}`}
    </>
  );
}

function ValueClock({ device, quantity }: { device: Device; quantity: QuantityName }) {
  const freshness = device.freshness?.[quantity];
  const state = useTimed((nowAt) => (freshness ? freshnessAt(freshness, nowAt) : 'silent'));
  return (
    <>
      <Age at={device.latest[quantity]!.receivedAt} />
      {state !== 'live' && `, ${stateWords[state].toLowerCase()}`}
      {freshness && <span className={styles.rhythm}>{rhythmWords(freshness)}</span>}
    </>
  );
}

/** Connected is not heard, and heard is not each value: three clocks. */
function Clocks({ device }: { device: Device }) {
  return (
    <dl className={pageStyles.facts}>
      <div>
        <dt>Connection</dt>
        <dd>
          <ConnectionClock device={device} />
        </dd>
      </div>
      <div>
        <dt>Last message</dt>
        <dd>{device.lastMessageAt === null ? 'none yet' : <Age at={device.lastMessageAt} />}</dd>
      </div>
      {valuesOf(device).map(([quantity]) => (
        <div key={quantity}>
          <dt>{labelOf(quantity)}</dt>
          <dd>
            <ValueClock device={device} quantity={quantity} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The days on which something went wrong, newest first. */
function Troubles({ heard }: Pick<DeviceMonitoring, 'heard'>) {
  const format = useFormat();
  const days = heard.flatMap((day) => {
    const words = troubleWords(day, format);
    return words === '' ? [] : [{ at: momentOf(day.day), words }];
  });
  if (days.length === 0)
    return <p className={pageStyles.note}>Nothing went wrong on its way in the last 30 days.</p>;
  return (
    <dl className={pageStyles.facts}>
      {days.map(({ at, words }) => (
        <div key={at}>
          <dt>{format.date(at)}</dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  );
}

function Known({ device, known }: { device: Device; known: DeviceMonitoring }) {
  const format = useFormat();
  const { askedEveryMs, asked, battery, heard } = known;
  const power = device.about?.power ?? (device.latest.battery ? 'battery' : 'mains');
  const isAsleep = power === 'battery';
  return (
    <>
      {device.latest.battery !== undefined && (
        <section className={styles.part}>
          <h3>Battery</h3>
          <p>{batteryWords(battery, serverNow(), format)}</p>
        </section>
      )}
      <section className={styles.part}>
        <h3>How it answers</h3>
        <p className={pageStyles.note}>
          {askedEveryMs === null
            ? 'Hearth does not ask it by itself.'
            : `Hearth asks it every ${duration(askedEveryMs)}${isAsleep ? ', when it is awake' : ''}.`}
        </p>
        {asked.length > 0 && <AnswersByDay asked={asked} />}
      </section>
      <section className={styles.part}>
        <h3>Day by day</h3>
        <Troubles heard={heard} />
      </section>
    </>
  );
}

/** How a device is heard, and how it answers. */
export function MonitoringPanel({ device }: { device: Device }) {
  const monitoring = useMonitoring(device.id);
  return (
    <Panel title="How it is heard">
      <Clocks device={device} />
      {monitoring.error && !monitoring.data ? (
        <Failed title="The rest could not be looked up" onRetry={() => void monitoring.refetch()}>
          {wordsFor(monitoring.error)}
        </Failed>
      ) : !monitoring.data ? (
        <Bar width="60%" />
      ) : (
        <Known device={device} known={monitoring.data} />
      )}
    </Panel>
  );
}
