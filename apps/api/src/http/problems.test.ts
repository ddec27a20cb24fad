import { problems, type ProblemCode } from '@hearth/contract';
import Fastify from 'fastify';
import { StoreReadError, StoreWriteError } from '@hearth/store';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { sendProblem } from './problems.ts';
import { routesOn } from './route.ts';

/** What the api answers and logs when a handler throws this. */
async function thrown(error: unknown) {
  const logged: string[] = [];
  const app = Fastify({
    loggerInstance: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }) as never,
  });
  app.setErrorHandler(sendProblem);
  app.get('/', () => {
    throw error;
  });
  const answer = await app.inject('/');
  await app.close();
  return { status: answer.statusCode, headers: answer.headers, body: answer.json(), logged: logged.join('') };
}

const inside = '/srv/hearth/data/readings.db at 10.1.2.3';

describe('what is thrown', () => {
  it.each([
    ['a bug', new TypeError(inside), 500, '/problems/internal'],
    ['no Error at all', inside, 500, '/problems/internal'],
    [
      'a broker that is away',
      Object.assign(new Error(inside), { code: 'broker-away' }),
      503,
      '/problems/broker-away',
    ],
    ['a full disk', Object.assign(new Error(inside), { code: 'SQLITE_FULL' }), 503, '/problems/store-full'],
    [
      'a name of Object.prototype',
      Object.assign(new Error(inside), { code: 'constructor' }),
      500,
      '/problems/internal',
    ],
  ])('as %s tells nothing of the inside, and the log all of it', async (_, error, status, type) => {
    const answer = await thrown(error);
    expect([answer.status, answer.body.type]).toEqual([status, type]);
    expect(JSON.stringify([answer.body, answer.headers])).not.toContain('10.1.2.3');
    expect(answer.logged).toContain(answer.body.instance.replace('urn:uuid:', ''));
    expect(answer.logged).toContain('10.1.2.3');
  });

  it.each([
    ['SQLITE_FULL', 'store-full', 'Make room'],
    ['ENOSPC', 'store-full', 'Make room'],
    ['EDQUOT', 'store-full', 'Make room'],
    ['SQLITE_READONLY', 'store-read-only', 'right to write'],
    ['SQLITE_READONLY_DBMOVED', 'store-read-only', 'right to write'],
    ['EROFS', 'store-read-only', 'right to write'],
    ['EACCES', 'store-read-only', 'right to write'],
    ['SQLITE_IOERR_WRITE', 'store-failed', 'Look at the disk'],
    ['SQLITE_CORRUPT', 'store-failed', 'Look at the disk'],
    ['EIO', 'store-failed', 'Look at the disk'],
  ])('as %s of the readings or of the registry is %s', async (code, problem, remedy) => {
    const refusal = { code, message: inside };
    for (const error of [
      new StoreWriteError('the readings were not stored', refusal),
      new StoreReadError('the readings could not be read', refusal),
      Object.assign(new Error(inside), { code, name: code.startsWith('SQLITE') ? 'SqliteError' : 'Error' }),
    ]) {
      const { status, body } = await thrown(error);
      expect([status, body.type, body.title]).toEqual([
        503,
        `/problems/${problem}`,
        problems[problem as ProblemCode].title,
      ]);
      expect(body.detail).toContain(remedy);
    }
  });

  it('as a statement of ours that SQLite refuses is a bug, not the disk', async () => {
    const error = Object.assign(new Error(inside), { code: 'SQLITE_CONSTRAINT_UNIQUE', name: 'SqliteError' });
    expect((await thrown(error)).body.type).toBe('/problems/internal');
  });

  it('as an error of a part keeps its words on 4xx', async () => {
    const error = Object.assign(new Error('The device takes 5 to 30 °C.'), { code: 'out-of-range' });
    const { status, body } = await thrown(error);
    expect([status, body.title, body.detail]).toEqual([
      422,
      'The value is outside the limits',
      error.message,
    ]);
  });
});

it('registers no route that does not say who may call it', async () => {
  const app = Fastify();
  routesOn(
    app,
    () => null,
    () => undefined,
  );
  expect(() => app.get('/api/secrets', () => 'all of them')).toThrow('does not say who may call it');
  await app.close();
});
