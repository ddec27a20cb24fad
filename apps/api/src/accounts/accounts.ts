import type { Accept, ChangePassword, Setup, SignIn } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { openAuthenticators, WrongSecondCodeError, type Authenticators } from './authenticators.ts';
import { openAudit, type Audit } from './audit.ts';
import { isCommonPassword } from './common-passwords.ts';
import { addressKey, createDelays } from './delays.ts';
import { openInvitations, type Invitations } from './invitations.ts';
import { openKnownBrowsers } from './known-browsers.ts';
import { openPasskeys, type Passkeys } from './passkeys.ts';
import { createPasswords } from './passwords.ts';
import { openPeople, type People } from './people.ts';
import { openSessions, sessionIdleMs, type Place, type Sessions, type SignedIn } from './sessions.ts';
import { openTokens, type Tokens } from './tokens.ts';
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

/** The password was right; a code is wanted too. */
class CodeNeededError extends Error {
  override readonly name = 'CodeNeededError';
  readonly code = 'code-needed';
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

/** Where a request comes from; `browser` is the token that {@link NewSession} gave this browser, if any. */
export interface From extends Place {
  browser?: string | undefined;
}

/** A session just started: `token` and `browser` go into cookies and nowhere else. */
export interface NewSession {
  token: string;
  browser: string;
  session: SignedIn;
}

/** People and how they get in. */
export interface Accounts {
  readonly sessions: Sessions;
  readonly people: People;
  readonly invitations: Invitations;
  readonly authenticators: Authenticators;
  readonly passkeys: Passkeys;
  readonly tokens: Tokens;
  readonly audit: Audit;
  /** Whether what somebody came in by holds, a session or a token. */
  readonly endings: Pick<Sessions, 'isLive' | 'whenEnded'>;
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
  setUp(setup: Setup, from: From, alongside: () => void): Promise<NewSession>;
  /**
   * Takes the same time for a name that nobody has.
   * @throws {WrongCredentialsError | CodeNeededError | WrongSecondCodeError | TooManyError}
   */
  signIn(signIn: SignIn, from: From): Promise<NewSession>;
  /** Signs in by what a passkey signed. @throws {TooManyError} @throws as {@link Passkeys.check} */
  signInByPasskey(credential: object, origin: string | undefined, from: From): Promise<NewSession>;
  /** An invitation by its token, which is not used by this. @throws {InvitationGoneError | TooManyError} */
  readInvitation(token: string, address: string): ReturnType<Invitations['find']>;
  /**
   * Makes an account by an invitation, which is used up then; signs in.
   * @throws {InvitationGoneError | TooManyError | UnusableFieldError}
   */
  accept(accept: Accept, from: From): Promise<NewSession>;
  /** Before something of the account is changed. @throws {WrongCredentialsError | TooManyError} */
  checkPassword(person: SignedIn, password: string): Promise<void>;
  /** Signs out everywhere but here. @throws {WrongCredentialsError | TooManyError | UnusableFieldError} */
  changePassword(person: SignedIn, change: ChangePassword): Promise<void>;
}

function checkAccount({ name, password }: Pick<Setup, 'name' | 'password'>): void {
  if (name.trim() === '') throw new UnusableFieldError('name', 'Your name needs a letter that can be seen.');
  if (isCommonPassword(password, name.trim())) refuseCommon('password');
}

function refuseCommon(field: string): never {
  throw new UnusableFieldError(
    field,
    'This password is one of the first that others would try. Choose another one.',
  );
}

/** `now` is the wall clock (Unix ms), `monotonicMs` one that never jumps; `onNewCode` hears of a replaced code. */
export async function openAccounts(options: {
  db: Database;
  /** The key that authenticators' secrets are wrapped with. */
  keyFile: string;
  now: () => number;
  monotonicMs: () => number;
  onNewCode: () => void;
}): Promise<Accounts> {
  const { db, keyFile, now, monotonicMs, onNewCode } = options;
  const passwords = await createPasswords();
  const sessions = openSessions(db, now);
  const tokens = openTokens(db, now);
  const people = openPeople(db, sessions, tokens);
  const invitations = openInvitations(db, now);
  const authenticators = openAuthenticators(db, keyFile, now);
  const passkeys = openPasskeys(db, now, monotonicMs);
  const browsers = openKnownBrowsers(db, now);
  const delays = createDelays({ monotonicMs });
  const code = createSetupCode(onNewCode);
  const owners = db.prepare<[], number>("SELECT count(*) FROM user WHERE role = 'owner'").pluck();
  const owner = db.prepare<[], { userId: number; name: string }>(
    "SELECT id AS userId, name FROM user WHERE role = 'owner' ORDER BY id",
  );
  const person = db.prepare<[string], { id: number; hash: string }>(
    'SELECT id, password_hash AS hash FROM user WHERE name = ?',
  );
  const hashOf = db.prepare<[number], string>('SELECT password_hash FROM user WHERE id = ?').pluck();
  const setHash = db.prepare<[string, number]>('UPDATE user SET password_hash = ? WHERE id = ?');
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

  const begin = (userId: number, from: From): NewSession => ({
    ...sessions.start(userId, from),
    browser: browsers.remember(from.browser, userId),
  });

  function readInvitation(token: string, address: string): ReturnType<Invitations['find']> {
    const key = [`invitation ${addressKey(address)}`];
    delays.take(key);
    const found = invitations.find(token);
    delays.clear(key);
    return found;
  }

  function useSecondCode(userId: number, typed: string | undefined): void {
    if (typed === undefined) throw new CodeNeededError('Type the six digits that your app shows now.');
    if (!authenticators.use(userId, typed))
      throw new WrongSecondCodeError('Each holds once. Wait for the next one, or use a recovery code.');
  }

  async function checkPassword({ userId }: SignedIn, password: string): Promise<void> {
    const key = [`password ${userId}`];
    delays.take(key);
    if (!(await passwords.verify(hashOf.get(userId) ?? null, password)))
      throw new WrongCredentialsError('Your present password is another one.');
    delays.clear(key);
  }

  return {
    sessions,
    people,
    invitations,
    authenticators,
    passkeys,
    tokens,
    audit: openAudit(db, now),
    endings: {
      isLive: (id) => sessions.isLive(id) || tokens.isLive(id),
      whenEnded(id, listener) {
        const ends = [sessions.whenEnded(id, listener), tokens.whenEnded(id, listener)];
        return () => ends.forEach((end) => end());
      },
    },
    hasOwner,
    atCommandLine() {
      const first = owner.get();
      if (!first) return null;
      return { id: 'command-line', ...first, role: 'owner', rooms: null, expiresAt: now() + sessionIdleMs };
    },
    setupCode: () => code.current(),
    checkSetupCode,
    checkAccount,
    async setUp(setup, from, alongside) {
      checkSetupCode(setup.code, from.address);
      checkAccount(setup);
      const name = setup.name.trim();
      const hash = await passwords.hash(setup.password);
      return db.transaction(() => {
        refuseWhenSetUp(); // somebody else may have been faster while the password was hashed
        const id = people.add(name, hash, { role: 'owner', rooms: null }, now());
        alongside();
        return begin(id, from);
      })();
    },
    async signIn(given, from) {
      const name = given.name.trim();
      const known = person.get(name);
      const browser = browsers.keyOf(from.browser, known?.id);
      // Where this person was before, a guesser elsewhere keeps nobody waiting.
      const keys =
        browser === null
          ? [addressKey(from.address), `account ${name.toLowerCase()}`]
          : [`browser ${browser}`];
      // Who knows the password is slowed down at the code alike, and before a hash is made.
      const codeKeys = given.code === undefined ? [] : keys.map((key) => `second ${key}`);
      delays.take([...keys, ...codeKeys]);
      const isRight = await passwords.verify(known?.hash ?? null, given.password);
      if (!known || !isRight) throw new WrongCredentialsError('Check both and try again.');
      delays.clear(keys);
      if (authenticators.of(known.id)) useSecondCode(known.id, given.code);
      delays.clear(codeKeys);
      return begin(known.id, from);
    },
    async signInByPasskey(credential, origin, from) {
      const keys = [`passkey ${addressKey(from.address)}`];
      delays.take(keys);
      const userId = await passkeys.check(credential, origin);
      delays.clear(keys);
      return begin(userId, from);
    },
    readInvitation,
    async accept({ token, name: typed, password }, from) {
      readInvitation(token, from.address);
      checkAccount({ name: typed, password });
      const name = typed.trim();
      const hash = await passwords.hash(password);
      return db.transaction(() => {
        const invitation = invitations.use(token); // somebody else may have been faster meanwhile
        if (people.isTaken(name))
          throw new UnusableFieldError('name', 'Somebody here is called so already. Choose another name.');
        return begin(people.add(name, hash, invitation, now()), from);
      })();
    },
    checkPassword,
    async changePassword(whose, { present, next }) {
      const { id, userId, name } = whose;
      await checkPassword(whose, present);
      if (isCommonPassword(next, name)) refuseCommon('next');
      setHash.run(await passwords.hash(next), userId);
      sessions.endAllOf(userId, id);
    },
  };
}
