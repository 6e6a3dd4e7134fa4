import { anonymous, may, operator, type Actor } from '@rung/domain/access/may.ts';
import type { Role } from '@rung/domain/directory/directory.ts';
import type { Registered } from '@rung/protocol/device.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { access, type Route } from '../../server/src/http/access.ts';
import { openApp } from '../../server/src/http/app.ts';
import { reportMessage } from '../harness/command.ts';
import { company, type PersonKey, personKeys } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { testHouse, type TestHouse, type Visitor, visitor } from '../harness/house.ts';

const routes = Object.keys(access) as readonly Route[];

test('every route that is mounted stands in the table, and every row is mounted', () => {
  const app = openApp(
    { config: { publicUrl: new URL('http://x'), secret: 'x' } } as never,
    '/nowhere',
  );
  const named = (route: { method: string; path: string }) =>
    `${route.method} ${route.path === '/*' ? '*' : route.path}`;
  // What runs before every route: headers; whence it comes, how it is cached, how large it is.
  const before = ['ALL *', 'ALL /api/*', 'ALL /api/*', 'ALL /api/*'];
  expect(app.routes.filter((route) => route.method === 'ALL').map(named)).toEqual(before);
  const mounted = app.routes.filter((route) => route.method !== 'ALL').map(named);
  expect([...new Set(mounted)].sort()).toEqual([...routes].sort());
});

function rolesOf(person: PersonKey): readonly Role[] {
  const said: object & { roles?: readonly string[]; client?: string } = company.people[person];
  return (said.roles ?? [said.client === undefined ? 'staff' : 'client']) as readonly Role[];
}

