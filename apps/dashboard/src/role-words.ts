import type { Role } from '@hearth/contract';

/** What a role is called, and what it may do. */
export const roleWords: Record<Role, { name: string; may: string }> = {
  viewer: { name: 'Viewer', may: 'looks, and asks devices' },
  member: { name: 'Member', may: 'sets temperatures and sees to alerts' },
  owner: { name: 'Owner', may: 'may do all' },
};
