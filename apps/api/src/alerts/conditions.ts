import type { AlertKind } from '@hearth/contract';
import type { Condition } from './condition.ts';
import { deviceConditions } from './device-conditions.ts';
import { platformConditions } from './platform-conditions.ts';
import { roomConditions } from './room-conditions.ts';
import { sensorConditions } from './sensor-conditions.ts';

/** Everything that is watched for, with its defaults. */
export const conditions: Readonly<Record<AlertKind, Condition>> = {
  ...platformConditions,
  ...deviceConditions,
  ...sensorConditions,
  ...roomConditions,
};
