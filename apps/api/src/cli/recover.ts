import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openAudit } from '../accounts/audit.ts';
import { newCode, hyphenated } from '../accounts/crockford.ts';
import { createPasswords } from '../accounts/passwords.ts';
import { openSessions } from '../accounts/sessions.ts';
import { registryName } from '../backups/contents.ts';
import { openDatabase } from '../database.ts';
import type { Outcome, Workplace } from './outcome.ts';

/** There is nobody of this name, or no home yet. */
class RecoverError extends Error {
  override readonly name = 'RecoverError';
}

/** 16 characters of 5 bits. */
const passwordLength = 16;

/**
 * Lets somebody in who lost everything: a new password, and no more than that is asked for. Works on hearth.db
 * whether or not Hearth runs; who is signed in as them is signed out. @throws {RecoverError}
 */
export async function recover(name: string, { dataDir }: Workplace): Promise<Outcome> {
  if (!existsSync(join(dataDir, registryName))) throw new RecoverError(`there is no home in ${dataDir} yet`);
  using closing = new DisposableStack();
  const db = closing.adopt(openDatabase(dataDir), (opened) => void opened.close());
  const person = db
    .prepare<[string], { id: number; name: string }>('SELECT id, name FROM user WHERE name = ?')
    .get(name.trim());
  if (!person) {
    const names = db.prepare<[], string>('SELECT name FROM user ORDER BY id').pluck().all();
    throw new RecoverError(`nobody here is called ${name}: there is ${names.join(', ') || 'nobody yet'}`);
  }
  const password = hyphenated(newCode(passwordLength), 4);
  const hash = await (await createPasswords()).hash(password);
  const sessions = openSessions(db, Date.now);
  const audit = openAudit(db, Date.now);
  db.transaction(() => {
    db.prepare('UPDATE user SET password_hash = ? WHERE id = ?').run(hash, person.id);
    db.prepare('DELETE FROM authenticator WHERE user = ?').run(person.id);
    db.prepare('DELETE FROM recovery_code WHERE user = ?').run(person.id);
    db.prepare('DELETE FROM passkey WHERE user = ?').run(person.id);
    db.prepare('DELETE FROM api_token WHERE user = ?').run(person.id);
    sessions.endAllOf(person.id);
    const deed = { route: 'recover', about: person.name, isDone: true };
    audit.note({ who: null, by: 'command-line', token: null, address: '', ...deed });
  })();
  return {
    text: `${person.name} signs in with the password ${password} now, and no code of an app.\nChange it on the page “Your account”. Where somebody guessed, wait for up to 15 minutes, or restart Hearth.\n`,
    json: { name: person.name, password },
    isGood: true,
  };
}
