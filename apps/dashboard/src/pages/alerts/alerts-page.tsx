import { PanelColumn, PanelColumns } from '../../components/panel.tsx';
import { ChannelsPanel } from './channels-panel.tsx';
import { OpenPanel } from './open-panel.tsx';
import { QuietPanel } from './quiet-panel.tsx';
import { RulesPanel } from './rules-panel.tsx';
import styles from '../system/system-page.module.css';

/** What is wrong and what to do, who is told of it, and what is watched for. */
export function AlertsPage() {
  return (
    <>
      <title>Alerts · Hearth</title>
      <header className={styles.head}>
        <h1>Alerts</h1>
      </header>
      <PanelColumns>
        <PanelColumn>
          <OpenPanel />
        </PanelColumn>
        <PanelColumn>
          <ChannelsPanel />
          <QuietPanel />
          <RulesPanel />
        </PanelColumn>
      </PanelColumns>
    </>
  );
}
