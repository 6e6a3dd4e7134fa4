/**
 * Draws the icons of the manifest from rung.svg with a Chromium, into static/icons. Run by hand after a change of the
 * drawing (`pnpm --filter @rung/web icons`); the pictures are committed.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const drawing = readFileSync(new URL('rung.svg', import.meta.url), 'utf8');
const out = new URL('../static/icons/', import.meta.url).pathname;
const night = '#0a0e10';

/** `scale` shrinks the ladder around the middle: a mask may cut away everything outside the inner 80 %. */
const pictures = [
  { file: 'icon-192.png', size: 192, scale: 1, ground: night },
  { file: 'icon-512.png', size: 512, scale: 1, ground: night },
  { file: 'maskable-512.png', size: 512, scale: 0.78, ground: night },
  { file: 'apple-touch-180.png', size: 180, scale: 0.9, ground: night },
  // The system paints it in one colour of its own: only what is not transparent counts.
  { file: 'badge-96.png', size: 96, scale: 1.15, ground: null },
];

const ladder = /<g id="ladder"[\s\S]*<\/g>/.exec(drawing)?.[0];
if (ladder === undefined) throw new Error('rung.svg has no group "ladder"');

mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'rung.svg'), drawing);
const folder = mkdtempSync(join(tmpdir(), 'rung-icons-'));
for (const { file, size, scale, ground } of pictures) {
  const shift = 32 * (1 - scale);
  const drawn = ground === null ? ladder.replaceAll(/fill="[^"]*"/g, 'fill="#fff"') : ladder;
  const page = join(folder, `${file}.html`);
  writeFileSync(
    page,
    `<style>*{margin:0}svg{display:block}</style>` +
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 64 64">` +
      (ground === null ? '' : `<rect width="64" height="64" fill="${ground}"/>`) +
      `<g transform="translate(${shift} ${shift}) scale(${scale})">${drawn}</g></svg>`,
  );
  execFileSync(process.env['CHROMIUM_PATH'] ?? 'chromium', [
    '--headless',
    '--no-sandbox',
    '--hide-scrollbars',
    '--default-background-color=00000000',
    `--window-size=${size},${size}`,
    `--screenshot=${join(out, file)}`,
    pathToFileURL(page).href,
  ]);
}
rmSync(folder, { recursive: true });
