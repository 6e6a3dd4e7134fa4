/** What a desk keeps in this browser, and how it goes. Loaded when somebody leaves. */

import type { Reports } from './reports.svelte.ts';
import type { ThisDevice } from './this-device.svelte.ts';

type Desk = {
  readonly person: string;
  readonly reports: Reports;
  readonly device: ThisDevice;
};

const mayHavePages = (): boolean => globalThis.Notification?.permission === 'granted';

/** As Kept (kept-here.ts) says it. */
export async function unsentOf({ person, reports, device }: Desk): Promise<number> {
  // Answers that stand beside the device's secret alone.
  const answers = mayHavePages()
    ? await import('./keep-pages.ts').then((it) => it.answersKept(person)).catch(() => 0)
    : 0;
  return reports.drafts.length + device.unsent + device.refused + answers;
}

/** As Kept (kept-here.ts) says it. */
export async function forgetDesk({ person, reports, device }: Desk): Promise<void> {
  if (mayHavePages()) {
    await import('./keep-pages.ts').then((it) => it.leavePages(person)).catch(() => {});
  }
  await device.stop();
  await reports.wipe();
  await device.wipe();
}
