import { useAlerts } from '../../api/alert-queries.ts';
import { useMay } from '../../api/people-queries.ts';
import { PanelColumn, PanelColumns } from '../../components/panel.tsx';
import content from '../../components/content.module.css';
import { ChannelsPanel } from './channels-panel.tsx';
import { OpenPanel } from './open-panel.tsx';
import { QuietPanel } from './quiet-panel.tsx';
import { RulesPanel } from './rules-panel.tsx';

/** What is wrong and what to do, who is told of it, and what is watched for. */
export function AlertsPage() {
  const alerts = useAlerts();
  const maySeeChannels = useMay('channels');
  const mayChangeSettings = useMay('changeAlertSettings');
  const mayChangeRules = useMay('changeAlertRule');
  return (
    <>
      <title>Alerts · Hearth</title>
      <header className={content.head}>
        <h1>Alerts</h1>
      </header>
      <PanelColumns>
        <PanelColumn>
          <OpenPanel />
        </PanelColumn>
        <PanelColumn>
          {maySeeChannels && <ChannelsPanel />}
          {/* They have the same answer as what is wrong: its failure is said once. */}
          {(alerts.data || !alerts.error) && (
            <>
              {mayChangeSettings && <QuietPanel />}
              {mayChangeRules && <RulesPanel />}
            </>
          )}
        </PanelColumn>
      </PanelColumns>
    </>
  );
}
