import { severities } from '@rung/domain/directory/directory.ts';
import { command } from '@rung/protocol/command.ts';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { commandOf, newDraft, send, write } from './draft.ts';
import {
  blankForm,
  formOf,
  isBlank,
  severityIn,
  titleAndDescription,
  wrongIn,
  type ReportForm,
} from './form.ts';

const ticket = '01JD00000000000000000000AA';
const form: ReportForm = { ...blankForm, what: 'Pump 3 leaks', impact: 'high', urgency: 'hours' };
const sentence = 'Float switch stuck, water 4 cm below the pit edge and rising slowly.';

describe('one text becomes title and description', () => {
  test.each([
    ['a short line', ' Pump 3 leaks ', 'Pump 3 leaks', ''],
    ['lines', 'Pump 3 leaks\n\n Since noon\nand more', 'Pump 3 leaks', 'Since noon\nand more'],
    ['sentences in one short line', 'Pump leaks. A lot.', 'Pump leaks. A lot.', ''],
    ['a long line', `Sump pump alarm. ${sentence}`, 'Sump pump alarm.', sentence],
    ['an abbreviation', `Pump no. 3 is out! ${sentence}`, 'Pump no. 3 is out!', sentence],
    ['a long line without an end', `Alarm ${'x'.repeat(90)}`, `Alarm ${'x'.repeat(90)}`, ''],
    [
      'a line longer than a title may be',
      `${'word '.repeat(50)}end`,
      'word '.repeat(40).trimEnd(),
      `${'word '.repeat(10)}end`,
    ],
    ['one endless word', 'x'.repeat(250), 'x'.repeat(200), 'x'.repeat(50)],
    ['a sign at the cut', `${'x'.repeat(199)}😀y`, 'x'.repeat(199), '😀y'],
    ['a first line with nothing to see', '\u200B\nPump 3 leaks', 'Pump 3 leaks', ''],
  ])('%s', (_, what, title, description) => {
    expect(titleAndDescription(what)).toEqual({ title, description });
  });

  test('whatever is typed: nothing is lost, and the title is one that the server takes', () => {
    const sign = fc.constantFrom('a', 'Z', '. ', '!', ' ', '\n', '\u200B', '😀', 'ä', 'word ', '"');
    const texts = fc.string({ unit: sign, maxLength: 400 });
    fc.assert(
      fc.property(texts, (what) => {
        const { title, description } = titleAndDescription(what);
        expect(title.length).toBeLessThanOrEqual(200);
        expect(title + description).toBe((title + description).trim());
        const seen = (text: string): string => text.replaceAll(/[\s\u200B]/g, '');
        expect(seen(title + description)).toBe(seen(what));
        expect(what).toContain(title);
        expect(what).toContain(description);
        expect(seen(title) === '').toBe(seen(what) === '');
      }),
    );
  });
});

describe('a form', () => {
  test('says what is wrong in the order of the form', () => {
    expect(wrongIn({ ...blankForm, what: ' ' })).toEqual([
      { field: 'what', excess: 0 },
      { field: 'impact', excess: 0 },
      { field: 'urgency', excess: 0 },
    ]);
    expect(wrongIn(form)).toEqual([]);
    const long = { ...form, what: `Long story\n ${'y'.repeat(20_001)}` };
    expect(wrongIn(long)).toEqual([{ field: 'what', excess: 1 }]);
  });

  test('finds a text wrong where the wire does', () => {
    const sign = fc.constantFrom('a', ' ', '\0', '\u200B', '\u2066', '\uD800', '\n', '😀');
    const words = fc.string({ unit: sign, minLength: 0, maxLength: 4 });
    const filled = fc
      .tuple(words, fc.constantFrom(0, 197, 200, 203, 20_196, 20_199, 20_202), words)
      .map(([before, n, after]) => before + 'x'.repeat(n) + after);
    fc.assert(
      fc.property(filled, (what) => {
        const sent = commandOf(
          send(write(newDraft(ticket, ticket, 1), { ...form, what }, ticket, 2), 3),
        );
        expect(wrongIn({ ...form, what }).length === 0).toBe(v.is(command, sent));
      }),
    );
  });

  test('is blank until something was said', () => {
    expect(isBlank({ ...blankForm, what: ' \n' })).toBe(true);
    for (const said of [{ what: 'a' }, { site: 'north' }, { urgency: 'now' }, { take: true }]) {
      expect(isBlank({ ...blankForm, ...(said as Partial<ReportForm>) })).toBe(false);
    }
  });

  test('of a report that was refused says the same again', () => {
    const said = {
      title: 'Oven',
      description: 'Since noon',
      site: 'hall',
      asset: 'oven',
      take: true,
    };
    for (const severity of severities) {
      const again = formOf({ ...said, severity });
      expect(severityIn(again)).toBe(severity);
      expect(again).toMatchObject({
        what: 'Oven\nSince noon',
        site: 'hall',
        asset: 'oven',
        take: true,
      });
    }
  });
});
