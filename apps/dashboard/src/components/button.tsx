import type { ComponentProps } from 'react';
import { Link, type LinkProps } from 'react-router';
import { classNames } from '../class-names.ts';
import styles from './button.module.css';

/** How much a button asks for attention. */
export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger';

type Props = ComponentProps<'button'> & { look?: ButtonLook };

/** A button of at least 44 px; never submits unless told to. */
export function Button({ look = 'plain', className, type = 'button', ...rest }: Props) {
  return <button type={type} className={classNames(styles.button, styles[look], className)} {...rest} />;
}

/** A link that looks like a button, for going to another page. */
export function ButtonLink({ look = 'plain', className, ...rest }: LinkProps & { look?: ButtonLook }) {
  return <Link className={classNames(styles.button, styles[look], className)} {...rest} />;
}
