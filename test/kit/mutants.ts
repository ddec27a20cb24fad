/** A device that breaks one rule: a line of examples/device.mjs, altered. */
export interface Mutant {
  /** The checks that have to find it: one, but for what cannot be broken apart. */
  breaks: string | readonly string[];
  /** What stands in the example, once, and what takes its place. */
  from: string;
  to: string;
  /** Variables of the example that bring the fault out. */
  env?: Record<string, string>;
}

const publishes =
  "client?.publish(topicOf(kind), JSON.stringify(message), { qos: 1, retain: kind !== 'response' });";
const says = "publish('status', { online: true, boot: flash.boot, conn });";
const begins = 'const beganAt = performance.now();';
const rhythm = 'setInterval(report, PERIOD_MS);';
const pauses = 'setTimeout(open, pauseMs + Math.random() * pauseMs);';
/** After a while without a request and without a receipt. */
const dog = (bites: string): string =>
  `${begins} clearTimeout(globalThis.dog); globalThis.dog = setTimeout(() => { if (isLive && kept.length > 1 && Date.now() - kept[0].at > 650) { ${bites} } }, 1200);`;

/** Those that take longest come first. */
export const mutants: readonly Mutant[] = [
  { breaks: 'writes.off', from: "flash.mode === 'heat' && !isUnplugged", to: '!isUnplugged' },
  { breaks: 'connect.credentials', from: 'password: SECRET,', to: 'password: `"${SECRET}"`,' },
  { breaks: 'connect.secret-hidden', from: "model: 'MQTT.js thermostat'", to: 'model: SECRET' },
  {
    breaks: 'connect.will',
    from: 'payload: JSON.stringify(will), qos: 1, retain: true',
    to: 'payload: JSON.stringify(will), qos: 1, retain: false',
  },
  {
    breaks: ['connect.tls-authority', 'connect.tls-name', 'connect.tls-date'],
    from: 'clean: true,',
    to: 'clean: true, rejectUnauthorized: false,',
  },
  {
    breaks: 'connect.no-plain',
    from: "protocol: CA_FILE ? 'mqtts' : 'mqtt',",
    to: "protocol: CA_FILE && failures < 1 ? 'mqtts' : 'mqtt',",
  },
  {
    breaks: 'connect.refused',
    from: "self.on('error', (error) => ",
    to: "self.on('error', (error) => error.code === 5 ? process.exit() : ",
  },
  {
    breaks: 'connect.back-off',
    from: 'RETRY_MIN_MS * 2 ** failures',
    to: 'RETRY_MIN_MS',
    env: { RETRY_MIN_MS: '300' },
  },
  {
    breaks: 'connect.silent-broker',
    from: "self.on('connect', () => beBorn(self));",
    to: "self.on('connect', () => { beBorn(self); self.onKeepaliveTimeout = () => {}; });",
  },
  {
    breaks: 'connect.empty-broker',
    from: "  publish('about', about);",
    to: "  if (conn === 1) publish('about', about);",
  },
  {
    breaks: 'birth.order',
    from: "  publish('about', about);",
    to: "  setTimeout(() => publish('about', about), 300);",
  },
  { breaks: 'birth.retained', from: "retain: kind !== 'response' });", to: 'retain: true });' },
  { breaks: 'birth.conn', from: 'conn += 1;', to: 'conn = 1;' },
  { breaks: 'birth.boot', from: 'flash.boot += 1;', to: 'flash.boot += 2;' },
  { breaks: 'birth.counter-lost', from: 'return beginAnew(boot + 1);', to: 'return;' },
  {
    breaks: 'birth.goodbye',
    from: "client.publish(topicOf('status'), last, { qos: 1, retain: true }, () => client.end(() => process.exit()));",
    to: 'client.end(() => process.exit());',
  },
  { breaks: 'readings.sequence', from: 'let seq = 0;', to: 'let seq = flash.boot > 1 ? 1000 : 0;' },
  {
    breaks: 'readings.order',
    from: 'for (const reading of kept)',
    to: 'for (const reading of kept.toReversed())',
  },
  {
    breaks: 'readings.instants',
    from: 'const now = Date.now() + clockOffMs;',
    to: 'const now = Date.now() - 60_000 + clockOffMs;',
  },
  { breaks: 'readings.period', from: rhythm, to: 'setInterval(report, PERIOD_MS * 1.3);' },
  { breaks: 'readings.late', from: '{ ...reading, late: true }', to: 'reading' },
  { breaks: 'readings.receipt', from: 'kept = kept.filter(', to: 'kept.filter(' },
  {
    breaks: 'readings.unconfirmed',
    from: publishes,
    to: publishes.replace(
      ' });',
      ' }, (error) => !error && kind === "reading" && (kept = kept.filter(({ seq }) => seq !== message.seq)));',
    ),
  },
  { breaks: 'readings.outage', from: 'const BUFFER_MAX = 1000;', to: 'const BUFFER_MAX = 2;' },
  {
    breaks: 'readings.unplugged',
    from: 'if (isUnplugged) all.temperature = null;',
    to: 'if (isUnplugged) all.temperature = 0;',
  },
  {
    breaks: 'requests.answered',
    from: ': measure(names)), tookMs',
    to: ': measure(names.slice(0, 1))), tookMs',
  },
  {
    breaks: 'requests.fresh',
    from: ': measure(names)), tookMs',
    to: ': { ...measure(names), at: Date.now() - 900 }), tookMs',
  },
  { breaks: 'requests.garbage', from: '!Array.isArray(get) || ', to: '' },
  { breaks: 'requests.repeated', from: 'if (answers.size > 32)', to: 'if (answers.size > 16)' },
  {
    breaks: 'requests.stale',
    from: "if (forConn !== conn) return { code: Number.isInteger(forConn) ? 'stale' : 'malformed' };",
    to: "if (!Number.isInteger(forConn)) return { code: 'malformed' };",
  },
  {
    breaks: 'requests.own-topics',
    from: "  publish('about', about);",
    to: "  publish('about', about); client.publish(`hearth/v1/${HOME_ID}/log`, 'hello');",
  },
  { breaks: 'writes.confirmed', from: 'setImmediate(report);', to: ';' },
  {
    breaks: 'writes.beyond',
    from: 'return isWithin ? null : {',
    to: 'set.setpoint = Math.min(Math.max(set.setpoint, limits.min), limits.max); return true ? null : {',
  },
  {
    breaks: 'writes.not-a-number',
    from: 'if (!Number.isFinite(set.setpoint))',
    to: 'if (set.setpoint === null)',
  },
  {
    breaks: 'writes.whole',
    from: 'if (set.mode !== undefined && !modes.includes(set.mode)) return {',
    to: 'if (set.mode !== undefined && !modes.includes(set.mode)) return apply({ setpoint: set.setpoint }), {',
  },
  {
    breaks: 'writes.once',
    from: 'let answer = answers.get(request.id);',
    to: 'let answer = request.set ? undefined : answers.get(request.id);',
  },
  { breaks: 'writes.reboot', from: '  flash.mode = mode;\n  save();\n', to: '  flash.mode = mode;\n' },
  { breaks: 'safety.silent-platform', from: begins, to: dog('flash.setpoint = 7; report();') },
  {
    breaks: 'safety.broker-away',
    from: '    isLive = false;\n',
    to: '    isLive = false;\n    flash.setpoint = 16;\n',
  },
  { breaks: 'safety.sensor-fault', from: ' && !isUnplugged && ', to: ' && ' },
  {
    breaks: 'endurance.slow',
    from: publishes,
    to: `const self = client ?? {}; self.line = (self.line ?? Promise.resolve()).then(() => ${publishes.replace('client?.publish', 'self.publishAsync').replace(';', '')}).catch(() => {});`,
  },
  {
    breaks: 'endurance.loss',
    from: "self.on('connect', () => beBorn(self));",
    to: "self.on('connect', () => { beBorn(self); self.stream.on('data', (bytes) => { if (bytes.length < 2 + bytes[1]) self.stream.destroy(); }); });",
  },
  {
    breaks: 'birth.prompt',
    from: '  isLive = true;\n  report();\n',
    to: '  isLive = true;\n',
    env: { PERIOD_MS: '2000' },
  },
  {
    breaks: 'requests.two-askers',
    from: "publish('response', answer);",
    to: "publish('response', answer), publish('response', answer);",
  },
  {
    breaks: 'requests.burst',
    from: begins,
    to: `${begins} if ((globalThis.count = (globalThis.count ?? 0) + 1) > 120) process.exit();`,
  },
  { breaks: 'endurance.soak', from: begins, to: dog('client?.stream.destroy();') },
  {
    breaks: 'connect.will-counters',
    from: 'const will = { online: false, boot: flash.boot, conn };',
    to: 'const will = { online: false, boot: flash.boot, conn: 1 };',
  },
  { breaks: 'connect.client-id', from: 'clientId: DEVICE,', to: 'clientId: `x${DEVICE}`,' },
  { breaks: 'connect.keepalive', from: 'keepalive: KEEPALIVE_S,', to: 'keepalive: 301,' },
  { breaks: 'connect.clean-session', from: 'clean: true,', to: 'clean: false,' },
  { breaks: 'connect.version', from: 'protocolVersion: 4,', to: 'protocolVersion: 5,' },
  {
    breaks: 'connect.tls-name',
    from: 'clean: true,',
    to: 'clean: true, checkServerIdentity: () => undefined,',
  },
  { breaks: 'connect.jitter', from: pauses, to: 'setTimeout(open, pauseMs);', env: { RETRY_MIN_MS: '400' } },
  {
    breaks: 'connect.pause',
    from: pauses,
    to: 'setTimeout(open, failures > 1 ? pauseMs + Math.random() * pauseMs : Math.random() * 30);',
  },
  {
    breaks: 'birth.subscriptions',
    from: "topicOf('request')], { qos: 1 }",
    to: "topicOf('request')], { qos: 0 }",
  },
  { breaks: 'birth.about', from: "kind: 'thermostat',", to: "kind: 'Thermostat'," },
  { breaks: 'birth.about-sane', from: 'heating: { periodMs: PERIOD_MS },', to: 'heating: {},' },
  { breaks: 'birth.status', from: says, to: says.replace('conn }', "conn, mood: 'good' }") },
  {
    breaks: 'birth.qos',
    from: "{ qos: 1, retain: kind !== 'response' }",
    to: "{ qos: 0, retain: kind !== 'response' }",
  },
  { breaks: 'readings.schema', from: 'seq: ++seq, ...measure', to: "seq: ++seq, unit: '°C', ...measure" },
  { breaks: 'readings.declared', from: 'min: -10, max: 50', to: 'min: -10, max: 15' },
  { breaks: 'requests.legs', from: ', tookMs: performance.now() - beganAt }', to: ' }' },
  { breaks: 'requests.unknown', from: "{ code: 'unknown-quantity' }", to: "{ code: 'read-only' }" },
  {
    breaks: 'requests.large',
    from: "if (topic === topicOf('request')) takeRequest",
    to: "if (topic === topicOf('request')) payload.length > 8192 ? process.exit() : takeRequest",
  },
  { breaks: 'requests.retained', from: 'if (isRetained || ', to: 'if (' },
  {
    breaks: 'requests.responses',
    from: '{ id: request.id, ...(error',
    to: '{ id: request.id, ok: true, ...(error',
  },
  { breaks: 'writes.modes', from: '  flash.mode = mode;\n', to: '' },
  { breaks: 'writes.limits', from: 'set.setpoint >= limits.min', to: 'set.setpoint > limits.min' },
  {
    breaks: 'writes.steps',
    from: 'Math.round(setpoint / limits.step) * limits.step',
    to: 'setpoint',
  },
  { breaks: 'writes.knob', from: "if (line === 'knob') report();", to: '' },
  {
    breaks: 'safety.receipts',
    from: '!Number.isInteger(upTo)) return;',
    to: '!Number.isInteger(upTo)) process.exit();',
  },
  {
    breaks: 'endurance.clock',
    from: rhythm,
    to: 'let due = Date.now(); setInterval(() => { if (Date.now() + clockOffMs >= due) { due += PERIOD_MS; report(); } }, 10);',
  },
];
