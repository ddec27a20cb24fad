import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { AuthenticatorOffer } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { wordsFor } from '../../api/problem.ts';
import { Button } from '../../components/button.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { PasswordAgain } from './password-again.tsx';
import { QrCode } from './qr-code.tsx';
import styles from '../../components/content.module.css';

interface Props {
  onClose: () => void;
  onDone: (codes: string[]) => void;
}

function Scan({ offer, onClose, onDone }: Props & { offer: AuthenticatorOffer }) {
  const confirm = useMutation({
    mutationFn: (code: string) => call('confirmAuthenticator', { body: { code } }),
    onSuccess: ({ codes }) => onDone(codes),
  });
  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    confirm.mutate(new FormData(event.currentTarget).get('code') as string);
  }
  return (
    <Dialog title="Add it to the app" onClose={onClose}>
      <p>
        Scan this with an authenticator app, or copy the secret into it. Then type the code that it shows.
      </p>
      <QrCode text={offer.uri} label="QR code for the authenticator app" />
      <CopyLine label="Secret" text={offer.secret} isWide />
      <form className={styles.form} onSubmit={onSubmit}>
        <Field
          label="Code"
          name="code"
          required
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={40}
        />
        {confirm.error && (
          <p role="alert" className={styles.error}>
            {wordsFor(confirm.error)}
          </p>
        )}
        <div className={styles.actions}>
          <Button onClick={onClose}>Leave it</Button>
          <Button look="primary" type="submit" disabled={confirm.isPending}>
            Use this app
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Password, QR code, first code: then the app counts. */
export function EnrolDialog({ onClose, onDone }: Props) {
  const [offer, setOffer] = useState<AuthenticatorOffer | null>(null);
  if (offer) return <Scan offer={offer} onClose={onClose} onDone={onDone} />;
  return (
    <PasswordAgain
      title="Use an authenticator app"
      doIt="Go on"
      onClose={onClose}
      run={async (password) => setOffer(await call('offerAuthenticator', { body: { password } }))}
    >
      Any app for six-digit codes does, such as Aegis, 2FAS, Google Authenticator or a password manager.
    </PasswordAgain>
  );
}
