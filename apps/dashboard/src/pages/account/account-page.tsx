import { AuthenticatorPanel } from './authenticator-panel.tsx';
import { PasskeysPanel } from './passkeys-panel.tsx';
import { PasswordPanel } from './password-panel.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import { TokensPanel } from './tokens-panel.tsx';
import { PanelColumn, PanelColumns } from '../../components/panel.tsx';
import styles from '../../components/content.module.css';

/** What belongs to whoever is signed in: password, second step, and where else they are signed in. */
export function AccountPage() {
  return (
    <>
      <title>Your account · Hearth</title>
      <header className={styles.head}>
        <h1>Your account</h1>
      </header>
      <PanelColumns>
        <PanelColumn>
          <AuthenticatorPanel />
          <PasswordPanel />
        </PanelColumn>
        <PanelColumn>
          <PasskeysPanel />
          <TokensPanel />
          <SessionsPanel />
        </PanelColumn>
      </PanelColumns>
    </>
  );
}
