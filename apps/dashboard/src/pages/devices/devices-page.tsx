import { useSearchParams } from 'react-router';
import type { Device } from '@hearth/contract';
import { aDayMovesMs, findSubject, useAvailability } from '../../api/availability-queries.ts';
import { useMay } from '../../api/people-queries.ts';
import { wordsFor } from '../../api/problem.ts';
import { useDevices, useRooms } from '../../api/queries.ts';
import { SimulatedBadge } from '../../components/badge.tsx';
import { Button, ButtonLink } from '../../components/button.tsx';
import { DeviceRow } from '../../components/device-row.tsx';
import { DeviceIcon, PlusIcon } from '../../components/icons.tsx';
import { Empty, Failed } from '../../components/notice.tsx';
import { LoadingWord, PanelSkeleton } from '../../components/skeletons.tsx';
import { useTimed } from '../../clock.ts';
import { severity } from '../../freshness.ts';
import { deviceFreshness } from '../../room-view.ts';
import { ConnectDialog } from './connect-dialog.tsx';
import styles from './devices-page.module.css';

/** How bad it is with a device: a gateway has no values that could grow old. */
function weightOf(device: Device, nowAt: number): number {
  const isOfGateway = device.role === 'gateway' && device.isOnline !== false;
  return isOfGateway ? 0 : severity(deviceFreshness(device, nowAt));
}

/** Silent before stale before live; among equals those whose messages were not taken, then by name. */
function useWorstFirst(devices: Device[] = []): Device[] {
  // Compared as text: the order changes when a state does, not with every reading.
  const order = useTimed((nowAt) =>
    devices
      .map((device) => ({
        device,
        weight: weightOf(device, nowAt) * 2 + (device.counts.rejected > 0 ? 1 : 0),
      }))
      .sort((a, b) => b.weight - a.weight || a.device.name.localeCompare(b.device.name))
      .map(({ device }) => device.id)
      .join(),
  );
  const byId = new Map(devices.map((device) => [device.id, device]));
  return order.split(',').flatMap((id) => byId.get(id) ?? []);
}

function Loading() {
  return (
    <div className={styles.list}>
      <LoadingWord />
      {Array.from({ length: 6 }, (_, i) => (
        <PanelSkeleton key={i} height="84px" />
      ))}
    </div>
  );
}

function NoDevices({ onConnect }: { onConnect: () => void }) {
  const mayAdd = useMay('addDevice');
  if (!mayAdd)
    return (
      <Empty picture={<DeviceIcon />} title="No devices yet">
        An owner of this home connects them, and says which rooms you see.
      </Empty>
    );
  return (
    <Empty picture={<DeviceIcon />} title="No devices yet" action={<DeviceActions onConnect={onConnect} />}>
      A thermostat, a heater or a sensor that speaks MQTT. You get its address and password on the next
      screen. If you make one, have it checked first: nothing of a check reaches the home.
    </Empty>
  );
}

/** Ways to a device, for who may go them. */
function DeviceActions({ onConnect }: { onConnect: () => void }) {
  const mayAdd = useMay('addDevice');
  const mayCheck = useMay('startCheck');
  return (
    <div className={styles.actions}>
      {mayCheck && <ButtonLink to="/check">Check a device</ButtonLink>}
      {mayAdd && (
        <Button look="primary" onClick={onConnect}>
          <PlusIcon /> Connect a device
        </Button>
      )}
    </div>
  );
}

/** Every device, worst first. */
export function DevicesPage() {
  const rooms = useRooms();
  const devices = useDevices();
  const availability = useAvailability(aDayMovesMs);
  const [search, setSearch] = useSearchParams();
  const isConnecting = useMay('addDevice') && search.has('connect');
  const setConnecting = (isOpen: boolean) => setSearch(isOpen ? { connect: '' } : {}, { replace: true });

  const names = new Map(rooms.data?.map((room) => [room.id, room.name]));
  const sorted = useWorstFirst(devices.data);

  const isAllSimulated = sorted.length > 0 && sorted.every((device) => device.about?.simulated);

  return (
    <>
      <title>Devices · Hearth</title>
      <header className={styles.head}>
        <div className={styles.title}>
          <h1>Devices</h1>
          {isAllSimulated && <SimulatedBadge>All simulated</SimulatedBadge>}
        </div>
        {devices.data && devices.data.length > 0 && <DeviceActions onConnect={() => setConnecting(true)} />}
      </header>
      {devices.error && !devices.data ? (
        <Failed title="The devices could not be loaded" onRetry={() => void devices.refetch()}>
          {wordsFor(devices.error)}
        </Failed>
      ) : !devices.data ? (
        <Loading />
      ) : sorted.length === 0 ? (
        <NoDevices onConnect={() => setConnecting(true)} />
      ) : (
        <ul className={styles.list}>
          {sorted.map((device) => (
            <DeviceRow
              key={device.id}
              device={device}
              room={names.get(device.roomId ?? '') ?? null}
              isMarked={!isAllSimulated}
              availability={findSubject(availability.data?.subjects ?? [], { kind: 'device', id: device.id })}
              today={availability.data?.today ?? ''}
            />
          ))}
        </ul>
      )}
      {isConnecting && <ConnectDialog onClose={() => setConnecting(false)} />}
    </>
  );
}
