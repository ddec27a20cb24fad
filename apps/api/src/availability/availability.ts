import {
  availabilityDays,
  type AskOutcome,
  type Availability,
  type AvailabilityAnswer,
  type AvailabilityState,
  type Device,
  type Objective,
  type Objectives,
  type Room,
  type StatusPage,
} from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Database } from 'better-sqlite3';
import { openSetting } from '../settings.ts';
import { openAvailabilityTable } from './availability-table.ts';
import { createDayOf, daysUpTo } from '../days.ts';
import { openHistory } from './history.ts';
import { openMaintenance } from './maintenance.ts';
import { defaultObjectives, judge } from './objectives.ts';
import { openSharing } from './sharing.ts';
import { keyOf, lookAt, subjectOf, type Legs } from './subjects.ts';
import { shareOf, sumOf } from './tally.ts';

/** How often is looked: what lies between is taken to have been as it was at the last look. */
const lookMs = 10_000;
const saveMs = 60_000;
/** Where nobody looked for longer, this process stood still: that is an outage of ours. */
const stoodStillMs = 60_000;
/** Where nobody was for longer, the time is not that of a restart any more: it is not known what was. */
const goneMaxMs = availabilityDays * 86_400_000;

/** The tallies of answers; not a subject that people see. */
const asksKey = 'asks';

/** What the availability is made from, as it is now. */
export interface Present {
  devices: () => readonly Device[];
  rooms: () => readonly Room[];
  legs: () => Legs;
  home: () => { name: string; timeZone: string };
}

/**
 * Keeps how much of the time each device, each room, the home and the platform worked, by day; and answers that came
 * in time. Our own outage is the platform's and the home's, never a device's.
 * @param monotonicMs A clock that is never set: one that is would make time out of nothing.
 */
export function openAvailability(parts: {
  db: Database;
  present: Present;
  log: Log;
  now: () => number;
  monotonicMs: () => number;
}) {
  const { db, present, log, now, monotonicMs } = parts;
  const table = openAvailabilityTable(db);
  const dayOf = createDayOf(() => present.home().timeZone);
  const history = openHistory(table, dayOf);
  const maintenance = openMaintenance(db, now);
  const sharing = openSharing(db);
  const setting = openSetting(db, 'objectives');
  const objectives = (): Objectives => ({
    ...defaultObjectives,
    ...(JSON.parse(setting.get() ?? '{}') as Partial<Objectives>),
  });

  /** Nobody looked since then: the platform and the home were away; of devices nobody knows. */
  function noteGone(since: number): void {
    if (!maintenance.isOn()) for (const key of ['leg/api', 'home']) history.addSpan(key, since, now(), 'bad');
  }
  const savedAt = table.savedAt();
  const goneMs = savedAt === null ? 0 : now() - savedAt;
  if (savedAt !== null && goneMs > 0 && goneMs < goneMaxMs) noteGone(savedAt);

  const look = (): Map<string, AvailabilityState> =>
    lookAt({ devices: present.devices(), rooms: present.rooms(), legs: present.legs() }, now());
  let states = look();
  let isAnnounced = maintenance.isOn();
  let lookedAtMs = monotonicMs();
  let savedAtMs = lookedAtMs;

  function takeTime(): void {
    const elapsed = Math.round(monotonicMs() - lookedAtMs);
    lookedAtMs += elapsed;
    if (elapsed > stoodStillMs) noteGone(now() - elapsed);
    else if (!isAnnounced && !maintenance.isOn())
      for (const [key, state] of states)
        if (state !== 'unknown')
          history.add(key, now(), { good: state === 'up' ? elapsed : 0, bad: state === 'up' ? 0 : elapsed });
    states = look();
    isAnnounced = maintenance.isOn();
  }
  function save(): void {
    takeTime();
    history.save(now());
    savedAtMs = monotonicMs();
  }
  const timer = setInterval(() => {
    try {
      if (monotonicMs() - savedAtMs >= saveMs) save();
      else takeTime();
    } catch (error) {
      // The disk refuses: it is tried again at the next look, and what was counted is still here.
      log.warn({ err: error }, 'availability could not be saved');
    }
  }, lookMs).unref();

  const lastDays = (): string[] => daysUpTo(dayOf(now()), availabilityDays);
  function show(key: string): Availability {
    const days = history.ofDays(key, lastDays());
    return {
      subject: subjectOf(key),
      state: states.get(key) ?? 'unknown',
      share: shareOf(sumOf(days.filter((day) => day !== undefined))),
      days: days.map((day) => (day === undefined ? null : shareOf(day))),
    };
  }
  function reached(): Objective[] {
    const { available, answered } = objectives();
    const today = dayOf(now());
    const judged = (kind: Objective['kind'], target: number, key: string): Objective =>
      judge(kind, target, history.month(key, today), (ms) => history.late(key, ms, now()));
    return [judged('available', available, 'home'), judged('answered', answered, asksKey)];
  }
  function answer(): AvailabilityAnswer {
    takeTime();
    return {
      today: dayOf(now()),
      subjects: [...states.keys()].map(show),
      objectives: objectives(),
      reached: reached(),
      maintenance: maintenance.list(),
    };
  }

  return {
    answer,
    /** How far the objectives are met now. */
    objectives(): Objective[] {
      takeTime();
      return reached();
    },
    changeObjectives(next: Objectives): void {
      setting.set(JSON.stringify(next));
    },
    /** Counts what became of a question; one to a device that only reports on its own is none. */
    noteAsk(outcome: AskOutcome): void {
      if (outcome.outcome === 'refused' && outcome.code === 'cannot-be-asked') return;
      if (maintenance.isOn()) return;
      const isGood =
        (outcome.outcome === 'answered' || outcome.outcome === 'refused') &&
        (outcome.roundTripMs ?? Infinity) <= objectives().answeredWithinMs;
      history.add(asksKey, now(), { good: Number(isGood), bad: Number(!isGood) });
    },
    maintenance,
    sharing,
    /** What a stranger with the link sees; null for a token that leads nowhere. */
    statusPage(token: string): StatusPage | null {
      if (!sharing.isToken(token)) return null;
      takeTime();
      const { showsNames } = sharing.link();
      const home = show('home');
      const shown = present.rooms().flatMap(({ id, name }, i) => {
        const { state, share, days } = show(keyOf({ kind: 'room', id }));
        return states.has(`room/${id}`)
          ? [{ name: showsNames ? name : `Room ${i + 1}`, state, share, days }]
          : [];
      });
      const next = maintenance.list().find(({ to }) => to > now());
      return {
        home: showsNames ? present.home().name : null,
        now: now(),
        today: dayOf(now()),
        state: home.state,
        share: home.share,
        days: home.days,
        parts: shown,
        maintenance: next ? { from: next.from, to: next.to } : null,
      };
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      save();
    },
  };
}
export type AvailabilityWatch = ReturnType<typeof openAvailability>;
