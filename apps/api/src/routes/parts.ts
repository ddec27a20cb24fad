import type { Accounts } from '../accounts/accounts.ts';
import type { Whereabouts } from '../accounts/sight.ts';
import type { Alerts } from '../alerts/alerts.ts';
import type { AvailabilityWatch } from '../availability/availability.ts';
import type { Backups } from '../backups/backups.ts';
import type { Bridge } from '../bridge/bridge.ts';
import type { Checking } from '../conformance/checking.ts';
import type { Credentials } from '../credentials.ts';
import type { Demo } from '../demo.ts';
import type { Devices } from '../devices/devices.ts';
import type { Gateways } from '../gateways.ts';
import type { HealthWatch } from '../health.ts';
import type { HomeRecord } from '../homes.ts';
import type { DeviceWatch } from '../monitoring/device-watch.ts';
import type { Metrics } from '../metrics.ts';
import type { Pairing } from '../pairing.ts';
import type { Probe } from '../probe/probe.ts';
import type { ProbeStore } from '../probe/probe-store.ts';
import type { Reporters } from '../probe/reporters.ts';
import type { PlaceOfBroker } from '../broker-place.ts';
import type { AccessChecks } from '../http/access.ts';
import type { EventStreams } from '../http/events.ts';
import type { Retention } from '../retention.ts';
import type { Exports } from '../transfers/exports.ts';
import type { Imports } from '../transfers/imports.ts';
import type { Store } from '@hearth/store';

/** The parts of the api that routes speak with; each route names those that it uses. */
export interface Parts {
  accounts: Accounts;
  access: AccessChecks;
  alerts: Alerts;
  availability: AvailabilityWatch;
  backups: Backups;
  bridge: Bridge;
  checking: Checking;
  credentials: Credentials;
  demo: Demo;
  devices: Devices;
  watch: DeviceWatch;
  exports: Exports;
  gateways: Gateways;
  health: HealthWatch;
  home: HomeRecord;
  imports: Imports;
  metrics: Metrics;
  pairing: Pairing;
  placeOfBroker: PlaceOfBroker;
  probe: Probe;
  probeStore: ProbeStore;
  /** The wall clock, Unix ms. */
  now: () => number;
  /** A clock that never jumps, in ms. */
  monotonicMs: () => number;
  reporters: Reporters;
  retention: Retention;
  store: Store;
  streams: EventStreams;
  /** In which room things are, for whoever is kept to some. */
  whereabouts: Whereabouts;
}
