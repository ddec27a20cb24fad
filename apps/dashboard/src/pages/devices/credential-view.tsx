import { Link } from 'react-router';
import type { DeviceCredential } from '@hearth/contract';
import { useDevices } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { AlertIcon, CheckIcon, ClockIcon } from '../../components/icons.tsx';
import styles from './devices-page.module.css';

/** A first reading by hand, for a shell: what a device would send. */
function publishLine({ id, home, secret }: DeviceCredential, host: string, port: string): string {
  return [
    `mosquitto_pub -h ${host} -p ${port} -i ${id} -u ${id} -P '${secret}'`,
    `-q 1 -t hearth/v1/${home}/${id}/reading`,
    `-m '{"boot":1,"seq":1,"at":'$(date +%s)'000,"values":{"temperature":20.6}}'`,
  ].join(' \\\n  ');
}

/** Turns green at the first message that is taken, and says so when one is not. */
function FirstWord({ id }: { id: string }) {
  const device = useDevices().data?.find((candidate) => candidate.id === id);
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
      {device?.isOnline ? 'It is connected. Waiting for a reading…' : 'Waiting for it to connect…'}
    </output>
  );
}

/** What a device needs to connect. The password is not kept anywhere and never shown again. */
export function CredentialView({ credential, onDone }: { credential: DeviceCredential; onDone: () => void }) {
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
      <CopyLine isWide label="Try it by hand" text={publishLine(credential, host, shownPort)} />
      <FirstWord id={credential.id} />
      <Button look="primary" onClick={onDone}>
        Done
      </Button>
    </>
  );
}
