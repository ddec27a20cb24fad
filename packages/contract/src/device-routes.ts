import { Type } from 'typebox';
import { Ask, AskOutcome, Command, SetSetpoint } from './asking.ts';
import * as http from './http.ts';
import { DeviceId } from './ids.ts';
import { DeviceMonitoring } from './monitoring.ts';
import { Pair, Paired, Pairing } from './pairing.ts';
import type { Route } from './route.ts';
import { closed } from './shorthand.ts';
import { DaysQuery, DeviceDays } from './storage.ts';

const device = Type.Object({ id: DeviceId }, closed);

/** Routes of the devices: their credentials, pairing, asking and setting. */
export const deviceRoutes = {
  devices: {
    method: 'GET',
    path: '/api/devices',
    access: 'session',
    summary: 'The devices with their newest values',
    answer: [200, Type.Array(http.Device)],
  },
  device: {
    method: 'GET',
    path: '/api/devices/:id',
    access: 'session',
    summary: 'One device, with what was rejected of it',
    params: device,
    answer: [200, http.DeviceDetail],
    problems: ['not-found'],
  },
  deviceDays: {
    method: 'GET',
    path: '/api/devices/:id/days',
    access: 'session',
    summary: 'Readings that are missing or came again, by day of the home',
    params: device,
    query: DaysQuery,
    answer: [200, DeviceDays],
    problems: ['not-found'],
  },
  deviceMonitoring: {
    method: 'GET',
    path: '/api/devices/:id/monitoring',
    access: 'session',
    summary: 'The clocks of a device, how it answers and how it is heard, by day of the home',
    params: device,
    answer: [200, DeviceMonitoring],
    problems: ['not-found'],
  },
  addDevice: {
    method: 'POST',
    path: '/api/devices',
    access: 'session',
    summary: 'Make a credential for a device or gateway; the secret is shown once',
    body: http.NewDevice,
    answer: [201, http.DeviceCredential],
    problems: ['already-there', 'not-found', 'cannot-encrypt', 'broker-away'],
  },
  changeDevice: {
    method: 'PATCH',
    path: '/api/devices/:id',
    access: 'session',
    summary: 'Rename a device or put it in a room',
    params: device,
    body: http.DevicePatch,
    answer: [200, http.Device],
    problems: ['not-found'],
  },
  removeDevice: {
    method: 'DELETE',
    path: '/api/devices/:id',
    access: 'session',
    summary: 'Revoke a device’s credential and forget the device; its readings stay',
    params: device,
    answer: [204, null],
    problems: ['not-found', 'broker-away'],
  },
  changeSecret: {
    method: 'POST',
    path: '/api/devices/:id/secret',
    access: 'session',
    summary: 'Make the device’s next secret; the former one works until the next is used, a week at most',
    params: device,
    answer: [201, http.RotatedCredential],
    problems: ['not-found', 'broker-away'],
  },
  encrypt: {
    method: 'POST',
    path: '/api/devices/:id/encryption',
    access: 'session',
    summary:
      'Encrypt the device’s payloads with a new secret, shown once; clear ones are refused from now on',
    params: device,
    answer: [201, http.PayloadKey],
    problems: ['not-found', 'cannot-encrypt'],
  },
  stopEncrypting: {
    method: 'DELETE',
    path: '/api/devices/:id/encryption',
    access: 'session',
    summary: 'Take the device’s payloads in clear again',
    params: device,
    answer: [204, null],
    problems: ['not-found'],
  },
  pairing: {
    method: 'GET',
    path: '/api/pairing',
    access: 'session',
    summary: 'Whether a device may pair now, and with which code',
    answer: [200, Pairing],
  },
  openPairing: {
    method: 'POST',
    path: '/api/pairing',
    access: 'session',
    summary: 'Make a pairing code for one device; an earlier one ends',
    answer: [201, Pairing],
  },
  closePairing: {
    method: 'DELETE',
    path: '/api/pairing',
    access: 'session',
    summary: 'End the pairing code',
    answer: [204, null],
  },
  pair: {
    method: 'POST',
    path: '/api/pair',
    access: 'public',
    summary: 'Pair a device with the code that the owner reads out; what it answers is said once',
    body: Pair,
    answer: [201, Paired],
    problems: ['wrong-pairing-code', 'pairing-closed', 'already-there', 'too-many', 'broker-away'],
  },
  ask: {
    method: 'POST',
    path: '/api/devices/:id/ask',
    access: 'session',
    summary: 'Ask the device for its present values, over MQTT',
    params: device,
    body: Ask,
    answer: [200, AskOutcome],
    problems: ['not-found', 'broker-away'],
  },
  setSetpoint: {
    method: 'PUT',
    path: '/api/devices/:id/setpoint',
    access: 'session',
    summary: 'Request a setpoint; the device’s report is the truth',
    params: device,
    body: SetSetpoint,
    answer: [202, Command],
    problems: ['not-found', 'device-offline', 'cannot-set', 'out-of-range', 'broker-away'],
  },
} as const satisfies Record<string, Route>;
