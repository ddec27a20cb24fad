import type { Device } from '@hearth/contract';
import { useLink } from '../api/link.ts';
import { useFormat } from '../format-context.ts';

/**
 * Why nothing can be asked of or set on a device now; empty when it can. Commands are never queued: one that
 * acts hours later is worse than one that was not sent.
 */
export function useBlocked(device: Device | null): string {
  const link = useLink();
  const format = useFormat();
  if (link.state === 'away') return `Can’t reach Hearth since ${format.time(link.sinceAt)}: nothing is sent.`;
  if (device?.isOnline === false) return `${device.name} is not connected: nothing is sent.`;
  if (device?.isOnline === null) return `Whether ${device.name} is connected is not known: nothing is sent.`;
  return '';
}
