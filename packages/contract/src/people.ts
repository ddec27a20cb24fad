import { Type, type Static } from 'typebox';
import { Instant, Name, RoomId } from './ids.ts';
import { closed, nullable } from './shorthand.ts';

/** What a person is in the home. */
export const roles = ['owner', 'member', 'viewer'] as const;
export const Role = Type.Enum([...roles], {
  description: 'An owner may do all; a member sets, acknowledges and mutes; a viewer looks and asks.',
});
export type Role = Static<typeof Role>;

export const VisibleRooms = nullable(Type.Array(RoomId, { maxItems: 200, uniqueItems: true }), {
  description: 'The rooms that this person sees; null: all of them, and what is in none.',
});
export type VisibleRooms = Static<typeof VisibleRooms>;

/** A password that somebody chooses. */
export const Password = Type.String({ minLength: 10, maxLength: 256 });

/** What somebody may do and see; an owner sees all rooms. */
export const Standing = Type.Object({ role: Role, rooms: VisibleRooms }, closed);
export type Standing = Static<typeof Standing>;

export const Person = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  name: Name,
  role: Role,
  rooms: VisibleRooms,
  since: Instant,
  lastSeenAt: nullable(Instant, { description: 'To ten minutes; null: not signed in anywhere.' }),
});
export type Person = Static<typeof Person>;

export const Invitation = Type.Object({
  id: Type.Integer({ minimum: 1 }),
  role: Role,
  rooms: VisibleRooms,
  madeBy: Name,
  expiresAt: Instant,
});
export type Invitation = Static<typeof Invitation>;

export const People = Type.Object({ people: Type.Array(Person), invitations: Type.Array(Invitation) });
export type People = Static<typeof People>;

/** The token of a link, which is told once: `/invitation#{token}`. */
export const InvitationToken = Type.String({
  pattern: '^[A-Za-z0-9_-]{22}$',
  description: 'Of an invitation’s link: 128 random bits, base64url.',
});
export const MadeInvitation = Type.Object({ invitation: Invitation, token: InvitationToken });
export type MadeInvitation = Static<typeof MadeInvitation>;

export const Accept = Type.Object({ token: InvitationToken, name: Name, password: Password }, closed);
export type Accept = Static<typeof Accept>;

/** What the guest is told before they choose a name. */
export const Welcome = Type.Object({ home: Name, madeBy: Name, role: Role });
export type Welcome = Static<typeof Welcome>;

/** Where somebody is signed in. */
export const OwnSession = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  isThis: Type.Boolean(),
  device: Type.String({ description: 'What the browser says it is, shortened.' }),
  address: Type.String({ description: 'From which it signed in.' }),
  startedAt: Instant,
  lastSeenAt: Instant,
});
export type OwnSession = Static<typeof OwnSession>;

export const ChangePassword = Type.Object(
  { present: Type.String({ maxLength: 256 }), next: Password },
  closed,
);
export type ChangePassword = Static<typeof ChangePassword>;
