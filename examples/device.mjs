// A Hearth thermostat on MQTT.js. docs/device-makers.md says why each step is there; the conformance kit passes it.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'mqtt';

const env = process.env;
const {
  DEVICE = 'example',
  SECRET = '',
  HOME_ID = 'home',
  BROKER = '127.0.0.1',
  PORT = '1883',
  CA_FILE,
} = env;
const PERIOD_MS = Number(env.PERIOD_MS ?? 10_000);
const KEEPALIVE_S = Number(env.KEEPALIVE_S ?? 30);
const RETRY_MIN_MS = Number(env.RETRY_MIN_MS ?? 1000);
const RETRY_MAX_MS = 60_000;
const BUFFER_MAX = 1000;

const topicOf = (kind) => `hearth/v1/${HOME_ID}/${DEVICE}/${kind}`;
const limits = { min: 5, max: 30, step: 0.5 };
const modes = ['off', 'heat'];
const about = {
  contract: 1,
  maker: 'Example',
  model: 'MQTT.js thermostat',
  kind: 'thermostat',
  firmware: '1.0.0',
  power: 'mains',
  quantities: {
    temperature: { unit: '°C', min: -10, max: 50, resolution: 0.1, periodMs: PERIOD_MS },
    setpoint: { unit: '°C', min: limits.min, max: limits.max, resolution: limits.step, periodMs: PERIOD_MS },
    heating: { periodMs: PERIOD_MS },
    mode: { periodMs: PERIOD_MS },
  },
  commands: { get: true, set: { setpoint: limits, mode: modes } },
};

// Flash: what a power cut must not take. Written whole or not at all.
const flashFile = join(env.STATE_DIR ?? '.', `${DEVICE}.json`);
const flash = { boot: 0, setpoint: 20, mode: 'heat' };
if (existsSync(flashFile)) Object.assign(flash, JSON.parse(readFileSync(flashFile, 'utf8')));
function save() {
  writeFileSync(`${flashFile}.new`, JSON.stringify(flash));
  renameSync(`${flashFile}.new`, flashFile);
}
flash.boot += 1;
save();

let conn = 0;
let seq = 0;
let lastAt = 0;
let client = null;
let isLive = false; // the buffer is sent: readings go out as they are made
let waitingForReceipt; // a timer: the retained receipt comes right after the SUBACK, if there is one
let failures = 0;
let kept = []; // readings without a receipt, oldest first
const answers = new Map(); // by request id, the last 32

// The room and its sensor: put your own here. `clockOffMs` is how wrong the clock is.
let isUnplugged = false;
let clockOffMs = 0;
const sense = () => Math.round((20 + Math.random()) * 10) / 10;
const isHeating = (measured) => flash.mode === 'heat' && !isUnplugged && measured < flash.setpoint;

function measure(names) {
  const now = Date.now() + clockOffMs;
  // No two readings have the same instant.
  const at = now <= lastAt && now > lastAt - 100 ? lastAt + 1 : now;
  lastAt = at;
  const measured = sense();
  const { setpoint, mode } = flash;
  const all = { temperature: measured, setpoint, heating: isHeating(measured), mode };
  if (isUnplugged) all.temperature = null;
  const values = Object.fromEntries(names.map((name) => [name, all[name]]));
  return values.temperature === null ? { at, values, faults: { temperature: 'unplugged' } } : { at, values };
}

function publish(kind, message) {
  client?.publish(topicOf(kind), JSON.stringify(message), { qos: 1, retain: kind !== 'response' });
}

function report() {
  const reading = { boot: flash.boot, seq: ++seq, ...measure(Object.keys(about.quantities)) };
  kept.push(reading);
  if (kept.length > BUFFER_MAX) kept.shift();
  if (isLive) publish('reading', reading);
}

function takeReceipt({ boot, seq: upTo }) {
  if (!Number.isInteger(boot) || !Number.isInteger(upTo)) return;
  if (boot > flash.boot || (boot === flash.boot && upTo > seq)) return beginAnew(boot + 1);
  kept = kept.filter((reading) => reading.boot > boot || (reading.boot === boot && reading.seq > upTo));
  handIn();
}

/** The platform knows a later life of this device, or a reading that it never made: its count was lost. */
function beginAnew(boot) {
  flash.boot = boot;
  save();
  kept = kept.map((reading, i) => ({ ...reading, boot, seq: i + 1 }));
  seq = kept.length;
  conn = 0;
  client.end(true);
}

