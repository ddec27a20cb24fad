import { useMemo } from 'react';
import { Link, useParams } from 'react-router';
import { wordsFor } from '../../api/problem.ts';
import { useDevices, useRooms } from '../../api/queries.ts';
import { ActionBadge, SimulatedBadge } from '../../components/badge.tsx';
import { DeviceLine } from '../../components/device-line.tsx';
import { BackIcon } from '../../components/icons.tsx';
import { Failed } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Bar, LoadingWord, PanelSkeleton } from '../../components/skeletons.tsx';
import { useTimed } from '../../clock.ts';
import { actionAt, viewRoom, type RoomView } from '../../room-view.ts';
import { NotFoundPage } from '../not-found-page.tsx';
import { AskPanel } from './ask-panel.tsx';
import { ClimatePanel } from './climate-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import styles from './room-page.module.css';

function Loading() {
  return (
    <>
      <LoadingWord heading="Room" />
      <div className={styles.head}>
        <Bar width="9rem" height="2rem" />
      </div>
      <div className={styles.layout}>
        <PanelSkeleton height="520px" />
        <PanelSkeleton height="460px" />
      </div>
    </>
  );
}

function RoomView({ view }: { view: RoomView }) {
  const action = useTimed((nowAt) => actionAt(view, nowAt) ?? '') || null;
  return (
    <>
      <header className={styles.head}>
        <Link to="/" className={styles.back} aria-label="Back to Home">
          <BackIcon />
        </Link>
        <h1>{view.room.name}</h1>
        {action && <ActionBadge action={action} />}
        {view.isSimulated && <SimulatedBadge isShort />}
      </header>
      <div className={styles.layout}>
        <div className={styles.column}>
          <ClimatePanel view={view} action={action} />
          {view.asked && (
            <AskPanel
              device={view.asked}
              quantities={[view.room.temperatureFrom ? 'temperature' : 'outsideTemperature']}
            />
          )}
        </div>
        <div className={styles.column}>
          <HistoryPanel view={view} />
          <Panel title="Devices in this room">
            <ul>
              {view.devices.map((device) => (
                <DeviceLine key={device.id} device={device} />
              ))}
            </ul>
          </Panel>
        </div>
      </div>
    </>
  );
}

/** One room: set it, ask it, and see how it went. */
export function RoomPage() {
  const { id } = useParams();
  const rooms = useRooms();
  const devices = useDevices();
  const room = rooms.data?.find((candidate) => candidate.id === id);
  const view = useMemo(
    () =>
      room && devices.data
        ? viewRoom(room, new Map(devices.data.map((device) => [device.id, device])))
        : null,
    [room, devices.data],
  );
  const error = rooms.error ?? devices.error;
  if (view)
    return (
      <>
        <title>{`${view.room.name} · Hearth`}</title>
        <RoomView key={view.room.id} view={view} />
      </>
    );
  if (error)
    return (
      <>
        <title>Room · Hearth</title>
        <Failed
          isPage
          title="The room could not be loaded"
          onRetry={() => void Promise.all([rooms.refetch(), devices.refetch()])}
        >
          {wordsFor(error)}
        </Failed>
      </>
    );
  return rooms.data && devices.data ? <NotFoundPage what="room" /> : <Loading />;
}
