import { useMemo } from 'react';
import { generate } from 'lean-qr';
import styles from './qr-code.module.css';

/** The quiet zone that scanners want. @see ISO/IEC 18004, 6.3.8 */
const marginModules = 4;

/** A QR code as one path. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const code = generate(text);
    let modules = '';
    for (let y = 0; y < code.size; y++)
      for (let x = 0; x < code.size; x++)
        if (code.get(x, y)) modules += `M${x + marginModules} ${y + marginModules}h1v1h-1z`;
    return { size: code.size + 2 * marginModules, path: modules };
  }, [text]);
  return (
    <svg className={styles.code} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label}>
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
