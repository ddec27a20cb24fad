import {
  parseJson,
  parseMessage,
  type About,
  type QuantityName,
  type Request,
  type Response,
  type SetValues,
  type Values,
} from '@hearth/contract';
import { refusalOfSet, type RefusalBody } from './appliances.ts';

/** What a device shows at one instant (Unix ms). */
export interface Measured {
  at: number;
  values: Values;
}

/** What answering a request needs of a device. */
export interface Asked {
  about: About;
  /** Measures anew; never an old value. */
  measure(): Measured;
  /** Applies and keeps absolute values that were checked. */
  set(values: SetValues): void;
}

export interface Answerer {
  /**
   * The response to a request's payload, or null for what is not a request at all.
   * @param conn The number of the connection that it came on.
   * @param didSet Called when values were applied, which is never so for a repeated id.
   */
  answer(payload: Uint8Array, conn: number, didSet: () => void): Response | null;
}

/** How many request ids a device remembers; the contract's number. */
const rememberedIds = 32;

/** Answers requests by the contract's rules: stale ones refused, repeated ones acted on once. */
export function createAnswerer(device: Asked): Answerer {
  const answered = new Map<string, Response>();
  return {
    answer(payload, conn, didSet) {
      const startedAt = performance.now();
      const parsed = parseMessage('request', payload);
      const head = parsed.ok ? parsed.value : readHead(payload);
      if (!head) return null;
      const before = answered.get(head.id);
      if (before) return before;
      if (head.conn !== undefined && head.conn !== conn)
        return refuse(head.id, { code: 'stale', detail: `this is connection ${conn}` });
      const response = parsed.ok
        ? respond(device, parsed.value, didSet)
        : refuse(head.id, refusalOfMalformed(device.about, parsed.rejection));
      response.tookMs = Math.round((performance.now() - startedAt) * 1000) / 1000;
      answered.set(head.id, response);
      if (answered.size > rememberedIds) answered.delete(answered.keys().next().value!);
      return response;
    },
  };
}

function respond(device: Asked, request: Request, didSet: () => void): Response {
  if (request.set) {
    const refusal = refusalOfSet(device.about, request.set);
    if (refusal) return refuse(request.id, refusal);
    device.set(request.set);
    didSet();
  }
  const names = request.get ?? (Object.keys(request.set ?? {}) as QuantityName[]);
  const unknown = names.find((name) => !device.about.quantities[name]);
  if (unknown)
    return refuse(request.id, { code: 'unknown-quantity', detail: `${unknown} is not measured here` });
  const { at, values } = device.measure();
  return { id: request.id, values: pick(values, names), at };
}

function pick(values: Values, names: readonly QuantityName[]): Values {
  return Object.fromEntries(names.map((name) => [name, values[name] ?? null])) as Values;
}

function refuse(id: string, error: RefusalBody): Response {
  return { id, error };
}

/** A setpoint beyond what the contract has at all is out of range too, by the device's own limits. */
function refusalOfMalformed(
  about: About,
  rejection: { rule: string; path: string; expected: string; got: string },
): RefusalBody {
  const limits = about.commands.set?.setpoint;
  const isTooFar = rejection.path === '/set/setpoint' && /^(minimum|maximum)$/.test(rejection.rule);
  if (isTooFar && limits)
    return { code: 'out-of-range', detail: 'setpoint in °C', min: limits.min, max: limits.max };
  const detail = `${rejection.path || 'request'}: expected ${rejection.expected}, got ${rejection.got}`;
  return { code: 'malformed', detail: detail.slice(0, 200) };
}

/** The id, and conn where there is one, of a request that breaks other rules; null when no id can be read. */
function readHead(payload: Uint8Array): { id: string; conn?: number } | null {
  const json = parseJson(payload);
  if (!json.ok || typeof json.value !== 'object' || json.value === null) return null;
  const { id, conn } = json.value as { id?: unknown; conn?: unknown };
  if (typeof id !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(id)) return null;
  return typeof conn === 'number' ? { id, conn } : { id };
}
