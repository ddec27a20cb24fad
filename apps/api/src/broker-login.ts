import { StartError } from '@hearth/part';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrokerLogin } from './bridge/bridge.ts';
import type { Config } from './config.ts';

/**
 * How the bridge gets in at the broker. Without a password of its own it is our broker, which leaves one in
 * the data folder.
 * @throws {StartError} for settings that contradict each other.
 */
export function brokerLogin(config: Config): BrokerLogin {
  const { HEARTH_BROKER_URL: brokerUrl, HEARTH_DATA_DIR: dataDir } = config;
  const { HEARTH_BROKER_PASSWORD: password, HEARTH_BROKER_PASSWORD_FILE: passwordFile } = config;
  const { HEARTH_BROKER_CERT_FILE: cert, HEARTH_BROKER_KEY_FILE: key, HEARTH_BROKER_CA_FILE: ca } = config;
  for (const name of ['HEARTH_BROKER_URL', 'HEARTH_DEVICE_BROKER_URL'] as const)
    if (config[name] !== undefined && !URL.canParse(config[name]))
      throw new StartError(`${name} is not an address such as mqtts://broker.example:8883: ${config[name]}`);
  if (password !== undefined && passwordFile !== undefined)
    throw new StartError('HEARTH_BROKER_PASSWORD and HEARTH_BROKER_PASSWORD_FILE are both set: set one');
  if ((cert === undefined) !== (key === undefined))
    throw new StartError(
      'HEARTH_BROKER_CERT_FILE and HEARTH_BROKER_KEY_FILE belong together: set both or none',
    );
  if (!brokerUrl.startsWith('mqtts:') && (ca ?? cert) !== undefined)
    throw new StartError(
      `HEARTH_BROKER_CA_FILE and HEARTH_BROKER_CERT_FILE are for mqtts://, and HEARTH_BROKER_URL is ${brokerUrl}`,
    );
  const isOurs = password === undefined && passwordFile === undefined;
  const { HEARTH_BROKER_ACCESS: asked, HEARTH_BROKER_SHARE: share } = config;
  return {
    brokerUrl,
    user: config.HEARTH_BROKER_USER,
    password,
    passwordFile: passwordFile ?? join(dataDir, 'broker', 'service-secret'),
    tlsFiles: { ca, cert, key },
    access: asked === 'auto' && isOurs ? 'hearth' : asked,
    share,
    async place() {
      const { protocol, hostname, port } = new URL(brokerUrl);
      const isTls = protocol === 'mqtts:';
      const listener = {
        kind: isTls ? ('mqtts' as const) : ('mqtt' as const),
        host: hostname,
        port: Number(port) || (isTls ? 8883 : 1883),
      };
      return { listeners: [listener], ca: ca === undefined ? null : await readFile(ca, 'utf8') };
    },
  };
}
