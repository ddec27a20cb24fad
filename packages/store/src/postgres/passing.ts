/** The network, a server that starts or stops, one that has no connection to spare. */
const passingCodes =
  /^(connection$|E(CONN|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH|PIPE|NOENT)|08|53|57P)/;

/** Whether a server that refused with this code may take us when it is asked later. */
export function isPassing(code: string): boolean {
  return passingCodes.test(code);
}
