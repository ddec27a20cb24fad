import type { StatusLink } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { openSetting } from '../settings.ts';

/** 128 random bits in base64url. */
const newToken = (): string => randomBytes(16).toString('base64url');

const notShared: StatusLink = { isShared: false, showsNames: false, token: null };

/** Whether the status page is shared, and by which link; a change is on disk on return. */
export function openSharing(db: Database) {
  const setting = openSetting(db, 'status-page');
  const link = (): StatusLink => {
    const saved = setting.get();
    return saved === undefined ? notShared : (JSON.parse(saved) as StatusLink);
  };
  return {
    link,
    /** Shared anew it has another link: the former leads nowhere any more. */
    share({ isShared, showsNames }: Pick<StatusLink, 'isShared' | 'showsNames'>): StatusLink {
      const token = isShared ? (link().token ?? newToken()) : null;
      setting.set(JSON.stringify({ isShared, showsNames, token } satisfies StatusLink));
      return link();
    },
    isToken(token: string): boolean {
      const known = Buffer.from(link().token ?? '');
      const given = Buffer.from(token);
      return known.length > 0 && known.length === given.length && timingSafeEqual(known, given);
    },
  };
}
