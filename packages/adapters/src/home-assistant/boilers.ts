import type { Outgoing } from '../adapter.ts';
import { isObject, own, readJson, word } from '../json.ts';
import { isOthersTopic } from '../topic.ts';

/** How one value of a boiler's gateway is asked for; discovery itself has no way to ask. */
export interface Hook {
  ask: Outgoing;
  /** Where its answer comes besides the state topic itself, and what it is called there. */
  response: { topic: string; name: string; circuit: string } | null;
}

/** EMS-ESP's states: one for each of its devices, or for each circuit of one. */
const emsState = /^(.+)\/([a-z]+)_data(?:_(hc\d|dhw\d?|wwc\d))?$/;
/** BSB-LAN's: device, category, parameter. */
const bsbState = /^(.+\/\d+\/\d+\/\d+(?:\.\d+)?)\/status$/;

/**
 * The hook of a value by where its state is, and by its path in it; null where there is none.
 *
 * | gateway | asked by | answers on |
 * | ------- | -------- | ---------- |
 * | EMS-ESP | nothing to `ems-esp/thermostat/currtemp` | `ems-esp/response`, by name, or with words when it failed |
 * | ebusd | nothing to `ebusd/bai/FlowTemp/get` | the state's topic, or not at all |
 * | BSB-LAN | anything to `BSB-LAN/0/51/8700/poll` | the state's topic, or not at all |
 */
export function hookOf(topic: string, path: readonly string[], maker: string): Hook | null {
  const [, base, device, ownCircuit] = emsState.exec(topic) ?? [];
  if (base !== undefined) {
    const name = path.at(-1);
    const circuit = ownCircuit ?? (path.length > 1 ? path[0]! : '');
    if (name === undefined || !/^\w{1,40}$/.test(name + circuit)) return null;
    // The first circuit is meant where none is named.
    const place = circuit === '' || circuit === 'hc1' ? name : `${circuit}/${name}`;
    return hook(`${base}/${device}/${place}`, { topic: `${base}/response`, name, circuit });
  }
  const polled = bsbState.exec(topic)?.[1];
  if (polled !== undefined) return hook(`${polled}/poll`);
  return maker === 'ebusd.eu' || topic.startsWith('ebusd/') ? hook(`${topic}/get`) : null;
}

function hook(topic: string, response: Hook['response'] = null): Hook | null {
  return isOthersTopic(topic) ? { ask: { topic, payload: '' }, response } : null;
}

/** The keys of the first path in a template: `value_json.hc1.currtemp` and `value_json['a']['b']`. */
export function pathOf(template: unknown): string[] {
  const [, path = ''] =
    /value_json((?:\.\w{1,40}|\[\s*["'][\w ]{1,40}["']\s*\]){1,6})/.exec(word(template)) ?? [];
  return [...path.matchAll(/\w[\w ]*/g)].map(([key]) => key);
}

/** What EMS-ESP answers: a value by its name, or words that say what went wrong. */
export function readEmsResponse(
  payload: Uint8Array,
): { name: string; circuit: string; value: unknown } | { words: string } | null {
  const json = readJson(payload);
  if (json.ok && isObject(json.value)) {
    const { name, value } = json.value;
    return typeof name === 'string' ? { name, circuit: word(own(json.value, 'circuit')), value } : null;
  }
  const words = new TextDecoder().decode(payload.subarray(0, 200));
  return /error/i.test(words) ? { words } : null;
}
