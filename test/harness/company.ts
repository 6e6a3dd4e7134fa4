/** The directory that stories about a server play in, as an administrator writes it: one person for each thing one can be. */
export const company = {
  organisation: {
    name: 'Nordkalt',
    zone: 'Europe/Berlin',
    language: 'en',
    team: 'desk',
    policies: 'standard',
  },
  people: {
    ada: { name: 'Ada', email: 'ada@example.org', roles: ['admin', 'staff'] },
    max: { name: 'Max', email: 'max@example.org', roles: ['manager'] },
    dora: { name: 'Dora', email: 'dora@example.org', roles: ['dispatcher'] },
    lena: { name: 'Lena', email: 'lena@example.org' },
    mara: { name: 'Mara', email: 'mara@example.org' },
    otto: { name: 'Otto', email: 'otto@example.org' },
    berta: { name: 'Berta', email: 'berta@example.org', client: 'bakery' },
    bernd: {
      name: 'Bernd',
      email: 'bernd@example.org',
      client: 'bakery',
      'own-tickets-only': true,
    },
    klara: { name: 'Klara', email: 'klara@example.org', client: 'clinic' },
  },
  teams: {
    desk: { name: 'Desk', members: ['otto'], lead: 'ada' },
    cold: { name: 'Cold store', members: ['mara'], lead: 'lena' },
  },
  clients: { bakery: { name: 'Bakery' }, clinic: { name: 'Clinic' } },
  sites: {
    'oven-hall': { name: 'Oven hall', client: 'bakery', team: 'cold' },
    ward: { name: 'Ward', client: 'clinic' },
  },
  policies: {
    standard: {
      name: 'Standard',
      fallback: 'ada',
      response: [{ targets: 'team', delay: '15m' }],
    },
  },
};

/** The same, and what the bakery is promised: of two severities everything. */
export const companyWithContract = {
  ...company,
  contracts: {
    bakery: {
      name: 'Bakery, round the clock',
      client: 'bakery',
      targets: {
        S1: { 'first-response': '15m', 'next-update': '30m', resolution: '4h' },
        S2: { 'first-response': '30m', 'next-update': '1h', resolution: '8h' },
      },
    },
  },
};

export type PersonKey = keyof (typeof company)['people'];
export const personKeys = Object.keys(company.people) as readonly PersonKey[];
export const password = 'correct horse battery staple';
