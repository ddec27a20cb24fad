import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../database.ts';
import { openAccounts } from './accounts.ts';
import { appFor } from './test-app.ts';
import { sessionIdleMs, sessionMaxMs } from './sessions.ts';

const dayMs = 86_400_000;
const at = (address: string) => ({ agent: '', address });
const password = 'a warm kitchen at seven';
const setup = {
  name: 'Anna',
  password,
  home: 'Home',
  timeZone: 'UTC',
  temperatureUnit: 'celsius',
  start: 'demo',
} as const;

async function opened() {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-accounts-'));
  const db = openDatabase(folder);
  const clock = { ms: Date.UTC(2026, 10, 22) };
  const now = (): number => clock.ms;
  const accounts = await openAccounts({
    db,
    keyFile: join(folder, 'payload-key'),
    now,
    monotonicMs: now,
    onNewCode: () => undefined,
  });
  return {
    db,
    clock,
    accounts,
    setUp: (facts: Partial<Parameters<typeof accounts.setUp>[0]> = {}, alongside = () => {}) =>
      accounts.setUp({ ...setup, code: accounts.setupCode(), ...facts }, at('10.0.0.1'), alongside),
    async [Symbol.asyncDispose]() {
      db.close();
      await rm(folder, { recursive: true });
    },
  };
}

