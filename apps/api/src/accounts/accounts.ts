import type { Setup, SignIn } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { isCommonPassword } from './common-passwords.ts';
import { addressKey, createDelays } from './delays.ts';
import { createPasswords } from './passwords.ts';
import { openSessions, sessionIdleMs, type Sessions, type SignedIn } from './sessions.ts';
import { createSetupCode } from './setup-code.ts';

class AlreadySetUpError extends Error {
  override readonly name = 'AlreadySetUpError';
  readonly code = 'already-set-up';
}

class WrongCodeError extends Error {
  override readonly name = 'WrongCodeError';
  readonly code = 'wrong-code';
}

class WrongCredentialsError extends Error {
  override readonly name = 'WrongCredentialsError';
  readonly code = 'wrong-credentials';
}

/**
 * A field of the set-up that the schema lets pass and that still cannot be used. `field` is its name, the
 * message a sentence for whoever filled it in.
 */
export class UnusableFieldError extends Error {
  override readonly name = 'UnusableFieldError';
  readonly code = 'bad-request';
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** A session just started: `token` goes into the cookie and nowhere else. */
export interface NewSession {
  token: string;
  session: SignedIn;
}

/** People and how they get in. */
export interface Accounts {
  readonly sessions: Sessions;
  hasOwner(): boolean;
  /** The owner, for whom somebody acts who can read the data folder; null before there is one. */
  atCommandLine(): SignedIn | null;
  /** The one-time set-up code in force. */
  setupCode(): string;
  /** @throws {AlreadySetUpError | WrongCodeError | TooManyError} */
  checkSetupCode(code: string, address: string): void;
  /** Whether an owner may be called so and have this password. @throws {UnusableFieldError} */
  checkAccount(account: Pick<Setup, 'name' | 'password'>): void;
  /**
   * Makes the owner, and with `alongside` whatever else set-up writes, in one transaction; signs in.
   * @throws {AlreadySetUpError | WrongCodeError | TooManyError | UnusableFieldError}
   */
  setUp(setup: Setup, address: string, alongside: () => void): Promise<NewSession>;
  /** @throws {WrongCredentialsError | TooManyError} taking the same time for a name that nobody has. */
  signIn(signIn: SignIn, address: string): Promise<NewSession>;
}

function checkAccount({ name, password }: Pick<Setup, 'name' | 'password'>): void {
  if (name.trim() === '') throw new UnusableFieldError('name', 'Your name needs a letter that can be seen.');
  if (isCommonPassword(password, name.trim()))
    throw new UnusableFieldError(
      'password',
      'This password is one of the first that others would try. Choose another one.',
    );
}

/** `now` is the wall clock (Unix ms), `monotonicMs` one that never jumps; `onNewCode` hears of a replaced code. */
export async function openAccounts(options: {
  db: Database;
  now: () => number;
  monotonicMs: () => number;
  onNewCode: () => void;
}): Promise<Accounts> {
  const { db, now, monotonicMs, onNewCode } = options;
  const passwords = await createPasswords();
  const sessions = openSessions(db, now);
  const delays = createDelays({ monotonicMs });
  const code = createSetupCode(onNewCode);
  const owners = db.prepare<[], number>("SELECT count(*) FROM user WHERE role = 'owner'").pluck();
  const owner = db.prepare<[], string>("SELECT name FROM user WHERE role = 'owner' ORDER BY id").pluck();
  const person = db.prepare<[string], { id: number; hash: string }>(
    'SELECT id, password_hash AS hash FROM user WHERE name = ?',
  );
  const insert = db.prepare<[string, string, number]>(
    "INSERT INTO user (name, password_hash, role, created_at) VALUES (?, ?, 'owner', ?)",
  );
  const hasOwner = (): boolean => owners.get()! > 0;

  function refuseWhenSetUp(): void {
    if (hasOwner()) throw new AlreadySetUpError('Sign in as the owner; set-up is closed.');
  }

  function checkSetupCode(typed: string, address: string): void {
    refuseWhenSetUp();
    const key = [`code ${addressKey(address)}`];
    delays.take(key);
    if (!code.check(typed))
      throw new WrongCodeError('Copy it from where Hearth was started; a restart makes a new one.');
    delays.clear(key);
  }

  return {
    sessions,
    hasOwner,
    atCommandLine() {
      const name = owner.get();
      return name === undefined
        ? null
        : { id: 'command-line', name, role: 'owner', expiresAt: now() + sessionIdleMs };
    },
    setupCode: () => code.current(),
    checkSetupCode,
    checkAccount,
    async setUp(setup, address, alongside) {
      checkSetupCode(setup.code, address);
      checkAccount(setup);
      const name = setup.name.trim();
      const hash = await passwords.hash(setup.password);
      return db.transaction(() => {
        refuseWhenSetUp(); // somebody else may have been faster while the password was hashed
        const { lastInsertRowid } = insert.run(name, hash, now());
        alongside();
        return sessions.start(Number(lastInsertRowid));
      })();
    },
    async signIn(given, address) {
      const name = given.name.trim();
      const keys = [addressKey(address), `account ${name.toLowerCase()}`];
      delays.take(keys);
      const known = person.get(name);
      const isRight = await passwords.verify(known?.hash ?? null, given.password);
      if (!known || !isRight) throw new WrongCredentialsError('Check both and try again.');
      delays.clear(keys);
      return sessions.start(known.id);
    },
  };
}