function refusalOf({ conn: forConn, get, set }) {
  if (forConn !== conn) return { code: Number.isInteger(forConn) ? 'stale' : 'malformed' };
  if ((get === undefined) === (set === undefined)) return { code: 'malformed', detail: 'either get or set' };
  if (get !== undefined) {
    if (!Array.isArray(get) || get.length === 0 || get.length > 16) return { code: 'malformed' };
    return get.every((name) => Object.hasOwn(about.quantities, name)) ? null : { code: 'unknown-quantity' };
  }
  if (typeof set !== 'object' || set === null || Object.keys(set).length === 0) return { code: 'malformed' };
  for (const name of Object.keys(set)) if (!about.commands.set[name]) return { code: 'read-only' };
  if (set.mode !== undefined && !modes.includes(set.mode)) return { code: 'out-of-range' };
  if (set.setpoint === undefined) return null;
  if (!Number.isFinite(set.setpoint)) return { code: 'malformed', detail: 'setpoint is a number' };
  const isWithin = set.setpoint >= limits.min && set.setpoint <= limits.max;
  return isWithin ? null : { code: 'out-of-range', min: limits.min, max: limits.max };
}

function apply({ setpoint = flash.setpoint, mode = flash.mode }) {
  flash.setpoint = Math.round(setpoint / limits.step) * limits.step;
  flash.mode = mode;
  save();
}

function takeRequest(request, isRetained) {
  const beganAt = performance.now();
  if (isRetained || !/^[\w.-]{1,64}$/.test(request.id) || typeof request.id !== 'string') return;
  let answer = answers.get(request.id);
  if (!answer) {
    const error = refusalOf(request);
    if (!error && request.set) apply(request.set);
    const names = request.get ?? Object.keys(request.set ?? {});
    answer = { id: request.id, ...(error ? { error } : measure(names)), tookMs: performance.now() - beganAt };
    answers.set(request.id, answer);
    if (answers.size > 32) answers.delete(answers.keys().next().value);
    if (!error && request.set) setImmediate(report); // a setpoint counts when a reading shows it
  }
  publish('response', answer);
}

function take(topic, payload, isRetained) {
  let message;
  try {
    message = JSON.parse(payload);
  } catch {
    return;
  }
  if (typeof message !== 'object' || message === null) return;
  if (topic === topicOf('receipt')) takeReceipt(message);
  if (topic === topicOf('request')) takeRequest(message, isRetained);
}

/** Subscribes, then says about and status. The buffer goes out when the receipt was there: it comes after the SUBACK. */
function beBorn(self) {
  self.subscribe([topicOf('receipt'), topicOf('request')], { qos: 1 }, (error) => {
    if (error) self.end(true);
    else if (self === client) waitingForReceipt = setTimeout(handIn, 500);
  });
  publish('about', about);
  publish('status', { online: true, boot: flash.boot, conn });
}

/** What the platform has no receipt for, then a fresh reading. */
function handIn() {
  clearTimeout(waitingForReceipt);
  if (isLive) return;
  failures = 0;
  for (const reading of kept) publish('reading', { ...reading, late: true });
  isLive = true;
  report();
}

function open() {
  conn += 1;
  const will = { online: false, boot: flash.boot, conn };
  // A new client for each connection: what has to be sent again is in our buffer, not in the library's.
  const self = connect({
    protocol: CA_FILE ? 'mqtts' : 'mqtt',
    host: BROKER,
    port: Number(PORT),
    ...(CA_FILE && { ca: readFileSync(CA_FILE) }),
    protocolVersion: 4,
    clientId: DEVICE,
    username: DEVICE,
    password: SECRET,
    clean: true,
    keepalive: KEEPALIVE_S,
    reconnectPeriod: 0,
    will: { topic: topicOf('status'), payload: JSON.stringify(will), qos: 1, retain: true },
  });
  client = self;
  self.on('connect', () => beBorn(self));
  self.on('message', (topic, payload, { retain }) => take(topic, payload, retain));
  self.on('error', (error) => process.stderr.write(`${error.message}\n`));
  self.once('close', () => {
    if (self !== client) return;
    client = null;
    isLive = false;
    clearTimeout(waitingForReceipt);
    self.end(true);
    const pauseMs = Math.min(RETRY_MIN_MS * 2 ** failures, RETRY_MAX_MS);
    failures += 1;
    setTimeout(open, pauseMs + Math.random() * pauseMs);
  });
}

// Switched off on purpose: the will is only sent when a connection breaks.
process.on('SIGTERM', () => {
  if (!client?.connected) process.exit();
  const last = JSON.stringify({ online: false, boot: flash.boot, conn });
  client.publish(topicOf('status'), last, { qos: 1, retain: true }, () => client.end(() => process.exit()));
});

// What a hand does to a real device comes as lines from the conformance kit.
const hand = {
  'sensor-out': () => (isUnplugged = true),
  'sensor-in': () => (isUnplugged = false),
  knob: () => apply({ setpoint: flash.setpoint + (flash.setpoint < limits.max ? 1 : -1) * limits.step }),
  'clock-ahead': () => (clockOffMs += 3_600_000),
  'clock-back': () => (clockOffMs -= 3_600_000),
};
createInterface({ input: process.stdin }).on('line', (line) => {
  hand[line]?.();
  if (line === 'knob') report();
});

setInterval(report, PERIOD_MS);
open();
