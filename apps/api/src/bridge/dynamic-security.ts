import { randomUUID } from 'node:crypto';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { BrokerSession } from './broker-session.ts';
import { ControlError, type Control, type NewCredential } from './control.ts';
import { rightsOf } from './device-rights.ts';
import { BrokerAwayError } from './in-flight.ts';

/** Where Mosquitto's dynamic security plugin listens and answers. @see https://mosquitto.org/documentation/dynamic-security/ */
export const dynamicSecurityTopics = {
  request: '$CONTROL/dynamic-security/v1',
  response: '$CONTROL/dynamic-security/v1/response',
} as const;

const Answer = Type.Object({
  responses: Type.Array(
    Type.Object({
      command: Type.Optional(Type.String()),
      error: Type.Optional(Type.String()),
      correlationData: Type.Optional(Type.String()),
    }),
  ),
});
type Command = { command: string } & Record<string, unknown>;

const timeoutDefaultMs = 5000;
/** Clients in one message: about 25 kB. */
const chunk = 20;
/** Removing what is not there is no failure. */
const isMissing = /not found/i;

/** The part of {@link Control} that changes credentials at Mosquitto. */
export type DynamicSecurity = Pick<Control, 'add' | 'rotate' | 'revoke'> & {
  /** Whether the plugin is there and takes commands from us. */
  probe(timeoutMs: number): Promise<boolean>;
  hear(payload: Uint8Array): void;
};

/** Speaks to the plugin. A client there is a device or gateway here, with a role of its own of the same rights. */
export function createDynamicSecurity(
  publish: BrokerSession['publish'],
  timeoutMs = timeoutDefaultMs,
): DynamicSecurity {
  const waiting = new Map<string, (responses: { command?: string; error?: string }[]) => void>();

  const request = async (commands: Command[], deadlineMs = timeoutMs): Promise<void> => {
    const correlationData = randomUUID();
    const answered = Promise.withResolvers<{ command?: string; error?: string }[]>();
    waiting.set(correlationData, answered.resolve);
    const late = new BrokerAwayError('Mosquitto does not answer on its control topic');
    const timer = setTimeout(() => answered.reject(late), deadlineMs);
    try {
      for (const command of commands) command['correlationData'] = correlationData;
      const payload = JSON.stringify({ commands });
      publish(dynamicSecurityTopics.request, payload, { isUrgent: true }).catch(answered.reject);
      const failed = (await answered.promise).find(
        ({ command = '', error }) => error && !(command.startsWith('delete') && isMissing.test(error)),
      );
      if (failed) throw new ControlError(`Mosquitto did not do "${failed.command}": ${failed.error}`);
    } finally {
      clearTimeout(timer);
      waiting.delete(correlationData);
    }
  };

  return {
    async add(credentials) {
      for (let i = 0; i < credentials.length; i += chunk)
        await request(
          credentials.slice(i, i + chunk).flatMap((each) => removal(each.id).concat(addition(each))),
        );
    },
    async rotate({ id, secret }) {
      await request([{ command: 'setClientPassword', username: id, password: secret }]);
      return { isFormerKept: false };
    },
    async revoke(ids) {
      for (let i = 0; i < ids.length; i += chunk) await request(ids.slice(i, i + chunk).flatMap(removal));
    },
    async probe(deadlineMs) {
      try {
        await request([{ command: 'getDefaultACLAccess' }], deadlineMs);
        return true;
      } catch (error) {
        if (error instanceof BrokerAwayError || error instanceof ControlError) return false;
        throw error;
      }
    },
    hear(payload) {
      let answer: unknown;
      try {
        answer = JSON.parse(Buffer.from(payload).toString());
      } catch {
        return;
      }
      if (!Check(Answer, answer)) return;
      waiting.get(answer.responses[0]?.correlationData ?? '')?.(answer.responses);
    },
  };
}

const roleOf = (id: string): string => `hearth-${id}`;

/** Mosquitto cuts the connection of a client that is deleted, without its will. */
function removal(id: string): Command[] {
  return [
    { command: 'deleteClient', username: id },
    { command: 'deleteRole', rolename: roleOf(id) },
  ];
}

function addition(credential: NewCredential): Command[] {
  const { id, role, secret } = credential;
  const { writes, reads } = rightsOf(credential);
  const [subscribe, unsubscribe] =
    role === 'gateway'
      ? ['subscribePattern', 'unsubscribePattern']
      : ['subscribeLiteral', 'unsubscribeLiteral'];
  const allow = (acltype: string, topics: readonly string[]): object[] =>
    topics.map((topic) => ({ acltype, topic, priority: 0, allow: true }));
  const acls = [
    ...allow('publishClientSend', writes),
    ...[subscribe, unsubscribe, 'publishClientReceive'].flatMap((acltype) => allow(acltype, reads)),
  ];
  return [
    { command: 'createRole', rolename: roleOf(id), acls },
    {
      command: 'createClient',
      username: id,
      password: secret,
      // A gateway chooses its client id; a device's is its own id, so that no other can take its session.
      ...(role === 'device' && { clientid: id }),
      roles: [{ rolename: roleOf(id), priority: 0 }],
    },
  ];
}
