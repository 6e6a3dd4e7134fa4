import type { Rating } from '@rung/domain/ticket/severity.ts';
import { ratings } from '@rung/domain/ticket/severity.ts';
import { m } from '@rung/messages/compiled/messages.js';
import type { Locator, Page } from 'playwright-core';

/** The one text of the form. */
export const whatField = (on: Page): Locator => on.getByLabel(m.report_what());

/** Says how bad it is: the effect and the haste, as two taps. */
export async function rate(on: Page, { impact, urgency }: Rating = ratings.S2): Promise<void> {
  const effects = {
    low: m.report_impact_low,
    medium: m.report_impact_medium,
    high: m.report_impact_high,
  };
  const haste = {
    days: m.report_urgency_days,
    hours: m.report_urgency_hours,
    now: m.report_urgency_now,
  };
  const choose = (group: string, name: string): Promise<void> =>
    on.getByRole('radiogroup', { name: group }).getByRole('radio', { name, exact: true }).check();
  await choose(m.report_impact(), effects[impact]());
  await choose(m.report_urgency(), haste[urgency]());
}

type Said = { readonly site?: string | null; readonly rating?: Rating };

/** Fills the form that stands on the page and sends it; `site` by its key. S2 unless something else is said. */
export async function writeReport(on: Page, what: string, said: Said = {}): Promise<void> {
  await whatField(on).fill(what);
  await rate(on, said.rating);
  if (said.site) await on.getByLabel(m.report_site()).selectOption(said.site);
  await on.getByRole('button', { name: m.report_send(), exact: true }).click();
}
