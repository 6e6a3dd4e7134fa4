import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportMessage } from '../harness/command.ts';
import { company, password } from '../harness/company.ts';
import { dialects } from '../harness/dialects.ts';
import { cookieOf, testHouse, type TestHouse, visitor } from '../harness/house.ts';

const first = {
  organisation: 'Nordkalt',
  name: 'Ada Lind',
  email: 'Ada@Example.org',
  password,
  zone: 'Europe/Berlin',
  language: 'en',
};

describe.each(dialects)('the first administrator on %s', (dialect) => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await testHouse(dialect, { isEmpty: true });
  });
  let chosen = '';
  afterAll(() => house.close());

  test('a wrong token opens nothing', async () => {
    const answer = await house.stranger('/api/setup', { json: { ...first, token: 'guessed' } });
    expect(answer.status).toBe(403);
    expect(await (await house.stranger('/api/session')).json()).toEqual({
      person: null,
      isSetUp: false,
      organisation: null,
      isDemo: false,
    });
  });

  test('the token from the log makes one, signed in, who can report at once', async () => {
    const token = await house.setupToken();
    const passwords = [password, 'quite another long password'];
    const answers = await Promise.all(
      passwords.map((one) =>
        house.stranger('/api/setup', { json: { ...first, token, password: one } }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
    const done = answers.find((answer) => answer.status === 200)!;
    chosen = passwords[answers.indexOf(done)]!;
    const text = await done.text();
    expect(JSON.parse(text)).toMatchObject({
      person: { key: 'ada-lind', roles: ['staff', 'admin'] },
      isSetUp: true,
      organisation: 'Nordkalt',
      isDemo: false,
    });
    const ada = visitor(house.url, { cookie: cookieOf(done) });
    expect((await ada('/api/directory')).status).toBe(200);
    expect(text).not.toContain('token');
  });

  test('afterwards the token is worth nothing', async () => {
    const token = await house.setupToken();
    const again = { ...first, name: 'Eve', email: 'eve@example.org', token };
    expect((await house.stranger('/api/setup', { json: again })).status).toBe(409);
  });

  test('of two at once the one who was told yes can sign in, in any case of letters', async () => {
    const json = { email: 'ADA@example.ORG', password: chosen };
    expect((await house.stranger('/api/session', { json })).status).toBe(200);
  });
});

describe.each(dialects)('signing in on %s', (dialect) => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await testHouse(dialect);
  });
  afterAll(() => house.close());

  test('a wrong password and an unknown address are answered alike', async () => {
    await house.as('mara');
    const wrong = { email: company.people.mara.email, password: 'not it, sorry' };
    const unknown = { email: 'nobody@example.org', password: 'not it, sorry' };
    const answers = [];
    for (const json of [wrong, unknown]) {
      const answer = await house.stranger('/api/session', { json });
      answers.push([answer.status, await answer.text(), answer.headers.getSetCookie()]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).toBe(401);
  });

  test('signing out ends the session on the server, not only in the browser', async () => {
    const otto = await house.as('otto');
    expect((await otto('/api/tickets')).status).toBe(200);
    expect((await otto('/api/session', { method: 'DELETE' })).status).toBe(204);
    expect((await otto('/api/tickets')).status).toBe(401);
  });

  test('a page of one person is never served as another who signed in beside it', async () => {
    const otto = await house.as('otto');
    const asPageOf = (person: string) => ({ headers: { 'rung-person': person } });
    expect((await otto('/api/tickets', asPageOf('otto'))).status).toBe(200);
    expect((await otto('/api/tickets', asPageOf('mara'))).status).toBe(401);
    const json = reportMessage('typed by Mara');
    expect((await otto('/api/commands', { json, ...asPageOf('mara') })).status).toBe(401);
    const list = (await (await otto('/api/tickets')).json()) as { tickets: unknown[] };
    expect(list.tickets).toEqual([]);
  });

  test('a person who is disabled is out at once, everywhere, and cannot come back', async () => {
    const phone = await house.as('lena');
    const desk = await house.as('lena');
    const disable = {
      document: { people: { lena: { ...company.people.lena, disabled: true } } },
      prune: false,
      dryRun: false,
    };
    // A lead who cannot act is refused: nobody would be told.
    expect((await house.operator('/api/directory', { json: disable })).status).toBe(422);
    const { cold } = company.teams;
    const json = {
      ...disable,
      document: { ...disable.document, teams: { cold: { ...cold, lead: 'mara' } } },
    };
    expect((await house.operator('/api/directory', { json })).status).toBe(200);
    expect((await phone('/api/tickets')).status).toBe(401);
    expect((await desk('/api/tickets')).status).toBe(401);
    expect(await sessionsOf(house, 'lena')).toEqual([]);
    const back = { email: company.people.lena.email, password };
    expect((await house.stranger('/api/session', { json: back })).status).toBe(401);
  });

  test('being disabled is enough: a session that was left alive opens nothing', async () => {
    const berta = await house.as('berta');
    const setDisabled = (disabled: boolean) =>
      house.parts.writer.editDirectory('operator', ({ directory }) => {
        const before = directory.person.get('berta')!;
        return {
          changes: [{ kind: 'person', key: 'berta', before, after: { ...before, disabled } }],
          answer: null,
        };
      });
    await setDisabled(true);
    expect((await sessionsOf(house, 'berta')).length).toBe(1);
    expect((await berta('/api/portal')).status).toBe(401);
    expect(await (await berta('/api/session')).json()).toMatchObject({ person: null });
    // Enabled again through the door: nothing from before is good.
    const document = { people: { berta: company.people.berta } };
    await house.operator('/api/directory', { json: { document, prune: false, dryRun: false } });
    expect((await berta('/api/portal')).status).toBe(401);
  });

  test('signing in ends the session that the browser had until then', async () => {
    const before = await house.as('klara');
    const json = { email: company.people.klara.email, password };
    expect((await before('/api/session', { json })).status).toBe(200);
    expect((await before('/api/tickets')).status).toBe(401);
    expect(await sessionsOf(house, 'klara')).toHaveLength(1);
  });

  test('a session that is in use is prolonged, and the browser is told', async () => {
    const bernd = await house.as('bernd');
    expect((await bernd('/api/portal')).headers.getSetCookie()).toEqual([]);
    const inTenDays = new Date(Date.now() + 10 * 24 * 60 * 60 * 1000);
    const expiresAt = dialect === 'sqlite' ? inTenDays.toISOString() : inTenDays;
    await sql`update auth_session set "expiresAt" = ${expiresAt} where "userId" in
      (select id from auth_user where person = 'bernd')`.execute(house.parts.db.auth);
    const answer = await bernd('/api/portal');
    expect(answer.headers.getSetCookie().join()).toMatch(/^rung=.*Max-Age=2592000/);
  });

  test('a new address counts at once, the old one no more', async () => {
    await house.as('max');
    const document = {
      people: { max: { ...company.people.max, email: 'maximilian@example.org' } },
    };
    await house.operator('/api/directory', { json: { document, prune: false, dryRun: false } });
    const tryWith = async (email: string) =>
      (await house.stranger('/api/session', { json: { email, password } })).status;
    expect(await tryWith('maximilian@example.org')).toBe(200);
    expect(await tryWith('max@example.org')).toBe(401);
  });

  test('too many failures are not heard for a while; another account still is', async () => {
    await house.as('dora');
    const json = { email: company.people.dora.email, password: 'guess number one' };
    for (let n = 0; n < 10; n += 1) {
      expect((await house.stranger('/api/session', { json })).status).toBe(401);
    }
    const right = { ...json, password };
    const late = await house.stranger('/api/session', { json: right });
    expect(late.status).toBe(429);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    await expect(house.as('klara')).resolves.toBeDefined();
  });

  test('the log holds no password, no cookie and no link', async () => {
    const link = await house.operator('/api/directory/links', { json: { person: 'berta' } });
    const { url } = (await link.json()) as { url: string };
    const text = house.logged.join('\n');
    expect(text).not.toContain(password);
    expect(text).not.toContain(new URL(url).hash.slice(1));
    expect(text).not.toMatch(/rung=/);
  });
});

