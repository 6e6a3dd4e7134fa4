import { command } from '@rung/protocol/command.ts';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { afterAnswer, send, write } from './draft.ts';
import { blankForm, type ReportForm } from './form.ts';
import {
  anew,
  commandOfWords,
  newWords,
  readWords,
  wrongInWords,
  type WordKind,
  type Words,
} from './portal-words.ts';

const ids = { ticket: '01JD00000000000000000000AA', uid: '01JD00000000000000000000BB' };
const fresh = { ticket: '01JD00000000000000000000CC', uid: '01JD00000000000000000000DD' };

function typed(kind: WordKind, form: Partial<ReportForm>): Words {
  const { draft } = newWords(kind, ids, 1);
  return { kind, draft: write(draft, { ...blankForm, ...form }, fresh.uid, 2) };
}
const sent = ({ kind, draft }: Words): Words => ({ kind, draft: send(draft, 3) });

const answer = typed('comment', { what: ' Store 3 has room. \n' });
const report = typed('report', { what: 'Oven 2 is cold', impact: 'high', urgency: 'now' });

describe('words of a client', () => {
  test('become commands that the wire takes, and only once they were sent', () => {
    const again = typed('reopen', { what: 'It still leaks' });
    for (const words of [answer, again, report]) {
      expect(commandOfWords(words)).toBeNull();
      expect(v.is(command, commandOfWords(sent(words)))).toBe(true);
    }
    expect(commandOfWords(sent(answer))).toMatchObject({
      ...{ uid: ids.uid, name: 'comment' },
      args: { ticket: ids.ticket, note: 'Store 3 has room.' },
    });
    expect(commandOfWords(sent(again))).toMatchObject({
      ...{ name: 'reopen', args: { ticket: ids.ticket, reason: 'It still leaks' } },
    });
  });

  test('say what is missing, and how much is too much', () => {
    expect(wrongInWords(typed('comment', { what: ' \n\u200b' }))).toEqual([
      { field: 'what', excess: 0 },
    ]);
    expect(wrongInWords(typed('reopen', { what: 'x'.repeat(2003) }))).toEqual([
      { field: 'what', excess: 3 },
    ]);
    expect(wrongInWords(typed('comment', { what: 'x'.repeat(2003) }))).toEqual([]);
    expect(wrongInWords(typed('report', { what: 'Oven 2' })).map(({ field }) => field)).toEqual([
      'impact',
      'urgency',
    ]);
  });

  test('are written on under ids of their own where a try may have got through', () => {
    expect(anew(sent(answer), fresh, 4).draft).toMatchObject({
      ...{ ticket: ids.ticket, uid: fresh.uid, form: answer.draft.form },
      standing: { kind: 'writing' },
    });
    // A new ticket may be there under the old id.
    expect(anew(sent(report), fresh, 4).draft).toMatchObject({ ...fresh, form: report.draft.form });
  });

  test('are read as they were kept, and nothing else is', () => {
    const rejected = afterAnswer(sent(answer).draft, { kind: 'rejected', code: 'too-large' }, 5);
    for (const words of [answer, sent(report), { kind: answer.kind, draft: rejected }]) {
      expect(readWords(JSON.parse(JSON.stringify(words)))).toEqual(words);
    }
    const { draft } = answer;
    for (const other of [
      ...[null, 7, 'words', {}, { kind: 'comment' }, { ...answer, kind: 'acknowledge' }],
      { ...answer, draft: { ...draft, uid: 7 } },
      { ...answer, draft: { ...draft, form: { ...draft.form, what: null } } },
      { ...answer, draft: { ...draft, standing: { kind: 'sent', at: 1 } } },
    ]) {
      expect(readWords(other)).toBeNull();
    }
    const odd = { ...report.draft, form: { ...report.draft.form, impact: 'vast', take: true } };
    expect(readWords({ kind: 'report', draft: odd })?.draft.form).toEqual({
      ...report.draft.form,
      impact: null,
    });
  });
});
