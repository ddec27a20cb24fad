import { useState } from 'react';
import { Link } from 'react-router';
import { useAlerts } from '../../api/alert-queries.ts';
import { aDayMovesMs, findSubject, useAvailability } from '../../api/availability-queries.ts';
import { useLink } from '../../api/link.ts';
import { useMay } from '../../api/people-queries.ts';
import { wordsFor } from '../../api/problem.ts';
import { useDevices, useHealth, useHome, useRooms } from '../../api/queries.ts';
import { SimulatedBadge } from '../../components/badge.tsx';
import { ButtonLink } from '../../components/button.tsx';
import { AlertIcon, HomeIcon } from '../../components/icons.tsx';
import { Empty, Failed } from '../../components/notice.tsx';
import { Bar, CardSkeletons, LoadingWord } from '../../components/skeletons.tsx';
import { serverNow, useTimed } from '../../clock.ts';
import { useFormat } from '../../format-context.ts';
import { platformTrouble, summarise, type HomeSummary } from '../../home-summary.ts';
import { createRoomViews, troubleOf, type RoomView } from '../../room-view.ts';
import { HeatedDays } from './heated-days.tsx';
import { LiveRoomCard } from './live-room-card.tsx';
import styles from './home-page.module.css';

/** The home's sentence, which gives way to what is wrong between the devices and this page. */
function useSummary(text: string): HomeSummary {
  const link = useLink();
  const health = useHealth();
  const format = useFormat();
  return platformTrouble(link, health.data, format) ?? (JSON.parse(text) as HomeSummary);
}

function Summary({ text, isSimulated }: { text: string; isSimulated: boolean }) {
  const summary = useSummary(text);
  const format = useFormat();
  const isTrouble = summary.tone !== 'calm';
  return (
    <div className={styles.summary}>
      <p className={styles.date}>
        {format.date(serverNow())}
        {isSimulated && <SimulatedBadge>Simulated home</SimulatedBadge>}
      </p>
      <h1 className={styles[summary.tone]}>
        {isTrouble && <AlertIcon />}
        <span>
          {summary.to ? <Link to={summary.to}>{summary.sentence}</Link> : summary.sentence}{' '}
          <span className={styles.more}>{summary.more}</span>
        </span>
      </h1>
    </div>
  );
}

/** Rooms in trouble first, the others where they always are. */
function useOrder(views: RoomView[]): RoomView[] {
  const troubled = useTimed((nowAt) =>
    views
      .filter((view) => !['empty', null].includes(troubleOf(view, nowAt)))
      .map(({ room }) => room.id)
      .join(),
  );
  const first = new Set(troubled.split(','));
  return views.toSorted((a, b) => Number(first.has(b.room.id)) - Number(first.has(a.room.id)));
}

function Loading() {
  return (
    <>
      <LoadingWord heading="Home" />
      <div className={styles.summary}>
        <p className={styles.date}>
          <Bar width="11rem" height="1rem" />
        </p>
        <Bar width="min(28rem, 92%)" height="2.4rem" />
      </div>
      <div className={styles.layout}>
        <div className={styles.cards}>
          <CardSkeletons count={6} />
        </div>
      </div>
    </>
  );
}

function Rooms({ views }: { views: RoomView[] }) {
  const ordered = useOrder(views);
  const availability = useAvailability(aDayMovesMs).data;
  const isMixed = views.some((view) => view.isSimulated) && views.some((view) => !view.isSimulated);
  return (
    <div className={styles.layout}>
      <ul className={styles.cards}>
        {ordered.map((view) => (
          <LiveRoomCard
            key={view.room.id}
            view={view}
            isMarked={isMixed}
            availability={findSubject(availability?.subjects ?? [], { kind: 'room', id: view.room.id })}
            today={availability?.today ?? ''}
          />
        ))}
      </ul>
      <HeatedDays views={views} />
    </div>
  );
}

/** The whole home: one sentence, then a card for each room. */
export function HomePage() {
  const home = useHome();
  const rooms = useRooms();
  const devices = useDevices();
  const alerts = useAlerts();
  const format = useFormat();
  const [toViews] = useState(createRoomViews);
  const views = rooms.data && devices.data ? toViews(rooms.data, devices.data) : [];
  // Until they are known nothing is said; where they cannot be looked up, that is.
  const known = alerts.data ?? (alerts.error ? null : undefined);
  // The summary is compared as text, so that the page is drawn again only when its words change.
  const text = useTimed((nowAt) =>
    devices.data && known !== undefined
      ? JSON.stringify(summarise(views, devices.data, known, nowAt, format))
      : '',
  );
  const error = rooms.error ?? devices.error;

  const shown = views.filter((view) => view.devices.length > 0);
  return (
    <>
      <title>{`${home.data?.name ?? 'Home'} · Hearth`}</title>
      {error && !(rooms.data && devices.data) ? (
        <Failed
          isPage
          title="The rooms could not be loaded"
          onRetry={() => void Promise.all([rooms.refetch(), devices.refetch()])}
        >
          {wordsFor(error)}
        </Failed>
      ) : !text || !rooms.data ? (
        <Loading />
      ) : devices.data?.length === 0 ? (
        <NoDevices />
      ) : (
        <>
          <Summary text={text} isSimulated={shown.length > 0 && shown.every((view) => view.isSimulated)} />
          {shown.length > 0 ? <Rooms views={shown} /> : <NoRooms />}
        </>
      )}
    </>
  );
}

function NoDevices() {
  const mayAdd = useMay('addDevice');
  return (
    <>
      <h1 className="sr-only">Home</h1>
      <Empty
        picture={<HomeIcon />}
        title="No devices yet"
        action={
          mayAdd && (
            <ButtonLink to="/devices?connect" look="primary">
              Connect a device
            </ButtonLink>
          )
        }
      >
        {mayAdd
          ? 'Connect a thermostat, a heater or a sensor. Its room appears here with the first reading.'
          : 'An owner of this home connects them, and says which rooms you see.'}
      </Empty>
    </>
  );
}

function NoRooms() {
  return (
    <Empty
      title="Your devices are in no room yet"
      action={
        <ButtonLink to="/devices" look="primary">
          Put them in rooms
        </ButtonLink>
      }
    >
      A room shows the temperature of its thermostat or sensor.
    </Empty>
  );
}
