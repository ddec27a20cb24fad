import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Passkey } from '@hearth/contract';
import { passkeysKey, usePasskeys } from '../../api/account-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { makePasskey, passkeyObstacle } from '../../api/passkeys.ts';
import { Age } from '../../components/age.tsx';
import { Button } from '../../components/button.tsx';
import { AnswerPanel } from '../answer-panel.tsx';
import { PasswordAgain } from './password-again.tsx';
import styles from '../../components/content.module.css';

function Shown({ passkeys }: { passkeys: readonly Passkey[] }) {
  const client = useQueryClient();
  const isAway = useLink().state === 'away';
  const [open, setOpen] = useState<'add' | Passkey | null>(null);
  const obstacle = passkeyObstacle();
  const onClose = (): void => setOpen(null);
  const done = async (): Promise<void> => {
    onClose();
    await client.invalidateQueries({ queryKey: passkeysKey });
  };
  return (
    <>
      <p>
        A passkey signs you in by your finger, face or PIN, without password and code. It is of no use on a
        page that only looks like this one.
      </p>
      {passkeys.length > 0 && (
        <ul className={styles.entries}>
          {passkeys.map((passkey) => (
            <li key={passkey.id} className={styles.entry}>
              <strong>
                {passkey.name} <span>for {passkey.site}</span>
              </strong>
              <p>
                {passkey.usedAt === null ? (
                  'Not used yet'
                ) : (
                  <>
                    Last used <Age at={passkey.usedAt} />
                  </>
                )}
              </p>
              <div className={styles.actions}>
                <Button look="quiet" disabled={isAway} onClick={() => setOpen(passkey)}>
                  Remove this passkey
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {obstacle === null ? (
        <div className={styles.actions}>
          <Button disabled={isAway} onClick={() => setOpen('add')}>
            Add a passkey
          </Button>
        </div>
      ) : (
        <p className={styles.note}>{obstacle}</p>
      )}
      {open === 'add' && (
        <PasswordAgain
          title="Add a passkey"
          doIt="Go on"
          onClose={onClose}
          run={async (password) => {
            await makePasskey(password);
            await done();
          }}
        >
          Your browser asks next where to keep it: in this device, your phone or a security key.
        </PasswordAgain>
      )}
      {open !== null && open !== 'add' && (
        <PasswordAgain
          title="Remove this passkey?"
          doIt="Remove it"
          onClose={onClose}
          run={async (password) => {
            await call('removePasskey', { body: { id: open.id, password } });
            await done();
          }}
        >
          It lets nobody in any more. Your device may go on offering it until you delete it there.
        </PasswordAgain>
      )}
    </>
  );
}

/** Passkeys: which there are, and one more where the page can have one. */
export function PasskeysPanel() {
  const passkeys = usePasskeys();
  return (
    <AnswerPanel title="Passkeys" answer={passkeys} failure="The passkeys could not be looked up">
      {(data) => <Shown passkeys={data} />}
    </AnswerPanel>
  );
}
