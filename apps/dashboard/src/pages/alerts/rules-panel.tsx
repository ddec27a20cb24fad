import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { AlertRule, AlertRulePatch } from '@hearth/contract';
import { useAlerts } from '../../api/alert-queries.ts';
import { call } from '../../api/client.ts';
import { useLink } from '../../api/link.ts';
import { wordsFor } from '../../api/problem.ts';
import { keys } from '../../api/queries.ts';
import content from '../../components/content.module.css';
import { Field } from '../../components/field.tsx';
import { Fold } from '../../components/fold.tsx';
import { AnswerPanel } from '../answer-panel.tsx';
import own from './alerts-page.module.css';

/** From when on it is an alert, in a few words. */
function limitWords({ threshold, unit, holdMin }: AlertRule): string {
  const ofUnit = (threshold === 1 ? unit?.replace(/^([a-z]+)s\b/u, '$1') : unit) ?? '';
  const limit = threshold === null ? [] : [`${threshold} ${ofUnit}`.trim()];
  return [...limit, holdMin === 0 ? 'at once' : `after ${holdMin} min`].join(', ');
}

function Rule({ rule }: { rule: AlertRule }) {
  const client = useQueryClient();
  const isAway = useLink().state === 'away';
  const change = useMutation({
    mutationFn: (body: AlertRulePatch) => call('changeAlertRule', { params: { kind: rule.kind }, body }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.alerts }),
  });
  /** A number is taken when the field is left; what is none changes nothing. */
  const numberField = (label: string, name: 'threshold' | 'holdMin', value: number) => (
    <Field
      key={value}
      label={label}
      type="number"
      step="any"
      defaultValue={value}
      disabled={isAway}
      onBlur={({ currentTarget: { valueAsNumber } }) => {
        if (Number.isFinite(valueAsNumber) && valueAsNumber !== value)
          change.mutate({ [name]: valueAsNumber });
      }}
    />
  );
  return (
    <li className={own.rule}>
      <label className={content.check}>
        <input
          type="checkbox"
          checked={rule.isOn}
          disabled={isAway || change.isPending}
          onChange={() => change.mutate({ isOn: !rule.isOn })}
        />
        {rule.words}
      </label>
      {rule.isOn && (
        <Fold summary={limitWords(rule)}>
          <div className={own.numbers}>
            {rule.threshold !== null &&
              numberField(`Limit in ${rule.unit ?? ''}`, 'threshold', rule.threshold)}
            {numberField('After minutes', 'holdMin', rule.holdMin)}
          </div>
        </Fold>
      )}
      {change.error && (
        <p role="alert" className={content.error}>
          {wordsFor(change.error)}
        </p>
      )}
    </li>
  );
}

/** What is watched for, each with its limit and how long it has to hold. */
export function RulesPanel() {
  const alerts = useAlerts();
  return (
    <AnswerPanel title="What is watched for" answer={alerts} failure="The rules could not be looked up">
      {({ rules }) => (
        <Fold summary={`${rules.filter(({ isOn }) => isOn).length} of ${rules.length} are on`}>
          <ul>
            {rules.map((rule) => (
              <Rule key={rule.kind} rule={rule} />
            ))}
          </ul>
        </Fold>
      )}
    </AnswerPanel>
  );
}
