import type { ReactNode } from 'react';
import type { Device, DeviceCredential, NewDevice } from '@hearth/contract';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { FirstWord } from './first-word.tsx';
import styles from './devices-page.module.css';

/** A first reading by hand, for a shell. Boot 0, so that no reading of the device itself looks like a repeat of it. */
function publishLine({ id, home, secret }: DeviceCredential, host: string, port: string): string {
  return [
    `mosquitto_pub -h ${host} -p ${port} -i ${id} -u ${id} -P '${secret}'`,
    `-q 1 -t hearth/v1/${home}/${id}/reading`,
    `-m '{"boot":0,"seq":1,"at":'$(date +%s)'000,"values":{"temperature":20.6}}'`,
  ].join(' \\\n  ');
}

/** What makes rtl_433 speak to us. */
function radioLine({ id, secret }: DeviceCredential, host: string, port: string): string {
  return `rtl_433 -M time:iso:utc:tz \\\n  -F 'mqtt://${host}:${port},user=${id},pass=${secret},retain=1,events'`;
}

/** Its part of Zigbee2MQTT's configuration.yaml, with values that say when and setpoints that are said by the device. */
function zigbeeLines({ id, secret }: DeviceCredential, host: string, port: string): string {
  return [
    `mqtt:\n  server: mqtt://${host}:${port}\n  user: ${id}\n  password: ${secret}`,
    'advanced:\n  last_seen: ISO_8601',
    'availability:\n  enabled: true',
    'device_options:\n  optimistic: false',
  ].join('\n');
}

/** What to do with a gateway's password. Where it is made anew nobody knows what the gateway is: all is in the list. */
function GatewayLines({ credential, speaks, host, port }: Props & { host: string; port: string }) {
  if (speaks === undefined || speaks === 'rtl_433')
    return <CopyLine isWide label="Start rtl_433 with it" text={radioLine(credential, host, port)} />;
  if (speaks === 'zigbee2mqtt')
    return <CopyLine isWide label="In its configuration.yaml" text={zigbeeLines(credential, host, port)} />;
  return <p className={styles.hint}>Enter these in its MQTT settings, and restart it.</p>;
}

interface Props {
  credential: DeviceCredential;
  role: Device['role'];
  /** What a new gateway is. */
  speaks?: NewDevice['speaks'] | undefined;
  /** In place of the wait for a first reading, for a device that has reported before. */
  note?: ReactNode;
  onDone: () => void;
}

/** What a device needs to connect. The password is not kept anywhere and never shown again. */
export function CredentialView(props: Props) {
  const { credential, role, note, onDone } = props;
  const { hostname, port, protocol } = new URL(credential.brokerUrl);
  // Browsers keep the wildcard address; a device needs the one that this page came from.
  const host = ['0.0.0.0', ''].includes(hostname) ? location.hostname : hostname;
  const shownPort = port || (protocol === 'mqtts:' ? '8883' : '1883');
  return (
    <>
      <p className={styles.once}>The password is shown this once. Copy it before you close.</p>
      <div className={styles.lines}>
        <CopyLine label="Host" text={host} />
        <CopyLine label="Port" text={shownPort} />
        <CopyLine label="User" text={credential.id} />
        <CopyLine label="Password" text={credential.secret} />
      </div>
      {credential.brokerSetup && (
        <>
          <p className={styles.once}>
            This broker lets devices in by hand. Add these at the broker (so for Mosquitto), then have it read
            its files again.
          </p>
          <CopyLine isWide label="Password at the broker" text={credential.brokerSetup.passwordCommand} />
          <CopyLine isWide label="Lines of its acl_file" text={credential.brokerSetup.aclLines.join('\n')} />
        </>
      )}
      {role === 'gateway' ? (
        <GatewayLines {...props} host={host} port={shownPort} />
      ) : (
        <>
          <CopyLine isWide label="Try it by hand" text={publishLine(credential, host, shownPort)} />
          <p className={styles.hint}>
            It sends one reading, 20.6 °C, with this device’s name. What the device is and can do it says
            itself when it connects.
          </p>
        </>
      )}
      {note ?? <FirstWord id={credential.id} deviceRole={role} />}
      <Button look="primary" onClick={onDone}>
        Done
      </Button>
    </>
  );
}
