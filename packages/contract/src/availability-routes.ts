import { Type } from 'typebox';
import {
  AvailabilityAnswer,
  Maintenance,
  NewMaintenance,
  Objectives,
  StatusLink,
  StatusPage,
  StatusSharing,
  StatusToken,
} from './availability.ts';
import type { Route } from './route.ts';
import { closed } from './shorthand.ts';

const byToken = Type.Object({ token: StatusToken }, closed);

/** How much of the time the home worked, what is aimed at, and the page that tells others. */
export const availabilityRoutes = {
  availability: {
    method: 'GET',
    path: '/api/availability',
    access: 'session',
    summary: 'Availability of devices, rooms, home and platform by day, and how far the objectives are met',
    answer: [200, AvailabilityAnswer],
  },
  changeObjectives: {
    method: 'PUT',
    path: '/api/availability/objectives',
    access: 'session',
    summary: 'Choose what is aimed at',
    body: Objectives,
    answer: [200, AvailabilityAnswer],
  },
  addMaintenance: {
    method: 'POST',
    path: '/api/availability/maintenance',
    access: 'session',
    summary: 'Announce time in which nothing counts; at most 30 days ahead and 7 long',
    body: NewMaintenance,
    answer: [201, Maintenance],
    problems: ['out-of-range'],
  },
  removeMaintenance: {
    method: 'DELETE',
    path: '/api/availability/maintenance/:id',
    access: 'session',
    summary: 'Take an announced time back, or end it now',
    params: Type.Object({ id: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) }, closed),
    answer: [204, null],
    problems: ['not-found'],
  },
  statusLink: {
    method: 'GET',
    path: '/api/status',
    access: 'session',
    summary: 'Whether a status page is shared, and its link',
    answer: [200, StatusLink],
  },
  shareStatus: {
    method: 'PUT',
    path: '/api/status',
    access: 'session',
    summary: 'Share a status page or end that; shared anew it has another link',
    body: StatusSharing,
    answer: [200, StatusLink],
  },
  statusPage: {
    method: 'GET',
    path: '/api/status/:token',
    access: 'public',
    summary: 'The shared status page, for who has its link',
    params: byToken,
    answer: [200, StatusPage],
    problems: ['not-found'],
  },
  statusBadge: {
    method: 'GET',
    path: '/api/status/:token/badge.svg',
    access: 'public',
    summary: 'The same as a badge (image/svg+xml)',
    params: byToken,
    answer: [200, null],
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;
