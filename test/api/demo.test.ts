import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectDevice, startHearth } from './home.ts';

const wanted = [
  { id: 'demo-hall-thermostat', name: 'Thermostat', room: 'Hall' },
  { id: 'demo-hall-heater', name: 'Heater', room: 'Hall' },
  { id: 'demo-bath-heater', name: 'Heater', room: 'Bathroom' },
];

describe('the demo home', () => {
  it('gets credentials with its token, and rooms; asked again, new secrets replace the old', async () => {
    await using hearth = await startHearth();
    const first = await hearth.enrol(wanted);
    expect([first.status, first.body.credentials.map(({ id }: { id: string }) => id)]).toEqual([
      201,
      wanted.map(({ id }) => id),
    ]);
    await using former = await connectDevice(first.body.credentials[0]);
    const second = await hearth.enrol(wanted);
    expect(second.status).toBe(201);
    await expect.poll(() => former.client.connected).toBe(false);
    await expect(connectDevice(first.body.credentials[0])).rejects.toThrow();
    await using _ = await connectDevice(second.body.credentials[0]);

    await hearth.setUp();
    const rooms = (await hearth.call('GET', '/api/rooms')).body;
    expect(rooms.map(({ name, deviceIds }: never) => [name, deviceIds])).toEqual([
      ['Hall', ['demo-hall-thermostat', 'demo-hall-heater']],
      ['Bathroom', ['demo-bath-heater']],
    ]);
  });

  it('cannot take the place of a real device', async () => {
    await using hearth = await startHearth();
    await hearth.setUp();
    await hearth.call('POST', '/api/devices', { id: 'hall-sensor' });
    const refused = await hearth.enrol([...wanted, { id: 'hall-sensor', name: 'Mine now', room: 'Hall' }]);
    expect([refused.status, refused.body.type]).toEqual([409, '/problems/already-there']);
    expect((await hearth.call('GET', '/api/devices')).body).toHaveLength(1);
  });

  it.each(['removed later', 'not wanted at set-up'])('leaves no trace when %s', async (how) => {
    await using hearth = await startHearth();
    const { credentials } = (await hearth.enrol(wanted)).body;
    await using device = await connectDevice(credentials[0]);
    await device.say('status', { online: true, boot: 1, conn: 1 });
    const at = Date.now();
    await device.say('reading', { boot: 1, seq: 1, at, values: { temperature: 20.5 } });
    await hearth.setUp(how === 'removed later' ? 'demo' : 'device');
    if (how === 'removed later') {
      const id = credentials[0].id;
      const latest = async () => (await hearth.call('GET', `/api/devices/${id}`)).body.device.latest;
      await expect.poll(async () => (await latest()).temperature?.value).toBe(20.5);
      await hearth.call('POST', '/api/rooms', { name: 'My own room' });
      expect((await hearth.call('DELETE', '/api/demo')).status).toBe(204);
    }

    await expect.poll(() => device.client.connected).toBe(false);
    expect((await hearth.call('GET', '/api/devices')).body).toEqual([]);
    const rooms = (await hearth.call('GET', '/api/rooms')).body.map(({ name }: { name: string }) => name);
    expect(rooms).toEqual(how === 'removed later' ? ['My own room'] : []);
    expect(existsSync(join(hearth.dataDir, 'demo/token'))).toBe(false);
    expect((await hearth.call('GET', '/api/homes')).body[0].isDemoRunning).toBe(false);

    // A real device of the same name begins anew: nothing of the demo's is left in the store or at the broker.
    const mine = (await hearth.call('POST', '/api/devices', { id: credentials[0].id })).body;
    const query = `device=${mine.id}&quantities=temperature&from=${at - 1000}&to=${at + 60_000}`;
    const { series } = (await hearth.call('GET', `/api/series?${query}`)).body;
    expect(series.flatMap(({ count }: { count: number[] }) => count)).toEqual([]);
    const shown = (await hearth.call('GET', `/api/devices/${mine.id}`)).body.device;
    expect(shown).toMatchObject({ latest: {}, about: null, isOnline: null });
  });
});

describe('without the broker', () => {
  it('health says so live, and what needs it answers 503', async () => {
    await using hearth = await startHearth();
    await hearth.enrol(wanted);
    await hearth.setUp();
    const aborter = new AbortController();
    const stream = await fetch(`${hearth.url}/api/events`, {
      headers: { cookie: hearth.cookie() },
      signal: aborter.signal,
    });
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    await hearth.stopBroker();
    let text = '';
    while (!text.includes('event: health')) text += (await reader.read()).value;
    aborter.abort();
    expect(text.split('event: health\ndata: ')[1]).toMatch(/^\{"status":"degraded"/);

    for (const [method, path, body] of [
      ['POST', '/api/devices', { id: 'hall-sensor' }],
      ['DELETE', '/api/devices/demo-hall-heater', undefined],
      ['DELETE', '/api/demo', undefined],
    ] as const) {
      const answer = await hearth.call(method, path, body);
      expect([path, answer.status, answer.body.type]).toEqual([path, 503, '/problems/broker-away']);
    }
    // The demo is dismissed all the same, and goes when the broker is back.
    expect((await hearth.call('GET', '/api/homes')).body[0].isDemoRunning).toBe(false);
    expect((await hearth.call('GET', '/api/devices')).body).toHaveLength(3);
  });
});