describe('set-up', () => {
  it('makes one owner, and no second one', async () => {
    await using home = await opened();
    expect(home.accounts.hasOwner()).toBe(false);
    const { session } = await home.setUp();
    expect(session).toMatchObject({ name: 'Anna', role: 'owner' });
    expect(home.accounts.hasOwner()).toBe(true);
    await expect(home.setUp()).rejects.toMatchObject({ code: 'already-set-up' });
  });

  it('has one winner when two are equally fast', async () => {
    await using home = await opened();
    const ends = await Promise.allSettled([home.setUp(), home.setUp({ name: 'Bert' })]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(home.db.prepare('SELECT count(*) FROM user').pluck().get()).toBe(1);
  });

  it('writes nothing when what goes along with it fails', async () => {
    await using home = await opened();
    const failing = home.setUp({}, () => {
      throw new Error('no room on the disk');
    });
    await expect(failing).rejects.toThrow('no room on the disk');
    expect(home.accounts.hasOwner()).toBe(false);
    await home.setUp();
  });

  it.each(['1234567890', 'aaaaaaaaaaaa', 'QwertyUiop', 'password123', 'AnnaAnna2026'])(
    'refuses the password %s, which others try first',
    async (common) => {
      await using home = await opened();
      await expect(home.setUp({ password: common })).rejects.toMatchObject({ field: 'password' });
    },
  );

  it('keeps no password and no token in the database', async () => {
    await using home = await opened();
    const { token } = await home.setUp();
    const user = home.db.prepare('SELECT * FROM user').get() as { password_hash: string };
    expect(user.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const all = JSON.stringify([user, home.db.prepare('SELECT * FROM session').all()]);
    expect(all).not.toContain(password);
    expect(all).not.toContain(token);
  });
});

describe('sign-in', () => {
  it('takes the right password, and any case of the name', async () => {
    await using home = await opened();
    await home.setUp();
    const { session } = await home.accounts.signIn({ name: ' anna ', password }, at('10.0.0.1'));
    expect(session.name).toBe('Anna');
  });

  it('answers a wrong password and an unknown name alike', async () => {
    await using home = await opened();
    await home.setUp();
    const wrong = home.accounts.signIn({ name: 'Anna', password: 'a cold kitchen' }, at('10.0.0.1'));
    const unknown = home.accounts.signIn({ name: 'Zoe', password }, at('10.0.0.2'));
    const [a, b] = await Promise.allSettled([wrong, unknown]);
    expect(a).toMatchObject({ status: 'rejected', reason: { code: 'wrong-credentials' } });
    expect((b as PromiseRejectedResult).reason.message).toBe((a as PromiseRejectedResult).reason.message);
  });

  it('slows down who guesses, and lets the owner in once the wait is over', async () => {
    await using home = await opened();
    await home.setUp();
    const guess = (i: number) =>
      home.accounts.signIn({ name: 'Anna', password: `guess ${i}` }, at(`10.0.0.${i}`));
    for (let i = 0; i < 5; i++) await expect(guess(i)).rejects.toMatchObject({ code: 'wrong-credentials' });
    const blocked = home.accounts.signIn({ name: 'Anna', password }, at('10.0.1.1'));
    await expect(blocked).rejects.toMatchObject({ code: 'too-many', retryAfterS: 2 });
    home.clock.ms += 2000;
    await home.accounts.signIn({ name: 'Anna', password }, at('10.0.1.1'));
    await home.accounts.signIn({ name: 'Anna', password }, at('10.0.1.1'));
  });

  it('judges five of a hundred guesses that come at once, and holds at most ten hashes', async () => {
    await using home = await opened();
    await home.setUp();
    const guesses = Array.from({ length: 100 }, (_, i) =>
      home.accounts
        .signIn({ name: 'Anna', password: `guess ${i}` }, at('10.0.0.1'))
        .catch((error) => error.code),
    );
    const codes = await Promise.all(guesses);
    expect(codes.filter((code) => code === 'wrong-credentials')).toHaveLength(5);
    expect(codes.filter((code) => code === 'too-many')).toHaveLength(95);

    const strangers = Array.from({ length: 20 }, (_, i) =>
      home.accounts.signIn({ name: `guest ${i}`, password }, at(`10.0.2.${i}`)).catch((error) => error.code),
    );
    expect((await Promise.all(strangers)).filter((code) => code === 'too-many')).toHaveLength(10);
  });
});

describe('ten thousand guesses at one name', () => {
  it.each([1, 100])(
    'from %i addresses verify a hundred at most, and the owner is let in meanwhile',
    async (addresses) => {
      await using home = await opened();
      const { browser } = await home.setUp();
      let verified = 0;
      for (let i = 0; i < 10_000; i++) {
        home.clock.ms += 1000;
        const from = at(`10.1.0.${i % addresses}`);
        const guess = home.accounts.signIn({ name: 'Anna', password: `guess ${i}` }, from);
        const code: string = await guess.catch((error) => error.code);
        if (code === 'wrong-credentials') verified++;
        else expect(code).toBe('too-many');
      }
      expect(verified).toBeLessThanOrEqual(100);
      // While a stranger has to wait, she has not: by the browser that she used before.
      const owner = home.accounts.signIn({ name: 'Anna', password }, { ...at('10.9.9.9'), browser });
      expect((await owner).session.name).toBe('Anna');
      home.clock.ms += 900_000;
      expect((await home.accounts.signIn({ name: 'Anna', password }, at('10.9.9.9'))).session.name).toBe(
        'Anna',
      );
    },
  );

  it('at the second code, by who knows the password, are slowed down alike and keep her out of nothing', async () => {
    await using home = await opened();
    const { browser, session } = await home.setUp();
    const { authenticators } = home.accounts;
    const { secret } = authenticators.offer(session.userId, 'Anna');
    const code = appFor(secret, home.clock);
    authenticators.confirm(session.userId, code());
    home.clock.ms += 60_000;
    let verified = 0;
    for (let i = 0; i < 10_000; i++) {
      home.clock.ms += 1000;
      const wrong = code() === '123456' ? '654321' : '123456';
      const guess = home.accounts.signIn({ name: 'Anna', password, code: wrong }, at(`10.1.0.${i % 100}`));
      const problem: string = await guess.catch((error) => error.code);
      if (problem === 'wrong-second-code') verified++;
      else expect(problem).toBe('too-many');
    }
    expect(verified).toBeLessThanOrEqual(100);
    const owner = home.accounts.signIn(
      { name: 'Anna', password, code: code() },
      { ...at('10.9.9.9'), browser },
    );
    expect((await owner).session.name).toBe('Anna');
  });

  it('slow down in a known browser too, and another person’s browser is no help', async () => {
    await using home = await opened();
    const { browser } = await home.setUp();
    const from = { ...at('10.0.0.7'), browser };
    const guess = (name: string) =>
      home.accounts.signIn({ name, password: 'a guess' }, from).catch((error) => error.code);
    for (let i = 0; i < 5; i++) expect(await guess('Anna')).toBe('wrong-credentials');
    expect(await guess('Anna')).toBe('too-many');
    for (let i = 0; i < 5; i++) expect(await guess('Zoe')).toBe('wrong-credentials');
    expect(await guess('Zoe')).toBe('too-many');
  });
});

describe('sessions', () => {
  it('run out after 14 days without use, and after 90 days with it', async () => {
    await using home = await opened();
    const { sessions } = home.accounts;
    const first = await home.setUp();
    const startedAt = home.clock.ms;
    expect(first.session.expiresAt).toBe(startedAt + sessionIdleMs);

    const idle = sessions.start(1).token;
    while (home.clock.ms < startedAt + sessionMaxMs - dayMs) {
      home.clock.ms += 10 * dayMs;
      if (home.clock.ms < startedAt + sessionMaxMs) expect(sessions.find(first.token)?.name).toBe('Anna');
    }
    expect(sessions.find(idle)).toBeNull();
    home.clock.ms = startedAt + sessionMaxMs;
    expect(sessions.find(first.token)).toBeNull();
    expect(sessions.isLive(first.session.id)).toBe(false);
  });

  it('write their use at most once in ten minutes', async () => {
    await using home = await opened();
    const { token } = await home.setUp();
    const before = home.db.prepare('SELECT total_changes()').pluck().get();
    for (let i = 0; i < 50; i++) {
      home.clock.ms += 10_000;
      home.accounts.sessions.find(token);
    }
    expect(home.db.prepare('SELECT total_changes()').pluck().get()).toBe(before);
  });

  it('tell their listeners once when they end', async () => {
    await using home = await opened();
    const { session, token } = await home.setUp();
    const told: string[] = [];
    home.accounts.sessions.whenEnded(session.id, () => told.push('a'));
    home.accounts.sessions.whenEnded(session.id, () => told.push('b'))();
    home.accounts.sessions.end(session.id);
    home.accounts.sessions.end(session.id);
    expect(told).toEqual(['a']);
    expect(home.accounts.sessions.find(token)).toBeNull();
  });
});
