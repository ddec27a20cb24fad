import { useState } from 'react';
import type { Storage } from '@hearth/contract';
import { useLink } from '../../api/link.ts';
import { useDevices } from '../../api/queries.ts';
import { useStorage } from '../../api/system-queries.ts';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { Fold } from '../../components/fold.tsx';
import { AlertIcon, ClockIcon } from '../../components/icons.tsx';
import { labelOf } from '../../device-words.ts';
import { useFormat } from '../../format-context.ts';
import { bytesWords, freeWords, roomPromise, ruleWords } from '../../storage-words.ts';
import { AnswerPanel } from '../answer-panel.tsx';
import { RetentionDialog } from './retention-dialog.tsx';
import own from './storage-panel.module.css';
import styles from './system-page.module.css';

type NameOf = (device: string) => string;

/** Series that are shown before the rest is asked for. */
const largest = 3;

function SeriesTable({
  series,
  caption,
  nameOf,
}: {
  series: Storage['series'];
  caption: string;
  nameOf: NameOf;
}) {
  const format = useFormat();
  return (
    <table className={own.series}>
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Series</th>
          <th scope="col">Takes</th>
          <th scope="col">A year</th>
        </tr>
      </thead>
      <tbody>
        {series.map(({ device, quantity, bytes, readings, readingsBPerYear, rollupsBPerYear }) => (
          <tr key={`${device} ${quantity}`}>
            <th scope="row">
              {labelOf(quantity)}
              <span>
                {nameOf(device)}, {format.number(readings)} readings
              </span>
            </th>
            <td>{bytesWords(bytes, format)}</td>
            <td>
              {readingsBPerYear + rollupsBPerYear > 0
                ? bytesWords(readingsBPerYear + rollupsBPerYear, format)
                : '–'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SeriesList({ series, nameOf }: { series: Storage['series']; nameOf: NameOf }) {
  const sorted = series.toSorted((a, b) => b.bytes - a.bytes);
  const rest = sorted.slice(largest);
  if (sorted.length === 0) return null;
  return (
    <div>
      <SeriesTable series={sorted.slice(0, largest)} caption="The largest series" nameOf={nameOf} />
      {rest.length > 0 && (
        <Fold summary={rest.length === 1 ? 'One more series' : `${rest.length} more series`}>
          <SeriesTable series={rest} caption="The other series" nameOf={nameOf} />
        </Fold>
      )}
    </div>
  );
}

function Kept({ storage, nameOf }: { storage: Storage; nameOf: NameOf }) {
  const isAway = useLink().state === 'away';
  const [isChoosing, setChoosing] = useState(false);
  const rules = ruleWords(storage.rules, nameOf);
  return (
    <div className={styles.part}>
      <div className={styles.row}>
        <div>
          <h3>Kept</h3>
          {rules.length === 0 ? (
            <p>Everything, for ever.</p>
          ) : (
            <ul className={own.rules}>
              {rules.map((words) => (
                <li key={words}>{words}.</li>
              ))}
            </ul>
          )}
        </div>
        <Button disabled={isAway} onClick={() => setChoosing(true)}>
          Choose what is kept
        </Button>
      </div>
      {storage.retention.waits !== null && (
        <p className={styles.warn}>
          <ClockIcon /> Deleting waits: {storage.retention.waits}.
        </p>
      )}
      {isChoosing && <RetentionDialog storage={storage} onClose={() => setChoosing(false)} />}
    </div>
  );
}

function Room({ storage }: { storage: Storage }) {
  const format = useFormat();
  const devices = useDevices();
  const names = new Map(devices.data?.map(({ id, name }) => [id, name]));
  const nameOf = (device: string) => names.get(device) ?? device;
  const promise = roomPromise(storage, format);
  // What came a moment ago is not counted by series yet.
  const isEmpty =
    storage.series.length === 0 && devices.data?.every(({ lastMessageAt }) => lastMessageAt === null);
  return (
    <>
      <div className={content.lead}>
        <p className={content.figure}>
          {isEmpty ? 'No readings yet' : `Readings take ${bytesWords(storage.usedB, format)}`}
        </p>
        <p className={promise.isTight ? styles.warn : content.promise}>
          {promise.isTight && <AlertIcon />}
          {isEmpty
            ? `They appear here when the first device reports.${freeWords(storage.freeB, format)}`
            : promise.words}
        </p>
      </div>
      <SeriesList series={storage.series} nameOf={nameOf} />
      <Kept storage={storage} nameOf={nameOf} />
    </>
  );
}

/** How much room the readings take, how long the rest lasts, and what is kept. */
export function StoragePanel() {
  const storage = useStorage();
  return (
    <AnswerPanel title="Room for readings" answer={storage} failure="The room could not be looked at">
      {(data) => <Room storage={data} />}
    </AnswerPanel>
  );
}
