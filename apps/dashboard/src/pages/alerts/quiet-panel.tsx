import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AlertSettings } from '@hearth/contract';
import { useAlerts } from '../../api/alert-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';
import content from '../../components/content.module.css';
import { Field, SelectField } from '../../components/field.tsx';
import { AnswerPanel } from '../answer-panel.tsx';
import own from './alerts-page.module.css';

const usual = { from: '22:00', to: '07:00' };
const never = 'never';

function Settings({ settings }: { settings: AlertSettings }) {
  const client = useQueryClient();
  const isAway = useLink().state === 'away';
  const change = useMutation({
    mutationFn: (part: Partial<AlertSettings>) =>
      call('changeAlertSettings', { body: { ...settings, ...part } }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.alerts }),
  });
  const { quiet, escalateMin } = settings;
  const isBusy = isAway || change.isPending;
  return (
    <div className={content.form}>
      <label className={content.check}>
        <input
          type="checkbox"
          checked={quiet !== null}
          disabled={isBusy}
          onChange={() => change.mutate({ quiet: quiet === null ? usual : null })}
        />
        Quiet hours, in which only urgent alerts are told
      </label>
      {quiet && (
        <div className={own.numbers}>
          {(['from', 'to'] as const).map((end) => (
            <Field
              key={`${end} ${quiet[end]}`}
              label={end === 'from' ? 'From' : 'Until'}
              type="time"
              defaultValue={quiet[end]}
              disabled={isBusy}
              onBlur={({ currentTarget: { value } }) => {
                if (value !== '' && value !== quiet[end])
                  change.mutate({ quiet: { ...quiet, [end]: value } });
              }}
            />
          ))}
        </div>
      )}
      <SelectField
        label="Told again to everybody, when nobody sees to it"
        value={escalateMin ?? never}
        disabled={isBusy}
        onChange={({ currentTarget: { value } }) =>
          change.mutate({ escalateMin: value === never ? null : Number(value) })
        }
      >
        <option value={never}>Never</option>
        {[15, 30, 60, 240, ...(escalateMin === null ? [] : [escalateMin])]
          .filter((minutes, i, all) => all.indexOf(minutes) === i)
          .map((minutes) => (
            <option key={minutes} value={minutes}>
              After {minutes} minutes
            </option>
          ))}
      </SelectField>
      {change.error && (
        <p role="alert" className={content.error}>
          {wordsFor(change.error)}
        </p>
      )}
    </div>
  );
}

/** When nobody is to be woken, and when somebody else is told. */
export function QuietPanel() {
  const alerts = useAlerts();
  return (
    <AnswerPanel title="When" answer={alerts} failure="The quiet hours could not be looked up">
      {({ settings }) => <Settings settings={settings} />}
    </AnswerPanel>
  );
}
