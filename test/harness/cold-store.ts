/**
 * A directory for stories about escalation: one team with a weekly rota, a lead, policies by severity and office hours.
 * It is Saturday 2026-11-21, 12:00 UTC, 13:00 in Berlin: Mara is on call until Monday 08:00, then Otto.
 */
import { company } from './company.ts';

const { ada, dora, max, lena, mara, otto, berta, klara } = company.people;

export const coldStore = {
  organisation: {
    ...company.organisation,
    team: 'cold',
    policies: { S1: 'urgent', S2: 'prompt', any: 'calm' },
  },
  people: { ada, dora, max, lena, mara, otto, berta, klara },
  teams: {
    cold: {
      name: 'Cold store',
      members: ['mara', 'otto'],
      lead: 'lena',
      schedule: 'week',
      calendar: 'office',
    },
    desk: { name: 'Desk', members: ['dora'], lead: 'max' },
  },
  clients: company.clients,
  sites: { 'oven-hall': { name: 'Oven hall', client: 'bakery', team: 'cold' } },
  calendars: {
    office: { name: 'Office', zone: 'Europe/Berlin', hours: { 'mon-fri': '08:00-18:00' } },
  },
  schedules: {
    week: {
      name: 'Weekly',
      zone: 'Europe/Berlin',
      layers: [{ handover: 'mon 08:00', from: '2026-11-16', people: ['mara', 'otto'] }],
    },
  },
  policies: {
    urgent: {
      name: 'Urgent',
      fallback: 'ada',
      response: [
        { targets: 'on-call', delay: '5m' },
        { targets: ['lead', 'person:otto'], delay: '10m' },
      ],
    },
    prompt: {
      name: 'Prompt',
      fallback: 'ada',
      response: [
        { targets: 'on-call', delay: '15m' },
        { targets: 'lead', delay: '30m' },
      ],
    },
    calm: {
      name: 'Calm',
      fallback: 'ada',
      response: [
        { targets: 'on-call', delay: '4 business hours' },
        { targets: 'lead', delay: '1 business day' },
      ],
    },
  },
};

/** The same on a real clock, whatever day it is: Mara is on call all the time, and what is S2 climbs within seconds. */
export const coldStoreInAHurry = {
  ...coldStore,
  schedules: {
    week: {
      ...coldStore.schedules.week,
      layers: [{ handover: 'mon 08:00', from: '2020-01-06', people: ['mara'] }],
    },
  },
  policies: {
    ...coldStore.policies,
    prompt: {
      ...coldStore.policies.prompt,
      response: [
        { targets: 'on-call', delay: '4s' },
        { targets: 'lead', delay: '30m' },
      ],
    },
  },
};
