import { Link } from 'react-router';
import type { Device, DeviceCredential } from '@hearth/contract';
import { useDevices } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { AlertIcon, CheckIcon, ClockIcon } from '../../components/icons.tsx';
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

/** Turns green at the first message that is taken, and says so when one is not. */
function FirstWord({ id, role }: { id: string; role: Device['role'] }) {
  const device = useDevices().data?.find((candidate) => candidate.id === id);
  if (role === 'gateway' && device && device.lastMessageAt !== null && device.counts.rejected === 0)
    return (
      <output className={styles.heard}>
        <CheckIcon /> It is heard. What it hears appears under Devices.
      </output>
    );
  if (device && Object.keys(device.latest).length > 0)
    return (
      <output className={styles.heard}>
        <CheckIcon /> Its first reading is here.
      </output>
    );
  if (device && device.counts.rejected > 0)
    return (
      <output className={styles.wrong}>
        <AlertIcon />
        <span>
          A message came and was not taken. <Link to={`/devices/${id}`}>See why</Link>
        </span>
      </output>
    );
  return (
    <output className={styles.waiting}>
      <ClockIcon />{' '}
      {role === 'gateway'
        ? 'Waiting for the first device that it hears…'
        : device?.isOnline
          ? 'It is connected. Waiting for a reading…'
          : 'Waiting for it to connect…'}
    </output>
  );
}

interface Props {
  credential: DeviceCredential;
  role: Device['role'];
  onDone: () => void;
}

/** What a device needs to connect. The password is not kept anywhere and never shown again. */
export function CredentialView({ credential, role, onDone }: Props) {
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
      {role === 'gateway' ? (
        <CopyLine isWide label="Start rtl_433 with it" text={radioLine(credential, host, shownPort)} />
      ) : (
        <CopyLine isWide label="Try it by hand" text={publishLine(credential, host, shownPort)} />
      )}
      <FirstWord id={credential.id} role={role} />
      <Button look="primary" onClick={onDone}>
        Done
      </Button>
    </>
  );
}
