import { useQueryClient } from '@tanstack/react-query';
import { Suspense, useEffect, useMemo, useRef } from 'react';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { useAlerts } from '../api/alert-queries.ts';
import { useMay } from '../api/people-queries.ts';
import { startLive, useLink } from '../api/link.ts';
import { forgetSession, useHealth, useHome } from '../api/queries.ts';
import { Banner } from '../components/banner.tsx';
import { BellIcon, DeviceIcon, HomeIcon, ServerIcon } from '../components/icons.tsx';
import { Logo } from '../components/logo.tsx';
import { PanelSkeleton } from '../components/skeletons.tsx';
import { FormatContext, browserFormat, useFormat } from '../format-context.ts';
import { createFormat } from '../format.ts';
import { diskWords } from '../home-summary.ts';
import { AccountMenu } from './account-menu.tsx';
import styles from './shell.module.css';

function LinkPill() {
  const link = useLink();
  if (link.state === 'live')
    return (
      <span className={styles.live}>
        <span className={styles.dot} /> Live
      </span>
    );
  return (
    <span className={styles.notLive}>
      <span className={styles.dot} /> {link.state === 'connecting' ? 'Connecting…' : 'Offline'}
    </span>
  );
}

/** What is wrong with everything on the page: the server is away, or devices cannot be reached. */
function Banners() {
  const link = useLink();
  const health = useHealth();
  const format = useFormat();
  const broker = health.data?.broker;
  const store = health.data?.store;
  if (link.state === 'away')
    return (
      <Banner tone="away">
        {navigator.onLine ? 'Can’t reach Hearth' : 'This device is offline'} since {format.time(link.sinceAt)}
        . Showing last known.
      </Banner>
    );
  const disk = diskWords(broker?.journal);
  if (disk)
    return (
      <Banner tone="bad" more={disk.toDo}>
        {disk.what}
      </Banner>
    );
  if (broker && !broker.isConnected)
    return (
      <Banner tone="warn" more="Hearth is reconnecting. Readings wait on the devices.">
        No messages from devices{broker.since !== null && ` since ${format.time(broker.since)}`}.
      </Banner>
    );
  if (store && !store.isWritable)
    return <Banner tone="bad">Readings can’t be stored{store.problem && `: ${store.problem}`}.</Banner>;
  return null;
}

const places = [
  { to: '/', label: 'Home', icon: <HomeIcon />, isExact: true },
  { to: '/devices', label: 'Devices', icon: <DeviceIcon />, isExact: false },
  { to: '/alerts', label: 'Alerts', icon: <BellIcon />, isExact: false },
  { to: '/system', label: 'System', icon: <ServerIcon />, isExact: false },
];

function Navigation() {
  const isOwner = useMay('storage');
  const open = useAlerts().data?.open.length ?? 0;
  return (
    <nav className={styles.nav} aria-label="Pages">
      {places
        .filter(({ to }) => to !== '/system' || isOwner)
        .map(({ to, label, icon, isExact }) => (
          <NavLink key={to} to={to} end={isExact} className={styles.place ?? ''}>
            {icon}
            {label}
            {to === '/alerts' && open > 0 && (
              <span className={styles.count}>
                {open}
                <span className="sr-only"> open</span>
              </span>
            )}
          </NavLink>
        ))}
    </nav>
  );
}

/** What surrounds every page of a signed-in person; holds the live stream and the home's formats. */
export function Shell({ user }: { user: string }) {
  const client = useQueryClient();
  const home = useHome();
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  const before = useRef(pathname);

  useEffect(() => startLive(client, () => forgetSession(client)), [client]);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);

  const timeZone = home.data?.timeZone;
  const temperatureUnit = home.data?.temperatureUnit;
  const format = useMemo(
    () =>
      timeZone && temperatureUnit
        ? createFormat({ locale: browserFormat.locale, timeZone, temperatureUnit })
        : browserFormat,
    [timeZone, temperatureUnit],
  );

  return (
    <FormatContext value={format}>
      <div className={styles.shell}>
        <header className={styles.header}>
          <Link to="/" className={styles.brand}>
            <Logo />
            <span>{home.data?.name ?? 'Hearth'}</span>
          </Link>
          <Navigation />
          <LinkPill />
          <AccountMenu user={user} isDemoRunning={home.data?.isDemoRunning ?? false} />
        </header>
        <div className={styles.banners}>
          <Banners />
        </div>
        <main className={styles.main} ref={main} tabIndex={-1}>
          <Suspense fallback={<PanelSkeleton height="60vh" />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
    </FormatContext>
  );
}
