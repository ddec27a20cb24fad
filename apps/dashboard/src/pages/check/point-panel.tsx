import type { CheckRun } from '@hearth/contract';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { Countdown } from '../../components/countdown.tsx';
import { Fold } from '../../components/fold.tsx';
import { ClockIcon, DownloadIcon } from '../../components/icons.tsx';
import { Panel } from '../../components/panel.tsx';
import styles from './check-page.module.css';
import own from './run.module.css';

/** Where the browser gets the certificate of the authority from. */
const authorityPath = '/api/conformance/ca.crt';

/** The example of this repository, with what it needs. */
function exampleLine({ asked, home, port }: CheckRun, secret: string): string {
  const names = [
    `DEVICE=${asked.device} SECRET=${secret} HOME_ID=${home}`,
    `BROKER=${asked.host} PORT=${port}${asked.isPlain ? '' : ' CA_FILE=hearth-check-ca.crt'}`,
    'node examples/device.mjs',
  ];
  return names.join(' \\\n  ');
}

interface Props {
  run: CheckRun;
  /** Null where it was shown on another page, or before this one was loaded anew. */
  secret: string | null;
  isStopping: boolean;
  isAway: boolean;
  onStop: () => void;
}

/** Where to point the device, until its first reading is here. */
export function PointPanel({ run, secret, isStopping, isAway, onStop }: Props) {
  const { asked, port, home } = run;
  return (
    <Panel title={`Point ${asked.device} here`}>
      <p className={secret === null ? styles.hint : own.once}>
        {secret === null
          ? 'The password was shown once, when the check began. If nobody has it, stop, and begin again.'
          : 'The password is shown this once, and is good for this check alone. Copy it before you leave the page.'}
      </p>
      <div>
        <CopyLine label="Host" text={asked.host} />
        <CopyLine label="Port" text={String(port)} />
        <CopyLine label="User" text={asked.device} />
        {secret !== null && <CopyLine label="Password" text={secret} />}
        <CopyLine label="Topics" text={`hearth/v1/${home}/${asked.device}/…`} />
      </div>
      {asked.isPlain ? (
        <p className={styles.hint}>Without TLS. Its client id is its user name.</p>
      ) : (
        <div className={own.authority}>
          <a href={authorityPath} download className={own.download}>
            <DownloadIcon /> Certificate of the authority
          </a>
          <p className={styles.hint}>
            With TLS: the device trusts this certificate and no other. It is made for this check. Its client
            id is its user name.
          </p>
        </div>
      )}
      {secret !== null && (
        <Fold summary="No device at hand?">
          <CopyLine isWide label="The example, in the folder of Hearth" text={exampleLine(run, secret)} />
        </Fold>
      )}
      <output className={own.waiting}>
        <ClockIcon />
        <span>
          Waiting for its first reading, for <Countdown untilAt={run.waitsUntil} /> more.
        </span>
      </output>
      <div className={styles.actions}>
        <Button disabled={isAway || isStopping} onClick={onStop}>
          {isStopping ? 'Stopping…' : 'Stop'}
        </Button>
      </div>
    </Panel>
  );
}
