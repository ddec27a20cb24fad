import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Account } from '@hearth/contract';
import { accountKey, useAccount } from '../../api/account-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { Button } from '../../components/button.tsx';
import { CheckIcon } from '../../components/icons.tsx';
import { useFormat } from '../../format-context.ts';
import { serverNow } from '../../clock.ts';
import { AnswerPanel } from '../answer-panel.tsx';
import { EnrolDialog } from './enrol-dialog.tsx';
import { PasswordAgain } from './password-again.tsx';
import { RecoveryCodesDialog } from './recovery-codes-dialog.tsx';
import styles from '../../components/content.module.css';

type Open = 'enrol' | 'remove' | 'renew' | readonly string[] | null;

function Dialogs({ open, setOpen }: { open: Open; setOpen: (open: Open) => void }) {
  const client = useQueryClient();
  const onClose = (): void => setOpen(null);
  const lookAgain = () => client.invalidateQueries({ queryKey: accountKey });
  if (open === null) return null;
  if (open === 'enrol')
    return (
      <EnrolDialog
        onClose={onClose}
        onDone={(codes) => {
          setOpen(codes);
          void lookAgain();
        }}
      />
    );
  if (open === 'remove')
    return (
      <PasswordAgain
        title="Sign in by password alone?"
        doIt="Take the app away"
        onClose={onClose}
        run={async (password) => {
          await call('removeAuthenticator', { body: { password } });
          onClose();
          await lookAgain();
        }}
      >
        Whoever learns your password is in then. The recovery codes go too.
      </PasswordAgain>
    );
  if (open === 'renew')
    return (
      <PasswordAgain
        title="New recovery codes?"
        doIt="Make new ones"
        onClose={onClose}
        run={async (password) => {
          setOpen((await call('renewRecoveryCodes', { body: { password } })).codes);
          await lookAgain();
        }}
      >
        Those of before let nobody in any more.
      </PasswordAgain>
    );
  return <RecoveryCodesDialog codes={open} onClose={onClose} />;
}

function Shown({ account: { authenticator } }: { account: Account }) {
  const isAway = useLink().state === 'away';
  const format = useFormat();
  const [open, setOpen] = useState<Open>(null);
  return (
    <>
      {authenticator === null ? (
        <p>
          Your password is enough to sign in. With an app on your phone it takes a code of six digits as well,
          so that a password that was seen or guessed opens nothing.
        </p>
      ) : (
        <>
          <p className={styles.good}>
            <CheckIcon /> A sign-in takes a code of your app, since{' '}
            {format.moment(authenticator.since, serverNow())}.
          </p>
          <p className={styles.note}>
            {authenticator.codesLeft === 0
              ? 'No recovery code is'
              : `${authenticator.codesLeft} of 10 recovery codes are`}{' '}
            left for when the phone is away.
          </p>
        </>
      )}
      <div className={styles.actions}>
        <Button disabled={isAway} onClick={() => setOpen('enrol')}>
          {authenticator === null ? 'Use an app' : 'Use another app'}
        </Button>
        {authenticator !== null && (
          <>
            <Button look="quiet" disabled={isAway} onClick={() => setOpen('renew')}>
              New recovery codes
            </Button>
            <Button look="quiet" disabled={isAway} onClick={() => setOpen('remove')}>
              Take the app away
            </Button>
          </>
        )}
      </div>
      <Dialogs open={open} setOpen={setOpen} />
    </>
  );
}

/** The second step of a sign-in: whether there is one, and how to get or lose it. */
export function AuthenticatorPanel() {
  const account = useAccount();
  return (
    <AnswerPanel title="Second step" answer={account} failure="Your account could not be looked up">
      {(data) => <Shown account={data} />}
    </AnswerPanel>
  );
}
