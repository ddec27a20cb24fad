import type { ImportReport } from '@hearth/contract';
import type { Devices } from '../devices/devices.ts';

/** Shows what an import brought: devices that nobody knew, under the names that they have in the file, and newest values. */
export async function showImported(devices: Devices, { sources }: ImportReport): Promise<void> {
  const ids = new Set(sources.filter(({ readings }) => readings > 0).map(({ device }) => device));
  for (const id of ids)
    if (id !== null && !devices.get(id) && devices.isFree(id))
      devices.add({ id, name: id, roomId: null, role: 'device', isDemo: false, source: 'import' });
  await devices.noteImported();
}
