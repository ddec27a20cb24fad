/** Air around the chart, and room for a line of text, in CSS px. */
const margin = 20;
const lineHeight = 22;

/** What stands above the chart. */
export interface PictureWords {
  title: string;
  /** '20.4 to 21.9 °C · 22 Nov, 07:02 to 23 Nov, 07:02' */
  caption: string;
}

/** A picture (PNG) of what a chart's canvas shows, with words above it, in the colours of the theme that is on. */
export function pictureOf(chart: HTMLCanvasElement, { title, caption }: PictureWords): Promise<Blob> {
  const { clientWidth: width, clientHeight: height } = chart;
  const scale = chart.width / width;
  const picture = document.createElement('canvas');
  picture.width = (width + 2 * margin) * scale;
  picture.height = (height + 2 * margin + 2 * lineHeight) * scale;
  const context = picture.getContext('2d')!;
  const style = getComputedStyle(chart);
  context.scale(scale, scale);
  context.fillStyle = surfaceBehind(chart);
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = style.color;
  context.textBaseline = 'middle';
  context.font = `600 16px ${style.fontFamily}`;
  context.fillText(title, margin, margin + lineHeight / 2);
  context.font = `13px ${style.fontFamily}`;
  context.fillText(caption, margin, margin + 1.5 * lineHeight);
  context.drawImage(chart, margin, margin + 2 * lineHeight, width, height);
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error('this browser made no picture of the chart'));
    }, 'image/png');
  });
}

/** The colour that the chart stands on. */
function surfaceBehind(element: HTMLElement): string {
  for (let behind: HTMLElement | null = element; behind; behind = behind.parentElement) {
    const { backgroundColor } = getComputedStyle(behind);
    if (!/, 0\)$|transparent/.test(backgroundColor)) return backgroundColor;
  }
  return 'white';
}
