import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { ExportFormat, ExportJob } from '@hearth/contract';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys, useDevices } from '../../api/queries.ts';
import { useExports } from '../../api/system-queries.ts';
import { download } from '../../api/transfers.ts';
import { serverNow } from '../../clock.ts';
import { Button } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import content from '../../components/content.module.css';
import { Field } from '../../components/field.tsx';
import { Panel } from '../../components/panel.tsx';
import { Progress } from '../../components/progress.tsx';
import { useFormat } from '../../format-context.ts';
import { exportChoices, exportSpan, exportWords, type ExportRange } from '../../transfer-words.ts';
import { DeviceChoice } from './device-choice.tsx';
import styles from './system-page.module.css';

const ranges: readonly { value: ExportRange; label: string }[] = [
  { value: 'day', label: '24 h' },
  { value: 'month', label: '30 d' },
  { value: 'year', label: '1 y' },
  { value: 'all', label: 'All' },
  { value: 'dates', label: 'Dates' },
];

const whoses = [
  { value: 'all', label: 'All devices' },
  { value: 'some', label: 'Some' },
] as const;

function ExportLine({ job }: { job: ExportJob }) {
  const format = useFormat();
  const cancel = useMutation({ mutationFn: () => call('cancelExport', { params: { id: job.id } }) });
  if (job.state !== 'running')
    return (
      <p className={job.state === 'done' ? content.note : content.error}>
        {job.state === 'done' && 'Downloaded: '}
        {exportWords(job, format)}
      </p>
    );
  return (
    <div className={styles.running}>
      <Progress label={exportWords(job, format)} share={job.share} />
      <Button disabled={cancel.isPending} onClick={() => cancel.mutate()}>
        Cancel
      </Button>
    </div>
  );
}

/** Readings as a file: of which time, of which devices, in which format. */
export function ExportPanel() {
  const client = useQueryClient();
  const { timeZone } = useFormat();
  const isAway = useLink().state === 'away';
  const devices = useDevices().data?.filter(({ role }) => role === 'device') ?? [];
  const exports = useExports();
  const [range, setRange] = useState<ExportRange>('month');
  const [dates, setDates] = useState({ from: '', to: '' });
  const [whose, setWhose] = useState<'all' | 'some'>('all');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [fileFormat, setFileFormat] = useState<ExportFormat>('csv');
  const [begun, setBegun] = useState<readonly string[]>([]);
  const begin = useMutation({
    mutationFn: () =>
      download({
        format: fileFormat,
        ...exportSpan(range, dates, serverNow(), timeZone),
        ...(whose === 'some' && { devices: [...chosen].join(',') }),
      }),
    onSuccess: ({ id: job, exports: list }) => {
      setBegun([...begun, job]);
      client.setQueryData(keys.exports, list);
    },
  });
  const shown = exports.data?.filter((job) => job.state === 'running' || begun.includes(job.id)) ?? [];

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault();
    begin.mutate();
  }
  return (
    <Panel title="Take readings out" isQuiet>
      <form className={content.form} onSubmit={onSubmit}>
        <Choice label="Which time" options={ranges} value={range} onChange={setRange} />
        {range === 'dates' && (
          <div className={styles.pairs}>
            <Field
              label="From"
              type="date"
              value={dates.from}
              max={dates.to || undefined}
              onChange={(event) => setDates({ ...dates, from: event.currentTarget.value })}
            />
            <Field
              label="To, included"
              type="date"
              value={dates.to}
              min={dates.from || undefined}
              onChange={(event) => setDates({ ...dates, to: event.currentTarget.value })}
            />
          </div>
        )}
        <Choice label="Which devices" options={whoses} value={whose} onChange={setWhose} />
        {whose === 'some' && <DeviceChoice devices={devices} chosen={chosen} onChange={setChosen} />}
        <div className={styles.choice}>
          <Choice label="Format" options={exportChoices} value={fileFormat} onChange={setFileFormat} />
          <p className={content.note}>{exportChoices.find(({ value }) => value === fileFormat)?.use}</p>
        </div>
        {begin.error && (
          <p role="alert" className={content.error}>
            {wordsFor(begin.error)}
          </p>
        )}
        <div className={content.actions}>
          <Button
            look="primary"
            type="submit"
            disabled={isAway || begin.isPending || (whose === 'some' && chosen.size === 0)}
          >
            {begin.isPending ? 'Beginning…' : 'Download'}
          </Button>
        </div>
      </form>
      {shown.length > 0 && (
        <div className={styles.part}>
          {shown.map((job) => (
            <ExportLine key={job.id} job={job} />
          ))}
        </div>
      )}
    </Panel>
  );
}
