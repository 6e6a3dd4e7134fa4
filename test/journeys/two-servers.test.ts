import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportMessage } from '../harness/command.ts';
import { company, password } from '../harness/company.ts';
import { cookieOf, testHouse, type TestHouse, visitor } from '../harness/house.ts';

describe('two servers on one Postgres', () => {
  let one: TestHouse;
  let other: TestHouse;
  beforeAll(async () => {
    one = await testHouse('postgres');
    const { databaseUrl, files } = one.config;
    other = await testHouse('postgres', { isEmpty: true, databaseUrl, files });
  });
  afterAll(async () => {
    await other.close();
    await one.close();
  });

  const cookieFor = async (person: 'otto' | 'mara'): Promise<string> => {
    await one.as(person);
    const json = { email: company.people[person].email, password };
    return cookieOf(await one.stranger('/api/session', { json }));
  };

  test('an edit of the directory at one is there at the other with its next request', async () => {
    const sites = async () => {
      const answer = await other.operator('/api/directory');
      return Object.keys(((await answer.json()) as { sites: object }).sites);
    };
    expect(await sites()).toEqual(['oven-hall', 'ward']);
    const document = { sites: { attic: { name: 'Attic', client: 'clinic' } } };
    await one.operator('/api/directory', { json: { document, prune: false, dryRun: false } });
    expect(await sites()).toEqual(['attic', 'oven-hall', 'ward']);
  });

  test('a session is good at both, and over at both', async () => {
    const cookie = await cookieFor('otto');
    const there = visitor(other.url, { cookie });
    expect((await there('/api/tickets')).status).toBe(200);
    await visitor(one.url, { cookie })('/api/session', { method: 'DELETE' });
    expect((await there('/api/tickets')).status).toBe(401);
  });

  test('reports at both at once get a number each, and a repeat at the other counts once', async () => {
    const cookie = await cookieFor('mara');
    const visitors = [visitor(one.url, { cookie }), visitor(other.url, { cookie })];
    const messages = Array.from({ length: 60 }, (_, n) => reportMessage(`no ${n}`));
    const outcomes = await Promise.all(
      messages.flatMap((message) =>
        visitors.map(async (visit) => {
          const answer = await visit('/api/commands', { json: message });
          return (await answer.json()) as { outcome: string; ticket: { number: number } };
        }),
      ),
    );
    expect(new Set(outcomes.map((one) => one.outcome))).toEqual(new Set(['applied']));
    const numbers = new Set(outcomes.map((one) => one.ticket.number));
    expect([...numbers].sort((a, b) => a - b)).toEqual(messages.map((_, n) => 1001 + n));
  });
});
