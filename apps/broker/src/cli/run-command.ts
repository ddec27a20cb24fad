import { createHash, randomBytes } from 'node:crypto';
import { formerSecretMaxMs, type ControlRequest, type ListedCredential } from '@hearth/contract';
import type { Asker } from './ask-broker.ts';
import type { Command } from './command-line.ts';

/** The broker said no; the message is its own. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code = 'refused';
}

/** What a command did, for people and for programs. */
export interface Outcome {
  text: string;
  json: object;
}

/** @throws {RefusedError} */
export async function runCommand(command: Command, asker: Asker): Promise<Outcome> {
  const ask = async (request: Omit<ControlRequest, 'id'>) => {
    const response = await asker.ask(request);
    if (response.error !== undefined) throw new RefusedError(response.error);
    return response;
  };
  const list = async (): Promise<ListedCredential[]> => (await ask({ list: true })).credentials ?? [];
  const find = async (id: string) => (await list()).find((credential) => credential.id === id);

  if (command.verb === 'list') {
    const credentials = await list();
    return { text: tableOf(credentials, asker.isRunning), json: { isRunning: asker.isRunning, credentials } };
  }
  const { id } = command;
  const known = await find(id);
  if (command.verb === 'add') {
    if (known)
      throw new RefusedError(
        `There is a credential "${id}": rotate it, or revoke it first, or choose another id.`,
      );
    const secret = newSecret();
    const { role, home, topics } = command;
    await ask({
      add: [{ id, role, home, secretSha256: hashOf(secret), ...(topics.length > 0 && { topics }) }],
    });
    return {
      text: `Added ${role} ${id}. Its user name is ${id}, its password this, shown once:\n\n  ${secret}\n`,
      json: { id, role, home, topics, secret },
    };
  }
  if (!known) throw new RefusedError(`There is no credential "${id}": hearth-broker list shows all.`);
  if (command.verb === 'rotate') {
    const secret = newSecret();
    await ask({ rotate: [{ id, secretSha256: hashOf(secret) }] });
    const formerUntil = Date.now() + formerSecretMaxMs;
    return {
      text:
        `The next password of ${id}, shown once:\n\n  ${secret}\n\n` +
        `The former one works until this one is used, at most until ${new Date(formerUntil).toISOString()}.\n`,
      json: { id, secret, formerUntil },
    };
  }
  await ask({ revoke: [id] });
  const text = asker.isRunning
    ? `Revoked ${id}: it is cut off, and its queue and its will are gone.\n`
    : `Revoked ${id}. What the broker keeps for it is forgotten when it starts.\n`;
  return { text, json: { id, isRevoked: true } };
}

function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function tableOf(credentials: readonly ListedCredential[], isRunning: boolean): string {
  if (credentials.length === 0) return 'There are no credentials: hearth-broker add ID makes one.\n';
  const rows = credentials.map((credential) => [
    credential.id,
    credential.role,
    credential.home,
    isRunning ? (credential.isConnected ? 'connected' : 'not connected') : 'broker stopped',
    proofOf(credential),
    credential.topics.join(','),
  ]);
  const all = [['ID', 'ROLE', 'HOME', 'STATE', 'PROVES ITSELF BY', 'TOPICS'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function proofOf({ hasSecret, certificateSha256, formerSecretUntil }: ListedCredential): string {
  const proofs = [
    ...(hasSecret ? [formerSecretUntil === null ? 'secret' : 'secret, and its next one'] : []),
    ...(certificateSha256 === null ? [] : ['certificate']),
  ];
  return proofs.join(' or ');
}