describe.each(dialects)('every door on %s', (dialect) => {
  let house: TestHouse;
  const visitors = new Map<string, { visit: Visitor; actor: Actor }>();
  beforeAll(async () => {
    house = await testHouse(dialect);
    visitors.set('a stranger', { visit: house.stranger, actor: anonymous });
    visitors.set('the operator', { visit: house.operator, actor: operator });
    for (const person of personKeys) {
      const actor = { kind: 'person', person, roles: rolesOf(person) } as const;
      visitors.set(person, { visit: await house.as(person), actor });
    }
    await setDevices();
  });
  afterAll(() => house.close());

  /** Mara's devices, by their secrets alone: one she has, and one she removed. */
  async function setDevices(): Promise<void> {
    for (const kind of ['device', 'revoked-device'] as const) {
      // Of sessions of their own: one ends with its device.
      const visit = await house.as('mara');
      const { device, secret } = (await (
        await visit('/api/devices', { json: {} })
      ).json()) as Registered;
      const actor = { kind, device, person: 'mara' };
      const authorization = `Device ${device}.${secret}`;
      visitors.set(kind, { visit: visitor(house.url, { authorization }), actor });
      if (kind === 'revoked-device') await visit(`/api/devices/${device}`, { method: 'DELETE' });
    }
  }

  // Each cell of the table: an empty body never gets past the guard where the guard says no.
  // Signing out would end the session that the next cell needs; it has a story of its own.
  test.each(routes.filter((route) => route !== 'DELETE /api/session'))('%s', async (route) => {
    const [method, path] = route.split(' ') as [string, string];
    const status = async ({ visit }: { visit: Visitor }) => {
      const answer = await visit(path.replace(':id', 'x').replace('*', '/favicon.ico'), {
        method,
        ...(method === 'GET' ? {} : { json: {} }),
      });
      // A stream would go on for ever.
      await answer.body?.cancel();
      return answer.status === 401 || answer.status === 403 ? answer.status : 'let in';
    };
    const asked = await Promise.all(
      [...visitors].map(async ([who, visitor]) => [who, await status(visitor)]),
    );
    const expected = [...visitors].map(([who, { actor }]) => {
      if (may(actor, access[route])) return [who, 'let in'];
      return [who, actor.kind === 'anonymous' ? 401 : 403];
    });
    expect(Object.fromEntries(asked)).toEqual(Object.fromEntries(expected));
  });

  describe('each to his own tickets', () => {
    const id = (name: string) => tickets.get(name)!;
    const tickets = new Map<string, string>();
    beforeAll(async () => {
      const report = async (name: string, by: PersonKey, args: object) => {
        const message = reportMessage(name, args);
        const answer = await visitors.get(by)!.visit('/api/commands', { json: message });
        expect(await answer.json()).toMatchObject({ outcome: 'applied' });
        tickets.set(name, message.command.args.ticket);
      };
      await report('at the bakery, with the cold team', 'otto', { site: 'oven-hall' });
      await report('at the clinic, with the desk', 'klara', { site: 'ward' });
      await report('bernd’s own', 'bernd', { site: 'oven-hall' });
      await report('ours, with the desk', 'mara', {});
    });

    const bakery = 'at the bakery, with the cold team';
    const clinic = 'at the clinic, with the desk';
    const bernds = 'bernd’s own';
    const ours = 'ours, with the desk';
    test.each([
      ['ada', [bakery, clinic, bernds, ours]],
      ['max', [bakery, clinic, bernds, ours]],
      ['dora', [bakery, clinic, bernds, ours]],
      ['lena', [bakery, bernds]],
      ['mara', [bakery, bernds, ours]],
      ['otto', [bakery, clinic, ours]],
      ['berta', [bakery, bernds]],
      ['bernd', [bernds]],
      ['klara', [clinic]],
    ])('%s reads %j, and the others are not there for him', async (person, readable) => {
      const { visit, actor } = visitors.get(person)!;
      const door = may(actor, 'portal.read') ? '/api/portal' : '/api/tickets';
      const list = (await (await visit(door)).json()) as { tickets: { title: string }[] };
      expect(list.tickets.map((ticket) => ticket.title).sort()).toEqual([...readable].sort());
      const nobodys = await visit(`${door}/01KAHJ3ZZZZZZZZZZZZZZZZZZ9`);
      const foreign = await nobodys.text();
      for (const title of tickets.keys()) {
        const answer = await visit(`${door}/${id(title)}`);
        expect(answer.status).toBe(readable.includes(title) ? 200 : 404);
        if (answer.status === 404) expect(await answer.text()).toBe(foreign);
      }
    });

    test('a client is told only his own sites', async () => {
      const { visit } = visitors.get('berta')!;
      expect(await (await visit('/api/reference')).json()).toEqual({
        sites: [{ key: 'oven-hall', name: 'Oven hall', client: 'Bakery' }],
      });
    });
  });

  test('another site cannot act with a visitor’s cookie', async () => {
    const { visit } = visitors.get('mara')!;
    const json = reportMessage('forged');
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      expect((await visit('/api/commands', { json, headers })).status).toBe(403);
    }
    const own = { origin: house.config.publicUrl.origin, 'sec-fetch-site': 'same-origin' };
    expect((await visit('/api/commands', { json, headers: own })).status).toBe(200);
  });

  test('extra fields change nothing: they are refused by name of what holds them', async () => {
    const { visit } = visitors.get('mara')!;
    const { command, ...rest } = reportMessage('x');
    const args = { ...command.args, number: 7 };
    const answer = await visit('/api/commands', {
      json: { ...rest, command: { ...command, args } },
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ kind: 'invalid', field: 'command.args' });
  });

  test.each([
    ['no JSON', '{"uid":', 400],
    ['nothing', '', 400],
    ['deep nesting', '['.repeat(30_000) + ']'.repeat(30_000), 400],
    ['more than 64 KiB', `"${'x'.repeat(70_000)}"`, 413],
  ])('%s is answered as a problem', async (_, body, status) => {
    const answer = await fetch(new URL('/api/setup', house.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  test('a wrong value is named by its field and not repeated', async () => {
    const { visit } = visitors.get('mara')!;
    const message = reportMessage('<script>canary</script>'.repeat(20));
    const answer = await visit('/api/commands', { json: message });
    const text = await answer.text();
    expect(answer.status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ field: 'command.args.title' });
    expect(text).not.toContain('canary');
  });

  test('what is no id is not found, like what is nobody’s', async () => {
    const { visit } = visitors.get('mara')!;
    for (const id of ['%00', 'x', '__proto__']) {
      expect((await visit(`/api/tickets/${id}`)).status).toBe(404);
    }
  });

  test('the newest are those reported last, whatever a phone’s clock says', async () => {
    const { visit } = visitors.get('ada')!;
    const title = 'from a phone that is years behind';
    const json = reportMessage(title, { ticket: '0000000000ZZZZZZZZZZZZZZZZ' });
    await visit('/api/commands', { json });
    const { tickets } = (await (await visit('/api/tickets')).json()) as {
      tickets: { title: string }[];
    };
    expect(tickets[0]?.title).toBe(title);
  });

  test('a long list comes in portions, none twice and none left out', async () => {
    const { visit } = visitors.get('dora')!;
    for (let n = 0; n < 120; n += 1) {
      await visit('/api/commands', { json: reportMessage(`no ${n}`) });
    }
    const numbers: number[] = [];
    let query = '';
    for (let hasMore = true; hasMore;) {
      const list = (await (await visit(`/api/tickets${query}`)).json()) as {
        tickets: { number: number }[];
        hasMore: boolean;
      };
      numbers.push(...list.tickets.map((ticket) => ticket.number));
      query = `?before=${numbers.at(-1)}`;
      hasMore = list.hasMore;
    }
    expect(numbers).toEqual([...numbers.keys()].map((n) => numbers[0]! - n));
    expect(numbers.at(-1)).toBe(1001);
    const answer = await visit('/api/tickets?before=x%00');
    expect([answer.status, await answer.json()]).toMatchObject([400, { field: 'before' }]);
  });

  test('an unknown address under /api and a missing script are 404, never the shell', async () => {
    for (const path of ['/api/nothing', '/_app/immutable/gone.js', '/nothing.png']) {
      expect((await house.stranger(path)).status).toBe(404);
    }
  });
});
