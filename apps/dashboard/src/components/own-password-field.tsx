import { Field } from './field.tsx';

/** The person's own password, named `password`, before something of the account is changed. */
export function OwnPasswordField() {
  return (
    <Field
      label="Your password"
      name="password"
      type="password"
      required
      maxLength={256}
      autoComplete="current-password"
    />
  );
}
