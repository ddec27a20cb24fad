import { Link, useParams } from 'react-router';
import type { Device, Latest, QuantityName } from '@hearth/contract';
import { RequestFailure, wordsFor } from '../../api/problem.ts';
import { useMay } from '../../api/people-queries.ts';
import { useDeviceDetail, useDevices } from '../../api/queries.ts';
import { SimulatedBadge } from '../../components/badge.tsx';
import { Connection } from '../../components/device-row.tsx';
import { BackIcon } from '../../components/icons.tsx';
import { Failed } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Bar, LoadingWord, PanelSkeleton } from '../../components/skeletons.tsx';
import { ValueState } from '../../components/value-state.tsx';
import { useTimed } from '../../clock.ts';
import { abilityWords, gapWords, kindWords, labelOf, valuesOf, valueWords } from '../../device-words.ts';
import { useFormat } from '../../format-context.ts';
import { deviceFreshness, figureFreshness, figureOf, measuredAt } from '../../room-view.ts';
import { NotFoundPage } from '../not-found-page.tsx';
import { AskPanel } from '../room/ask-panel.tsx';
import { AvailabilityPanel } from './availability-panel.tsx';
import { ManagePanel } from './manage-panel.tsx';
import { MonitoringPanel } from './monitoring-panel.tsx';
import { RejectedPanel } from './rejected-panel.tsx';
import styles from './device-page.module.css';

function ValueLine({ device, quantity, latest }: { device: Device; quantity: QuantityName; latest: Latest }) {
  const format = useFormat();
  const state = useTimed((nowAt) => {
    const figure = figureOf(device, quantity);
    return figure ? figureFreshness(figure, nowAt) : 'silent';
  });
  return (
    <div className={styles.value}>
      <dt>{labelOf(quantity)}</dt>
      <dd>
        <strong className={state === 'live' || state === 'late' ? undefined : styles.old}>
          {valueWords(quantity, latest, format)}
        </strong>
        <ValueState state={state} at={measuredAt(latest)} isOnline={device.isOnline} />
        {latest.isLate && <span className={styles.buffered}>from its buffer</span>}
      </dd>
    </div>
  );
}

function ValuesPanel({ device }: { device: Device }) {
  const values = valuesOf(device);
  return (
    <Panel title="Last values">
      {values.length === 0 ? (
        <p className={styles.note}>Nothing has come yet.</p>
      ) : (
        <dl>
          {values.map(([quantity, latest]) => (
            <ValueLine key={quantity} device={device} quantity={quantity} latest={latest} />
          ))}
        </dl>
      )}
    </Panel>
  );
}

function AboutPanel({ device }: { device: Device }) {
  const format = useFormat();
  const { about, counts } = device;
  const ofDevice: [string, string][] = [
    ['Maker and model', about ? `${about.maker} ${about.model}` : 'not told'],
    ['Firmware', about?.firmware ?? 'not told'],
    ['Power', about?.power ?? 'not told'],
    ['Missing readings', gapWords(counts, format).join(', ') || 'none'],
    ['Came twice, kept once', format.number(counts.duplicates)],
  ];
  const facts: [string, string][] = [
    [device.role === 'gateway' ? 'User name' : 'Device id', device.id],
    ...(device.role === 'gateway' ? [] : ofDevice),
    ['Not taken', format.number(counts.rejected)],
  ];
  return (
    <Panel title="What it is">
      <p>{abilityWords(device, format)}</p>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

/** All that a device says it measures. */
function quantitiesOf({ about }: Device): QuantityName[] {
  return Object.keys(about?.quantities ?? {}) as QuantityName[];
}

function Loading() {
  return (
    <>
      <LoadingWord heading="Device" />
      <div className={styles.head}>
        <Bar width="14rem" height="2rem" />
      </div>
      <div className={styles.layout}>
        <PanelSkeleton height="360px" />
        <PanelSkeleton height="360px" />
      </div>
    </>
  );
}

/** One device: what it is, what it last said, what of that was not taken, and how to change or remove it. */
export function DevicePage() {
  const { id = '' } = useParams();
  const detail = useDeviceDetail(id);
  const mayChange = useMay('changeDevice');
  const live = useDevices().data?.find((candidate) => candidate.id === id);
  const device = live ?? detail.data?.device;
  const state = useTimed((nowAt) => (device ? deviceFreshness(device, nowAt) : 'silent'));
  if (detail.error instanceof RequestFailure && detail.error.code === 'not-found')
    return <NotFoundPage what="device" />;
  if (!device)
    return detail.error ? (
      <Failed isPage title="The device could not be loaded" onRetry={() => void detail.refetch()}>
        {wordsFor(detail.error)}
      </Failed>
    ) : (
      <Loading />
    );
  return (
    <>
      <title>{`${device.name} · Hearth`}</title>
      <header className={styles.head}>
        <Link to="/devices" className={styles.back} aria-label="Back to Devices">
          <BackIcon />
        </Link>
        <div className={styles.title}>
          <h1>{device.name}</h1>
          <p className={styles.sub}>
            {kindWords(device)} <Connection device={device} state={state} />
            {device.about?.simulated && <SimulatedBadge isShort />}
          </p>
        </div>
      </header>
      <div className={styles.layout}>
        <div className={styles.column}>
          {device.role === 'device' && (
            <>
              <ValuesPanel device={device} />
              <AskPanel device={device} quantities={quantitiesOf(device)} />
            </>
          )}
          <RejectedPanel detail={detail.data} error={detail.error} onRetry={() => void detail.refetch()} />
          {device.role === 'device' && <MonitoringPanel device={device} />}
        </div>
        <div className={styles.column}>
          <AboutPanel device={device} />
          {device.role === 'device' && <AvailabilityPanel device={device.id} />}
          {mayChange && <ManagePanel key={device.id} device={device} />}
        </div>
      </div>
    </>
  );
}
