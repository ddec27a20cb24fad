import type { Database } from 'better-sqlite3';
import { openSetting } from '../settings.ts';
import { startAnnouncer, type Announcer } from './announcer.ts';

/** A Home Assistant that is spoken to, or not. */
export interface HomeAssistant extends AsyncDisposable {
  /** Tells it of an alert; null where it is switched off. */
  tell: Announcer['tell'] | null;
}

/** Speaks to a Home Assistant where that is on; at the first start with `off` it takes back what was announced. */
export function startHomeAssistant({
  mode,
  db,
  ...parts
}: { mode: 'on' | 'off'; db: Database } & Omit<
  Parameters<typeof startAnnouncer>[0],
  'isOn' | 'onConnected'
>): HomeAssistant {
  const isOn = mode === 'on';
  const last = openSetting(db, 'homeassistant');
  if (!isOn && last.get() !== 'on') return { tell: null, async [Symbol.asyncDispose]() {} };
  const announcer = startAnnouncer({ ...parts, isOn, onConnected: () => last.set(mode) });
  return {
    tell: isOn ? (notice) => announcer.tell(notice) : null,
    [Symbol.asyncDispose]: () => announcer[Symbol.asyncDispose](),
  };
}
