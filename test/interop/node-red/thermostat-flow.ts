import { deviceTopic, type About, type DeviceCredential } from '@hearth/contract';

const about: About = {
  contract: 1,
  maker: 'Me',
  model: 'Node-RED flow',
  kind: 'thermostat',
  firmware: '1',
  quantities: {
    temperature: { unit: '°C', resolution: 0.1, periodMs: 1000 },
    setpoint: { unit: '°C', resolution: 0.5, periodMs: 1000 },
  },
  commands: { get: true, set: { setpoint: { min: 5, max: 30, step: 0.5 } } },
};

/** When Node-RED has connected: who the device is, and that it is there. */
const comeOnline = (topicOf: (kind: 'about' | 'status') => string): string => `
  if (msg.status.fill !== 'green') return null;
  const conn = (flow.get('conn') ?? 0) + 1;
  flow.set('conn', conn);
  const say = (topic, payload) => ({ topic, payload, qos: 1, retain: true });
  return [[
    say('${topicOf('about')}', ${JSON.stringify(about)}),
    say('${topicOf('status')}', { online: true, boot: 1, conn }),
  ]];`;

/** Each second: a reading. */
const measure = (topic: string): string => `
  if (!flow.get('conn')) return null;
  const seq = (flow.get('seq') ?? 0) + 1;
  flow.set('seq', seq);
  const values = { temperature: 20.6, setpoint: flow.get('setpoint') ?? 20 };
  return { topic: '${topic}', qos: 1, retain: true, payload: { boot: 1, seq, at: Date.now(), values } };`;

/** To each request: an answer. */
const answer = (topic: string): string => `
  const { id, conn, set } = msg.payload;
  const say = (payload) => ({ topic: '${topic}', qos: 1, retain: false, payload: { id, ...payload } });
  if (conn !== flow.get('conn')) return say({ error: { code: 'stale' } });
  if (set) flow.set('setpoint', set.setpoint);
  return say({ values: set ?? { temperature: 20.7, setpoint: flow.get('setpoint') ?? 20 }, at: Date.now() });`;

/** A flow that is a device of the contract, as a person would draw it: three functions between MQTT in and MQTT out. */
export function thermostatFlow({ home, id }: DeviceCredential, port: number): object[] {
  const topicOf = (kind: 'about' | 'status' | 'reading' | 'request' | 'response') =>
    deviceTopic(home, id, kind);
  const calls = (name: string, func: string) => ({
    ...node('function', name),
    func,
    outputs: 1,
    wires: [['out']],
  });
  return [
    { id: 'flow', type: 'tab', label: 'Thermostat' },
    {
      id: 'broker',
      type: 'mqtt-broker',
      broker: '127.0.0.1',
      port: String(port),
      clientid: id,
      autoConnect: true,
      protocolVersion: '4',
      keepalive: '30',
      cleansession: true,
      willTopic: topicOf('status'),
      willQos: '1',
      willRetain: 'true',
      willPayload: '{"online":false,"boot":1,"conn":1}',
    },
    { ...node('mqtt out', 'out'), broker: 'broker', wires: [] },
    { ...node('status', 'connection'), scope: ['out'], wires: [['come-online']] },
    calls('come-online', comeOnline(topicOf)),
    { ...node('inject', 'tick'), repeat: '1', once: true, props: [], wires: [['measure']] },
    calls('measure', measure(topicOf('reading'))),
    {
      ...node('mqtt in', 'requests'),
      broker: 'broker',
      topic: topicOf('request'),
      qos: '1',
      datatype: 'json',
      wires: [['answer']],
    },
    calls('answer', answer(topicOf('response'))),
  ];
}

function node(type: string, id: string): { id: string; type: string; z: string } {
  return { id, type, z: 'flow' };
}
