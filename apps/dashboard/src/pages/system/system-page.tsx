import { PanelColumn, PanelColumns } from '../../components/panel.tsx';
import { AvailabilityPanel } from './availability-panel.tsx';
import { BackupsPanel } from './backups-panel.tsx';
import { ExportPanel } from './export-panel.tsx';
import { ImportPanel } from './import-panel.tsx';
import { StoragePanel } from './storage-panel.tsx';
import styles from './system-page.module.css';

/** Whether everything worked, what is kept of the readings, how long that lasts, and the ways out and in. */
export function SystemPage() {
  return (
    <>
      <title>System · Hearth</title>
      <header className={styles.head}>
        <h1>System</h1>
      </header>
      <PanelColumns>
        <PanelColumn>
          <AvailabilityPanel />
        </PanelColumn>
        <PanelColumn>
          <StoragePanel />
          <BackupsPanel />
          <ExportPanel />
          <ImportPanel />
        </PanelColumn>
      </PanelColumns>
    </>
  );
}