describe.each(dialects)('a one-time link on %s', (dialect) => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await testHouse(dialect);
  });
  afterAll(() => house.close());

  const newLink = async (person: string): Promise<string> => {
    const answer = await house.operator('/api/directory/links', { json: { person } });
    return new URL(((await answer.json()) as { url: string }).url).hash.slice(1);
  };

  test('says whom it is for, and lets him choose a password, once', async () => {
    const token = await newLink('berta');
    const whom = await house.stranger('/api/welcome/person', { json: { token } });
    expect(await whom.json()).toEqual({ name: 'Berta', email: 'berta@example.org' });
    const answers = await Promise.all(
      [1, 2].map(() => house.stranger('/api/welcome', { json: { token, password } })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 410]);
    const json = { email: 'berta@example.org', password };
    expect((await house.stranger('/api/session', { json })).status).toBe(200);
    expect((await house.stranger('/api/welcome/person', { json: { token } })).status).toBe(410);
  });

  test('a newer one makes the older useless, and it ends after a week', async () => {
    const older = await newLink('klara');
    const newer = await newLink('klara');
    const ask = (token: string) => house.stranger('/api/welcome/person', { json: { token } });
    expect((await ask(older)).status).toBe(410);
    expect((await ask(newer)).status).toBe(200);
    house.clock.forward(7 * 24 * 60 * 60 * 1000);
    expect((await ask(newer)).status).toBe(410);
  });

  test('a new password ends the sessions that the old one began', async () => {
    const before = await house.as('otto');
    const token = await newLink('otto');
    const json = { token, password: 'another long password' };
    expect((await house.stranger('/api/welcome', { json })).status).toBe(200);
    expect((await before('/api/tickets')).status).toBe(401);
  });

  test('there is none for nobody', async () => {
    const answer = await house.operator('/api/directory/links', { json: { person: 'nobody' } });
    expect(answer.status).toBe(404);
  });
});

describe('cookies follow the public address', () => {
  test.each([
    ['https://rung.example.org', /^__Host-rung=[^;]+;.*Path=\/;.*HttpOnly; Secure; SameSite=Lax/],
    ['http://localhost:3000', /^rung=[^;]+;(?!.*Secure).*HttpOnly; SameSite=Lax/],
  ])('%s', async (publicUrl, cookie) => {
    const house = await testHouse('sqlite', { publicUrl: new URL(publicUrl) });
    await house.as('mara');
    const json = { email: company.people.mara.email, password };
    const answer = await house.stranger('/api/session', { json });
    expect(answer.headers.getSetCookie().join('\n')).toMatch(cookie);
    await house.close();
  });
});

function sessionsOf(house: TestHouse, person: string) {
  return house.parts.db.auth
    .selectFrom('auth_session')
    .select('id')
    .where('userId', 'in', (users) =>
      users.selectFrom('auth_user').select('id').where('person', '=', person),
    )
    .execute();
}
