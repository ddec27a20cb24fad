import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { probeEchoFilter, probeIds, type BrokerFace } from '@hearth/contract';
import { LegError } from '@hearth/probe';
import type { Bridge, BrokerLogin } from '../bridge/bridge.ts';
import { ControlError, type NewCredential } from '../bridge/control.ts';
import { BrokerAwayError } from '../bridge/in-flight.ts';
import type { Devices } from '../devices/devices.ts';
import { homeId } from '../homes.ts';

/** There is nobody to probe as, or the probe would hinder others; the message is a sentence for a person. */
export class CannotProbeError extends Error {
  override readonly name = 'CannotProbeError';
  readonly code = 'cannot-probe';
}

/** Where and with what the probe connects. */
export interface ProbeWay {
  url: string;
  /** PEM. */
  ca?: string;
  isNameChecked: boolean;
  password: string;
}

interface Parts {
  bridge: Pick<Bridge, 'control'>;
  devices: Pick<Devices, 'get'>;
  login: BrokerLogin;
}

/**
 * Makes the probe's two names at the broker, with a secret that only this process knows, and finds out where to
 * connect: as devices do, over TLS where our broker has it. Without the name in the certificate being checked there,
 * since the authority is the broker's own.
 * @throws {CannotProbeError} @throws {LegError} without the broker
 */
export async function openWay({ bridge: { control }, devices, login }: Parts): Promise<ProbeWay> {
  assertPossible(devices, login);
  const password = randomBytes(32).toString('base64url');
  const credentials = credentialsWith(password);
  try {
    await control.add(credentials);
    if (control.byHand(credentials[0]!))
      throw new CannotProbeError('this broker lets in by hand only, and nobody has let in the probe.');
    return { ...(await placeOf(await control.describe(), login)), password };
  } catch (error) {
    if (error instanceof BrokerAwayError) throw new LegError('connect', error.message, { cause: error });
    if (error instanceof ControlError)
      throw new CannotProbeError(`the broker does not let in the probe: ${error.message}`, { cause: error });
    throw error;
  }
}

function assertPossible(devices: Parts['devices'], { share, tlsFiles }: BrokerLogin): void {
  if (share !== undefined)
    throw new CannotProbeError('several Hearths share this broker, and another one may take its reading.');
  if (tlsFiles?.cert !== undefined)
    throw new CannotProbeError('this broker asks for a certificate, and the probe has none.');
  const namesake = Object.values(probeIds).find((id) => devices.get(id));
  if (namesake !== undefined)
    throw new CannotProbeError(`a device is called ${namesake}, which is the probe’s name.`);
}

/** The least that does it: a device of its own, and three topics to hear itself on. */
function credentialsWith(secret: string): NewCredential[] {
  return [
    { id: probeIds.device, role: 'device', home: homeId, secret },
    { id: probeIds.echo, role: 'gateway', home: homeId, secret, topics: [probeEchoFilter] },
  ];
}

const everywhere = new Set(['::', '0.0.0.0']);

async function placeOf(
  { listeners, ca }: BrokerFace,
  { brokerUrl, tlsFiles }: BrokerLogin,
): Promise<Omit<ProbeWay, 'password'>> {
  const { hostname, protocol } = new URL(brokerUrl);
  if (protocol === 'mqtts:') {
    const file = tlsFiles?.ca;
    return {
      url: brokerUrl,
      isNameChecked: true,
      ...(file !== undefined && { ca: await readFile(file, 'utf8') }),
    };
  }
  const encrypted = listeners.find(
    ({ kind, host }) => kind === 'mqtts' && (everywhere.has(host) || host === hostname),
  );
  if (!encrypted || ca === null) return { url: brokerUrl, isNameChecked: true };
  return { url: `mqtts://${hostname}:${encrypted.port}`, ca, isNameChecked: false };
}
