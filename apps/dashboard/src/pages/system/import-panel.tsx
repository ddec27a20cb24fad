import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { ImportFormat, ImportJob, ImportQuery } from '@hearth/contract';
import { useLink } from '../../api/link.ts';
import { RequestFailure, wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';
import { useImports } from '../../api/system-queries.ts';
import { upload } from '../../api/transfers.ts';
import { Button } from '../../components/button.tsx';
import content from '../../components/content.module.css';
import { Field, SelectField } from '../../components/field.tsx';
import { Progress } from '../../components/progress.tsx';
import { useFormat } from '../../format-context.ts';
import { bytesWords } from '../../storage-words.ts';
import { formatOf, importChoices } from '../../transfer-words.ts';
import { ImportEntry } from './import-entry.tsx';
import { AnswerPanel } from '../answer-panel.tsx';
import styles from './system-page.module.css';

/** Names of what can be brought in; a database or a log may be called anything else. */
const accept = '.csv,.jsonl,.ndjson,.json,.parquet,.db,.sqlite,.sqlite3,.lp,.line,.influx,.txt';
const nameMax = 120;

function useUpload(onUploaded: () => void) {
  const client = useQueryClient();
  const stop = useRef<AbortController>(null);
  const [share, setShare] = useState(0);
  const sending = useMutation({
    mutationFn: ({ file, ...query }: ImportQuery & { file: File }) => {
      stop.current = new AbortController();
      setShare(0);
      return upload(file, query, { signal: stop.current.signal, onShare: setShare });
    },
    onSuccess: (job) => {
      client.setQueryData(keys.imports, (jobs: ImportJob[] = []) => [job, ...jobs]);
      void client.invalidateQueries({ queryKey: keys.imports });
      onUploaded();
    },
  });
  return { sending, share, cancel: () => stop.current?.abort(new DOMException('Cancelled', 'AbortError')) };
}

function NewImport() {
  const format = useFormat();
  const isAway = useLink().state === 'away';
  const [file, setFile] = useState<File | null>(null);
  const [chosen, setChosen] = useState<ImportFormat>('csv');
  // Made anew for the next file: a file input cannot be emptied otherwise.
  const [turn, setTurn] = useState(0);
  const { sending, share, cancel } = useUpload(() => {
    setFile(null);
    setTurn(turn + 1);
  });
  const send = (mode: 'try' | 'store') => {
    if (file) sending.mutate({ file, format: chosen, mode, name: file.name.slice(-nameMax) });
  };
  if (sending.isPending && file)
    return (
      <div className={styles.running}>
        <Progress label={`Sending ${file.name}, ${bytesWords(file.size, format)}`} share={share} />
        <Button onClick={cancel}>Cancel</Button>
      </div>
    );
  return (
    <div className={content.form}>
      <Field
        key={turn}
        label="File"
        hint="CSV, JSON Lines or Parquet, InfluxDB line protocol, or Home Assistant’s database. What is there already is not stored twice."
        type="file"
        accept={accept}
        onChange={({ currentTarget: { files } }) => {
          const next = files?.[0] ?? null;
          setFile(next);
          if (next) setChosen(formatOf(next.name));
        }}
      />
      {file && (
        <SelectField
          label="Format"
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value as ImportFormat)}
        >
          {importChoices.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
      )}
      {sending.error instanceof RequestFailure && (
        <p role="alert" className={content.error}>
          {wordsFor(sending.error)}
        </p>
      )}
      {file && (
        <div className={content.actions}>
          <Button look="primary" disabled={isAway} onClick={() => send('try')}>
            Try first
          </Button>
          <Button disabled={isAway} onClick={() => send('store')}>
            Store at once
          </Button>
        </div>
      )}
    </div>
  );
}

/** Files that are brought in: a new one, and how the others went. */
export function ImportPanel() {
  const imports = useImports();
  return (
    <AnswerPanel title="Bring readings in" answer={imports} failure="The imports could not be looked at">
      {(jobs) => (
        <>
          <NewImport />
          {jobs.length > 0 && (
            <ul className={content.entries}>
              {jobs.map((job) => (
                <ImportEntry key={job.id} job={job} />
              ))}
            </ul>
          )}
        </>
      )}
    </AnswerPanel>
  );
}
