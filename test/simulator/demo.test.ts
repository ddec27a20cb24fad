import { once } from 'node:events';
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { routes, type Enrolment, type Reading, type Status } from '@hearth/contract';
import { createLog, readConfig } from '@hearth/part';
import { config, startDemo } from '@hearth/simulator';
import { expect, test } from 'vitest';
import { startPart } from '../processes.ts';
import { Platform } from './platform.ts';

const poll = { interval: 20, timeout: 15_000 };
const device = 'demo-kitchen-thermostat';
const rooms = ['living', 'kitchen', 'bedroom', 'kids', 'bathroom', 'study'];
const ids = [
  ...rooms.flatMap((room) => [`demo-${room}-thermostat`, `demo-${room}-heater`]),
  'demo-outside-sensor',
];

/** A platform that lets the demo home enrol with the token in its data folder. */
async function startPlatform() {
  const platform = await Platform.start(ids);
  platform.answerReceipts();
  const asked: { authorization: string | undefined; body: Enrolment }[] = [];
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = JSON.parse(await text(request)) as Enrolment;
    asked.push({ authorization: request.headers.authorization, body });
    const isRight = request.method === routes.enrol.method && request.url === routes.enrol.path;
    response.writeHead(isRight ? 201 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isRight ? { credentials: platform.credentials } : { title: 'not here' }));
  };
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const demoDir = join(platform.dir, 'demo');
  await mkdir(demoDir, { recursive: true });
  const { port } = server.address() as { port: number };
  return {
    platform,
    asked,
    demoDir,
    token: join(demoDir, 'token'),
    env: {
      HEARTH_DATA_DIR: platform.dir,
      HEARTH_API_URL: `http://127.0.0.1:${port}`,
      HEARTH_SIM_HISTORY_DAYS: '0',
      HEARTH_SIM_PERIOD_MS: '1000',
      HEARTH_SIM_KEEPALIVE_S: '2',
      HEARTH_LOG_LEVEL: 'warn',
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await platform[Symbol.asyncDispose]();
    },
  };
}

test('the demo home enrols when its token is there, enrols anew when refused, and goes when it is gone', async () => {
  await using world = await startPlatform();
  const { platform, asked, token, demoDir } = world;
  await using demo = await startDemo(readConfig(config, world.env), createLog('test', 'silent'));
  expect(demo.address).toEqual({ devices: 13 });
  await writeFile(token, 'secret-token\n');
  await expect.poll(() => platform.values(device, 'about'), poll).toMatchObject([{ room: 'Kitchen' }]);
  expect(asked[0]!.authorization).toBe('Bearer secret-token');
  expect(asked[0]!.body.devices.map(({ id }) => id)).toEqual(ids);
  expect((await stat(join(demoDir, 'credentials.json'))).mode & 0o777).toBe(0o600);

  await platform.revoke(ids);
  await expect.poll(() => asked.length, poll).toBeGreaterThan(1);

  await rm(token);
  await expect.poll(() => stat(join(demoDir, 'credentials.json')).catch(() => null), poll).toBeNull();
  expect(platform.strays).toEqual([]);
});

test('a killed demo home is told by its will, and brings what it missed when it is back', async () => {
  await using world = await startPlatform();
  const { platform } = world;
  await writeFile(world.token, 'secret-token');
  const statuses = (): Status[] => platform.values<Status>(device, 'status');
  const readings = (): Reading[] => platform.values<Reading>(device, 'reading');
  {
    await using first = await startPart('simulator', world.env);
    await expect.poll(() => readings().length, poll).toBeGreaterThan(2);
    await first.kill();
    await expect.poll(() => statuses().at(-1), poll).toEqual({ online: false, boot: 1, conn: 1 });
  }
  const killedAt = Date.now();
  await expect.poll(() => Date.now() - killedAt, poll).toBeGreaterThan(3500);
  await using second = await startPart('simulator', world.env);
  await expect.poll(() => statuses().at(-1), poll).toEqual({ online: true, boot: 2, conn: 1 });
  await expect.poll(() => readings().at(-1)!.boot === 2 && !readings().at(-1)!.late, poll).toBe(true);
  expect(second.output()).toBe('');
  const dead = readings().filter(({ at }) => at! > killedAt && at! < killedAt + 3500);
  expect(dead.length).toBeGreaterThanOrEqual(3);
  expect(dead.every(({ late }) => late)).toBe(true);
  const at = [
    ...new Map(readings().map((reading) => [`${reading.boot}/${reading.seq}`, reading.at!])).values(),
  ];
  expect(Math.max(...at.slice(1).map((instant, i) => instant - at[i]!))).toBeLessThan(2500);
  // The second start had its credentials already.
  expect(world.asked.length).toBe(1);
});
