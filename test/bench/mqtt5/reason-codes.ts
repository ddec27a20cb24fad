/** Reason codes of MQTT 5 that the front says. */
export const reasons = {
  success: 0x00,
  withWill: 0x04,
  noSubscription: 0x11,
  unspecified: 0x80,
  malformed: 0x81,
  protocolError: 0x82,
  notAuthorized: 0x87,
  unavailable: 0x88,
  badAuthentication: 0x8c,
  takenOver: 0x8e,
  topicAliasInvalid: 0x94,
  sharedNotSupported: 0x9e,
  subscriptionIdsNotSupported: 0xa1,
} as const;

/** From here on a reason code is a refusal. */
export const firstRefusal = 0x80;

/** CONNACK's return code of 3.1.1 as a reason code. */
export function reasonOfReturnCode(returnCode: number): number {
  return (
    [0x00, 0x84, 0x85, reasons.unavailable, 0x86, reasons.notAuthorized][returnCode] ?? reasons.unspecified
  );
}

/** A granted QoS, or why there is none; 3.1.1 has one code for all refusals, and the broker's are those of its rules. */
export function reasonOfGranted(code: number, filter: string): number {
  if (code < firstRefusal) return code;
  return filter.startsWith('$share/') ? reasons.sharedNotSupported : reasons.notAuthorized;
}
