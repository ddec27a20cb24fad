import { lazy, Suspense } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router';
import { LoadingWord } from './components/skeletons.tsx';
import { insist } from './insist.ts';
import { Gate } from './pages/gate.tsx';
import { HomePage } from './pages/home/home-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';

// Home comes with the first load; the other pages when they are gone to, or the page has nothing to do.
const room = () => import('./pages/room/room-page.tsx');
const devices = () => import('./pages/devices/devices-page.tsx');
const device = () => import('./pages/device/device-page.tsx');
const check = () => import('./pages/check/check-page.tsx');
const alerts = () => import('./pages/alerts/alerts-page.tsx');
const system = () => import('./pages/system/system-page.tsx');
const RoomPage = lazy(() => insist(room).then((page) => ({ default: page.RoomPage })));
const DevicesPage = lazy(() => insist(devices).then((page) => ({ default: page.DevicesPage })));
const DevicePage = lazy(() => insist(device).then((page) => ({ default: page.DevicePage })));
const CheckPage = lazy(() => insist(check).then((page) => ({ default: page.CheckPage })));
const AlertsPage = lazy(() => insist(alerts).then((page) => ({ default: page.AlertsPage })));
const SystemPage = lazy(() => insist(system).then((page) => ({ default: page.SystemPage })));
const PeoplePage = lazy(() =>
  insist(() => import('./pages/people/people-page.tsx')).then((page) => ({ default: page.PeoplePage })),
);
const AccountPage = lazy(() =>
  insist(() => import('./pages/account/account-page.tsx')).then((page) => ({ default: page.AccountPage })),
);
const InvitationPage = lazy(() =>
  insist(() => import('./pages/invitation/invitation-page.tsx')).then((page) => ({
    default: page.InvitationPage,
  })),
);
const StatusPage = lazy(() =>
  insist(() => import('./pages/status/status-page.tsx')).then((page) => ({ default: page.StatusPage })),
);
const SetupPage = lazy(() =>
  insist(() => import('./pages/setup/setup-page.tsx')).then((page) => ({ default: page.SetupPage })),
);
const SignInPage = lazy(() =>
  insist(() => import('./pages/sign-in/sign-in-page.tsx')).then((page) => ({ default: page.SignInPage })),
);

/** Fetches the pages that people go to from Home, so that going there is at once. */
export async function fetchPages(): Promise<void> {
  await Promise.all([
    room(),
    devices(),
    device(),
    alerts(),
    system(),
    import('./components/history-chart.tsx'),
  ]);
}

/** Every page and its address. */
export function AppRoutes() {
  return (
    <BrowserRouter>
      <Suspense fallback={<LoadingWord />}>
        <Routes>
          <Route path="/setup" element={<SetupPage />} />
          <Route path="/sign-in" element={<SignInPage />} />
          <Route path="/invitation" element={<InvitationPage />} />
          <Route path="/status/:token" element={<StatusPage />} />
          <Route element={<Gate />}>
            <Route index element={<HomePage />} />
            <Route path="rooms/:id" element={<RoomPage />} />
            <Route path="devices" element={<DevicesPage />} />
            <Route path="devices/:id" element={<DevicePage />} />
            <Route path="check" element={<CheckPage />} />
            <Route path="alerts" element={<AlertsPage />} />
            <Route path="account" element={<AccountPage />} />
            <Route path="people" element={<PeoplePage />} />
            <Route path="system" element={<SystemPage />} />
            <Route path="*" element={<NotFoundPage />} />
          </Route>
        </Routes>
      </Suspense>
    </BrowserRouter>
  );
}
