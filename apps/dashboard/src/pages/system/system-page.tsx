import { PanelColumn, PanelColumns } from '../../components/panel.tsx';
import { BackupsPanel } from './backups-panel.tsx';
import { ExportPanel } from './export-panel.tsx';
import { ImportPanel } from './import-panel.tsx';
import { ProbePanel } from './probe-panel.tsx';
import { StoragePanel } from './storage-panel.tsx';
import styles from './system-page.module.css';

/** What is kept of the readings, how long that lasts, the ways out and in, and whether readings come through. */
export function SystemPage() {
  return (
    <>
      <title>System · Hearth</title>
      <header className={styles.head}>
        <h1>System</h1>
      </header>
      <PanelColumns>
        <PanelColumn>
          <StoragePanel />
          <BackupsPanel />
        </PanelColumn>
        <PanelColumn>
          <ExportPanel />
          <ImportPanel />
          <ProbePanel />
        </PanelColumn>
      </PanelColumns>
    </>
  );
}
