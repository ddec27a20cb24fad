const hourMs = 3_600_000;

/** What Home Assistant keeps of an hour of a sensor. */
export interface Hour {
  startAt: number;
  mean: number;
  min: number;
  max: number;
}

/**
 * The hours of one sensor from its states in order of time: least, greatest, and the mean weighted by the time that
 * each state stood, as the recorder computes them. The hour that is still open is not among them.
 */
export function createHours(emit: (hour: Hour) => void): (at: number, value: number) => void {
  let startAt = NaN;
  let sinceAt = 0;
  let value = 0;
  let weighted = 0;
  let min = 0;
  let max = 0;

  const begin = (at: number): void => {
    startAt = at - (at % hourMs);
    sinceAt = startAt;
    weighted = 0;
    min = value;
    max = value;
  };
  const end = (): void => {
    const endAt = startAt + hourMs;
    const mean = (weighted + value * (endAt - sinceAt)) / hourMs;
    emit({ startAt, mean, min, max });
    begin(endAt);
  };
  return (at, next) => {
    if (Number.isNaN(startAt)) {
      value = next;
      begin(at);
    }
    for (let over = Math.floor((at - startAt) / hourMs); over > 0; over--) end();
    weighted += value * (at - sinceAt);
    sinceAt = at;
    value = next;
    min = Math.min(min, next);
    max = Math.max(max, next);
  };
}
