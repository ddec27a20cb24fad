import { PanelColumn, PanelColumns } from '../../components/panel.tsx';
import content from '../../components/content.module.css';
import { AvailabilityPanel } from './availability-panel.tsx';
import { BackupsPanel } from './backups-panel.tsx';
import { ExportPanel } from './export-panel.tsx';
import { ImportPanel } from './import-panel.tsx';
import { ProbePanel } from './probe-panel.tsx';
import { StoragePanel } from './storage-panel.tsx';

/** Whether everything worked and readings come through, what is kept of them, how long that lasts, and the ways out and in. */
export function SystemPage() {
  return (
    <>
      <title>System · Hearth</title>
      <header className={content.head}>
        <h1>System</h1>
      </header>
      <PanelColumns>
        <PanelColumn>
          <AvailabilityPanel />
          <ProbePanel />
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
