import { ServerRefusal } from '../errors.ts';

const form = 'postgres://user:password@host:5432/database';

/**
 * A URL that is one of PostgreSQL. One whose password has signs that belong to URLs would be taken apart at the wrong
 * place, and parts of the password be shown as host or database.
 */
function parseAddress(url: string): URL | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol) || parsed.hash !== '') return null;
  const isPlain = /^(\/[^/@:]*)?$/.test(parsed.pathname);
  return isPlain && [...parsed.searchParams.keys()].every((name) => /^[a-z_]+$/.test(name)) ? parsed : null;
}

/** Where a PostgreSQL is, in words for people: without the password. */
export function shownAddress(url: string): string {
  const parsed = parseAddress(url);
  if (!parsed) return 'PostgreSQL';
  const host = decodeURIComponent(parsed.host) || (parsed.searchParams.get('host') ?? '');
  const user = parsed.username === '' ? '' : `${decodeURIComponent(parsed.username)}@`;
  return `PostgreSQL at ${user}${host}${decodeURIComponent(parsed.pathname)}`;
}

/** @throws {ServerRefusal} for a URL that cannot be used, without a part of it. */
export function assertAddress(url: string): void {
  if (parseAddress(url)) return;
  const message = `the URL has to be such as ${form}; in user name and password write @ : / ? # % as %40 %3A %2F %3F %23 %25`;
  throw new ServerRefusal({ code: 'address', message });
}
