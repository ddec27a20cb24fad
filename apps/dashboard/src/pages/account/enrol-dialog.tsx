import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AuthenticatorOffer } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { CopyLine } from '../../components/copy-line.tsx';
import { DialogForm } from '../dialog-form.tsx';
import { Field } from '../../components/field.tsx';
import { PasswordAgain } from './password-again.tsx';
import { QrCode } from './qr-code.tsx';

interface Props {
  onClose: () => void;
  onDone: (codes: string[]) => void;
}

function Scan({ offer, onClose, onDone }: Props & { offer: AuthenticatorOffer }) {
  const confirm = useMutation({
    mutationFn: (code: string) => call('confirmAuthenticator', { body: { code } }),
    onSuccess: ({ codes }) => onDone(codes),
  });
  return (
    <DialogForm
      title="Add it to the app"
      lead={
        <>
          <p>
            Scan this with an authenticator app, or copy the secret into it. Then type the code that it shows.
          </p>
          <QrCode text={offer.uri} label="QR code for the authenticator app" />
          <CopyLine label="Secret" text={offer.secret} isWide />
        </>
      }
      doIt="Use this app"
      isPending={confirm.isPending}
      error={confirm.error}
      onSubmit={(form) => confirm.mutate(new FormData(form).get('code') as string)}
      onClose={onClose}
    >
      <Field
        label="Code"
        name="code"
        required
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={40}
      />
    </DialogForm>
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
