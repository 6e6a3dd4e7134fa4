import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const isRoot = process.getuid?.() === 0;

function installed(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  return [...onPath, chromium.executablePath()].find((file) => existsSync(file));
}

/** What would install one here: Debian's own where we may, else Playwright's. */
function waysToInstall(): readonly (readonly [command: string, ...args: string[]])[] {
  if (isRoot && existsSync('/etc/debian_version')) {
    const quietly = ['-y', '-q', '-o', 'Dpkg::Use-Pty=0'];
    return [
      ['apt-get', 'update', '-q'],
      ['apt-get', 'install', '--no-install-recommends', ...quietly, 'chromium'],
    ];
  }
  const playwright = dirname(
    createRequire(import.meta.url).resolve('playwright-core/package.json'),
  );
  return [[process.execPath, join(playwright, 'cli.js'), 'install', 'chromium']];
}

/**
 * The path of a Chromium: CHROMIUM_PATH, else one on the PATH, else Playwright's own, else one that it installs.
 * @throws with words about what to do, when there is none and none can be installed.
 */
export function findChromium(): string {
  const named = process.env['CHROMIUM_PATH'];
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH says ${named}, but nothing is there`);
  }
  const found = installed();
  if (found !== undefined) return found;

  let said = '';
  for (const [command, ...args] of waysToInstall()) {
    console.log(`No Chromium is here. Running: ${command} ${args.join(' ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { stdout, stderr, error } = spawnSync(command, args, { env, encoding: 'utf8' });
    said = [error?.message, stdout, stderr].filter(Boolean).join('\n').slice(-2000);
  }
  const now = installed();
  if (now !== undefined) return now;
  throw new Error(
    'The browser tests need Chromium. None was found and none could be installed: install one (apt-get install chromium, ' +
      `or npx playwright install chromium), or name one with CHROMIUM_PATH.\n${said}`,
  );
}

/** For `chromium.launch`. */
export const launchArgs: readonly string[] = [
  // Its sandbox does not work as root; only our own pages are opened.
  ...(isRoot ? ['--no-sandbox'] : []),
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
