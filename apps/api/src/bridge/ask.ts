import type { Ask, AskOutcome, Device, QuantityName, Rejection } from '@hearth/contract';
import type { Tracing } from '@hearth/part';
import { randomUUID } from 'node:crypto';
import type { Connection } from '../devices/devices.ts';
import type { OutgoingRequests } from './outgoing.ts';
import type { Heard } from './read-message.ts';
import { preciseNow, traceRequest } from './traces.ts';

interface Waiting {
  device: string;
  startedMs: number;
  /** Round trip until the broker acknowledged; null before. */
  toBrokerMs: number | null;
  /** What is asked for, where the answer does not name the question. */
  loose: readonly QuantityName[] | null;
  settle: (outcome: AskOutcome) => void;
}

const deadlineDefaultMs = 2000;
/** A request names at most this many quantities. */
const quantitiesMax = 16;

/**
 * Asks devices for their present values, over MQTT. Whatever becomes of it is one of the five outcomes;
 * a value that is known already is never one of them.
 */
export function createAsks(
  outgoing: Pick<OutgoingRequests, 'get'>,
  now: () => number,
  tracing: Tracing | null = null,
) {
  const waiting = new Map<string, Waiting>();

  return {
    /** The first question to a device whose answer is its next report. */
    asked(device: string): { id: string; quantities: readonly QuantityName[] } | undefined {
      for (const [id, { device: whose, loose }] of waiting)
        if (whose === device && loose) return { id, quantities: loose };
      return undefined;
    },

    /** @throws {BrokerAwayError} when the request did not reach the broker. */
    async ask(device: Device, connection: Connection, ask: Ask): Promise<AskOutcome> {
      const early = withoutAsking(device, connection);
      if (early) return early;
      const { deadlineMs = deadlineDefaultMs } = ask;
      const known = Object.keys(device.about?.quantities ?? {}) as QuantityName[];
      const get = ask.quantities ?? known.slice(0, quantitiesMax);
      const id = `q-${randomUUID()}`;
      const outcome = Promise.withResolvers<AskOutcome>();
      const startedMs = performance.now();
      const from = preciseNow();
      const told = outgoing.get(device, connection.conn, id, get);
      if (told === null) return cannotBeAsked('nothing of what it reports can be asked for now');
      const { sent, loose } = told;
      const request: Waiting = {
        device: device.id,
        startedMs,
        toBrokerMs: null,
        loose,
        settle: outcome.resolve,
      };
      waiting.set(id, request);
      const timer = setTimeout(outcome.resolve, deadlineMs, { outcome: 'timed-out', deadlineMs });
      try {
        sent.then(() => (request.toBrokerMs = performance.now() - request.startedMs), outcome.reject);
        const ended = await outcome.promise;
        if (tracing) traceRequest(tracing, { id, device: device.id, from, outcome: ended });
        return ended;
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
      }
    },

    /** Takes a response as it arrives, or what was wrong with it; one that nobody waits for changes nothing. */
    hear(device: string, heard: Heard, looseId: string | null): void {
      const id = heard.response?.response.id ?? looseId ?? onlyRequestTo(device);
      const request = id === null ? undefined : waiting.get(id);
      if (!request || request.device !== device) return;
      const roundTripMs = round(performance.now() - request.startedMs);
      const note = heard.notes.find((each) => each.kind === 'rejected');
      const { response } = heard;
      if (response?.response.values || response?.response.error)
        request.settle(answer(response, request, roundTripMs, now()));
      else if (note) request.settle({ outcome: 'malformed', ...rejectionOf(note.message), roundTripMs });
    },
  };

  /** A response without a readable id can only be meant for the one request that waits. */
  function onlyRequestTo(device: string): string | null {
    const ids = [...waiting].filter(([, request]) => request.device === device).map(([id]) => id);
    return ids.length === 1 ? ids[0]! : null;
  }
}

function withoutAsking(device: Device, { conn, isOnline, since, isGateway }: Connection): AskOutcome | null {
  const notConnected: AskOutcome = { outcome: 'not-connected', since };
  if (device.ask === 'none') {
    const neverSpoke = device.source === 'contract' && device.about === null && !isGateway;
    if (neverSpoke && isOnline !== true) return notConnected;
    const detail = neverSpoke ? 'it has not said yet what it is' : 'it only reports on its own';
    return cannotBeAsked(detail);
  }
  const isAway = isOnline === false || (device.ask === 'contract' && conn === null);
  return isAway ? notConnected : null;
}

function cannotBeAsked(detail: string): AskOutcome {
  return { outcome: 'refused', code: 'cannot-be-asked', detail, roundTripMs: null };
}

function answer(
  { response, measuredAt }: NonNullable<Heard['response']>,
  request: Waiting,
  roundTripMs: number,
  now: number,
): AskOutcome {
  const { error, values, faults, tookMs } = response;
  if (error) {
    const detail = error.detail === undefined ? {} : { detail: error.detail };
    return { outcome: 'refused', code: error.code, ...detail, roundTripMs };
  }
  // The broker may hand the request on before it acknowledges it.
  const toBrokerMs = round(Math.min(request.toBrokerMs ?? 0, roundTripMs));
  const onDeviceMs = tookMs === undefined ? null : round(Math.min(tookMs, roundTripMs - toBrokerMs));
  return {
    outcome: 'answered',
    values: values!,
    ...(faults ? { faults } : {}),
    measuredAt,
    ageMs: Math.max(0, Math.round(now - measuredAt)),
    source: 'device',
    roundTripMs,
    legs: { toBrokerMs, onDeviceMs, wireMs: round(roundTripMs - toBrokerMs - (onDeviceMs ?? 0)) },
  };
}

function rejectionOf({ rule, path, expected, got }: Rejection): Rejection {
  return { rule, path, expected, got };
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
