import { keyOf, type Finding } from './condition.ts';
import type { DeviceSituation, Situation } from './situation.ts';

/** The broker's absence explains whatever else is found of devices. */
export const brokerCause = keyOf('broker-away', 'broker');

/** What is judged of one device. */
type Judged = Pick<Finding, 'holds' | 'why' | 'since'> & { causes?: readonly string[] };

/** What of others explains trouble of this device. */
function causesOf({ device, gatewayId }: DeviceSituation, isOwn: boolean): string[] {
  const gateway = gatewayId === undefined ? [] : [keyOf('gateway-offline', gatewayId)];
  const own = isOwn ? [] : [keyOf('device-offline', device.id)];
  return [brokerCause, keyOf('network-away', 'home'), ...gateway, ...own];
}

/** A finding for each device that a condition is about; `isOwn` where its absence does not explain it. */
export function ofDevices(
  { devices }: Situation,
  judge: (situation: DeviceSituation) => Judged | null,
  isOwn = false,
): Finding[] {
  return devices.flatMap((each) => {
    const judged = each.device.source === 'import' ? null : judge(each);
    const { id, name, roomId } = each.device;
    const place = { subject: id, name, deviceId: id, ...(roomId === null ? {} : { roomId }) };
    if (!judged) return [];
    return [{ ...place, ...judged, causes: [...causesOf(each, isOwn), ...(judged.causes ?? [])] }];
  });
}
