import { Type } from 'typebox';
import { Deeds, DeedsQuery } from './audit.ts';
import { Session } from './http.ts';
import {
  Accept,
  ChangePassword,
  InvitationToken,
  MadeInvitation,
  OwnSession,
  People,
  Person,
  Standing,
  Welcome,
} from './people.ts';
import type { Route } from './route.ts';
import { closed } from './shorthand.ts';

const one = Type.Object({ id: Type.String({ pattern: '^\\d{1,15}$' }) }, closed);
const session = Type.Object({ id: OwnSession.properties.id }, closed);

/** Routes of people: who is in the home, how others come in, and where oneself is signed in. */
export const peopleRoutes = {
  people: {
    method: 'GET',
    path: '/api/people',
    access: 'session',
    summary: 'Who is in the home, and who is invited',
    answer: [200, People],
  },
  changePerson: {
    method: 'PUT',
    path: '/api/people/:id',
    access: 'session',
    summary: 'Change what somebody may do and see; where they are signed in, that ends',
    params: one,
    body: Standing,
    answer: [200, Person],
    problems: ['not-found', 'last-owner'],
  },
  removePerson: {
    method: 'DELETE',
    path: '/api/people/:id',
    access: 'session',
    summary: 'Remove somebody; their sessions end at once',
    params: one,
    answer: [204, null],
    problems: ['not-found', 'last-owner'],
  },
  invite: {
    method: 'POST',
    path: '/api/invitations',
    access: 'session',
    summary: 'Invite somebody; the link holds once, for 48 hours, and its token is told once',
    body: Standing,
    answer: [201, MadeInvitation],
    problems: ['not-found', 'too-many'],
  },
  withdrawInvitation: {
    method: 'DELETE',
    path: '/api/invitations/:id',
    access: 'session',
    summary: 'Withdraw an invitation: its link is dead',
    params: one,
    answer: [204, null],
    problems: ['not-found'],
  },
  readInvitation: {
    method: 'POST',
    path: '/api/invitation',
    access: 'public',
    summary: 'What an invitation is for; it is not used by this',
    body: Type.Object({ token: InvitationToken }, closed),
    answer: [200, Welcome],
    problems: ['not-found', 'too-many'],
  },
  acceptInvitation: {
    method: 'POST',
    path: '/api/invitation/accept',
    access: 'public',
    summary: 'Make an account by an invitation, which is used up; signs in',
    body: Accept,
    answer: [201, Session],
    problems: ['not-found', 'too-many'],
  },
  audit: {
    method: 'GET',
    path: '/api/audit',
    access: 'session',
    summary: 'Who did what, the newest first',
    query: DeedsQuery,
    answer: [200, Deeds],
  },
  sessions: {
    method: 'GET',
    path: '/api/sessions',
    access: 'session',
    summary: 'Where one is signed in, the newest use first',
    answer: [200, Type.Array(OwnSession)],
  },
  endSession: {
    method: 'DELETE',
    path: '/api/sessions/:id',
    access: 'session',
    summary: 'Sign out somewhere else',
    params: session,
    answer: [204, null],
    problems: ['not-found'],
  },
  endOtherSessions: {
    method: 'DELETE',
    path: '/api/sessions',
    access: 'session',
    summary: 'Sign out everywhere but here',
    answer: [204, null],
  },
  changePassword: {
    method: 'PUT',
    path: '/api/session/password',
    access: 'session',
    summary: 'Change one’s password; everywhere but here one is signed out',
    body: ChangePassword,
    answer: [204, null],
    problems: ['wrong-credentials', 'too-many'],
  },
} as const satisfies Record<string, Route>;
