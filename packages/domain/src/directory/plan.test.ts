import { describe, expect, test } from 'vitest';
import { emptyDirectory, withChanges, type Directory } from './directory.ts';
import { directoryAt } from './directory-at.ts';
import type { Draft } from './draft.ts';
import { emptyDraft } from './draft.ts';
import { planDirectory } from './plan.ts';
import { starterDirectory } from './starter.ts';

const { draft: starter } = starterDirectory({
  organisation: 'Nordkalt',
  name: 'Mara Lindt',
  email: 'mara@nordkalt.example',
  zone: 'Europe/Berlin',
  language: 'en',
});

function after(directory: Directory, draft: Draft, prune = false): Directory {
  return withChanges(directory, directory.version + 1, planDirectory(directory, draft, { prune }));
}

const begun = after(emptyDirectory(), starter);
const standard = starter.policy.get('standard')!;
const named = (directory: Directory, draft: Draft, prune = false) =>
  planDirectory(directory, draft, { prune }).map((change) => `${change.kind} ${change.key}`);

describe('planDirectory', () => {
  test('adds what is not there, by kind, then key', () => {
    expect(named(emptyDirectory(), starter)).toEqual([
      'organisation organisation',
      'person mara-lindt',
      'team service-desk',
      'calendar office',
      'policy standard',
      'policy-version standard@1',
    ]);
  });

  test('has nothing to change when the directory already says so', () => {
    expect(named(begun, starter)).toEqual([]);
    expect(named(begun, starter, true)).toEqual([]);
  });

  test('leaves alone what the document does not name, unless it is the whole truth', () => {
    const site = new Map([
      ['north', { name: 'North', client: 'baker', zone: null, address: null, team: null }],
    ]);
    const withSite = after(begun, { ...emptyDraft, site });
    expect(withSite.site.has('north')).toBe(true);
    expect(named(withSite, starter)).toEqual([]);
    expect(named(withSite, starter, true)).toEqual(['site north']);
    expect(after(withSite, starter, true).site.has('north')).toBe(false);
  });

  test('disables people and retires policies instead of removing them, and keeps the organisation', () => {
    const pruned = after(begun, emptyDraft, true);
    expect(pruned.person.get('mara-lindt')?.disabled).toBe(true);
    expect(pruned.policy.get('standard')).toMatchObject({ retired: true, current: 'standard@1' });
    expect(pruned['policy-version'].has('standard@1')).toBe(true);
    expect(pruned.organisation.size).toBe(1);
    expect(pruned.team.size).toBe(0);
    expect(named(pruned, emptyDraft, true)).toEqual([]);
  });

  test('gives a policy a new version only when its text changed', () => {
    const renamed = {
      ...emptyDraft,
      policy: new Map([['standard', { ...standard, name: 'All' }]]),
    };
    const second = after(begun, renamed);
    expect(second.policy.get('standard')).toEqual({
      name: 'All',
      current: 'standard@2',
      retired: false,
    });
    expect(second['policy-version'].get('standard@1')).toEqual(
      begun['policy-version'].get('standard@1'),
    );
    expect(after(second, renamed)).toEqual({ ...second, version: second.version + 1 });
    expect(after(second, starter).policy.get('standard')?.current).toBe('standard@3');
  });

  test('a version without laps stays where none are written; writing or removing them makes a new one', () => {
    const says = (more: { readonly laps?: number }): Draft => ({
      ...emptyDraft,
      policy: new Map([['standard', { ...standard, ...more }]]),
    });
    const versions = (directory: Directory) => [...directory['policy-version'].keys()];
    expect(begun['policy-version'].get('standard@1')).not.toHaveProperty('laps');
    expect(named(begun, says({}))).toEqual([]);
    const second = after(begun, says({ laps: 4 }));
    expect(versions(second)).toEqual(['standard@1', 'standard@2']);
    expect(second['policy-version'].get('standard@2')).toMatchObject({ laps: 4 });
    expect(named(second, says({ laps: 4 }))).toEqual([]);
    const third = after(second, says({}));
    expect(third.policy.get('standard')?.current).toBe('standard@3');
    expect(third['policy-version'].get('standard@3')).not.toHaveProperty('laps');
  });

  test('a retired policy that is written again is in force again, at the same version', () => {
    const back = after(after(begun, emptyDraft, true), starter);
    expect(back.policy.get('standard')).toEqual(begun.policy.get('standard'));
    expect([...back['policy-version'].keys()]).toEqual(['standard@1']);
  });

  test("a person who names no zone or language gets the organisation's, of the document or of the directory", () => {
    const mara = { ...starter.person.get('mara-lindt')!, zone: null, language: null };
    const people = {
      ...emptyDraft,
      person: new Map([['ada', { ...mara, email: 'ada@x.example' }]]),
    };
    expect(after(begun, people).person.get('ada')).toMatchObject({
      zone: 'Europe/Berlin',
      language: 'en',
    });
    const organisation = {
      ...starter.organisation!,
      zone: 'Europe/Vienna',
      language: 'de' as const,
    };
    expect(after(begun, { ...people, organisation }).person.get('ada')).toMatchObject({
      zone: 'Europe/Vienna',
      language: 'de',
    });
  });
});

describe('directoryAt', () => {
  test('is the fold of what was in force at the moment', () => {
    const events = [
      ...planDirectory(emptyDirectory(), starter, { prune: false }).map((change) => ({
        version: 1,
        change,
        by: 'setup',
        at: 1_000,
      })),
      ...planDirectory(begun, emptyDraft, { prune: true }).map((change) => ({
        version: 2,
        change,
        by: 'mara-lindt',
        at: 2_000,
      })),
    ];
    expect(directoryAt(events, 999)).toEqual(emptyDirectory());
    expect(directoryAt(events, 1_000)).toEqual(begun);
    expect(directoryAt(events, 1_999)).toEqual(begun);
    expect(directoryAt(events, 2_000)).toEqual(after(begun, emptyDraft, true));
  });
});
