import type { AddRoute } from '../http/route.ts';
import { addAlertRoutes } from './alerts.ts';
import { addAskRoutes } from './ask.ts';
import { addBackupRoutes } from './backups.ts';
import { addConformanceRoutes } from './conformance.ts';
import { addDemoRoutes } from './demo.ts';
import { addDeviceRoutes } from './devices.ts';
import { addEncryptionRoutes } from './encryption.ts';
import { addEnrolmentRoutes } from './enrolment.ts';
import { addEventRoutes } from './events.ts';
import { addExportRoutes } from './exports.ts';
import { addHealthRoutes } from './health.ts';
import { addHomeRoutes } from './homes.ts';
import { addImportRoutes } from './imports.ts';
import { addMetricsRoutes } from './metrics.ts';
import { addPairingRoutes } from './pairing.ts';
import type { Parts } from './parts.ts';
import { addRoomRoutes } from './rooms.ts';
import { addSeriesRoutes } from './series.ts';
import { addSessionRoutes } from './session.ts';
import { addSetpointRoutes } from './setpoint.ts';
import { addSetupRoutes } from './setup.ts';
import { addStorageRoutes } from './storage.ts';

/** Every resource of the api, one file each. */
export function addAllRoutes(addRoute: AddRoute, parts: Parts): void {
  addHealthRoutes(addRoute, parts);
  addAlertRoutes(addRoute, parts);
  addSetupRoutes(addRoute, parts);
  addSessionRoutes(addRoute, parts);
  addHomeRoutes(addRoute, parts);
  addRoomRoutes(addRoute, parts);
  addDeviceRoutes(addRoute, parts);
  addEncryptionRoutes(addRoute, parts);
  addPairingRoutes(addRoute, parts);
  addAskRoutes(addRoute, parts);
  addSetpointRoutes(addRoute, parts);
  addSeriesRoutes(addRoute, parts);
  addStorageRoutes(addRoute, parts);
  addConformanceRoutes(addRoute, parts);
  addBackupRoutes(addRoute, parts);
  addExportRoutes(addRoute, parts);
  addImportRoutes(addRoute, parts);
  addEventRoutes(addRoute, parts);
  addEnrolmentRoutes(addRoute, parts);
  addDemoRoutes(addRoute, parts);
  addMetricsRoutes(addRoute, parts);
}
