/** What people of the demo report, find and write. By category of company.yaml. */

import type { Severity, TicketType } from '@rung/domain/directory/directory.ts';

export type Trouble = {
  readonly type: TicketType;
  readonly severity: Severity;
  readonly title: string;
  readonly description: string;
};

function trouble(severity: Severity, title: string, description = ''): Trouble {
  return { type: 'incident', severity, title, description };
}

/** Of something that stands there. */
export const troubles: Readonly<Record<string, readonly Trouble[]>> = {
  cooling: [
    trouble(
      'S1',
      'Temperature rises, 4 degrees above the limit',
      'The alarm went at the rack by the door. Goods worth a lot are in there.',
    ),
    trouble('S1', 'Compressor stands still, no cooling'),
    trouble(
      'S2',
      'Compressor starts and stops every minute',
      'Since the night shift. It hums, then trips.',
    ),
    trouble('S2', 'Brine pressure falls slowly', 'From 2.1 to 1.6 bar since yesterday evening.'),
    trouble('S2', 'Defrosting does not end'),
    trouble('S3', 'Ice on the evaporator', 'A hand wide, at the left fan.'),
    trouble('S3', 'Fan is loud'),
    trouble(
      'S3',
      'Door seal is torn at the bottom',
      'There is a draught, and water on the floor in the morning.',
    ),
    trouble('S3', 'Display shows two different temperatures'),
    trouble('S4', 'Condensate drips on the aisle'),
    trouble('S4', 'Lamp of the alarm is broken'),
  ],
  doors: [
    trouble('S1', 'Gate does not close, cold air gets out', 'It stops half way and opens again.'),
    trouble('S2', 'Dock leveller sinks under load'),
    trouble('S2', 'Safety edge trips without reason', 'Three lorries wait.'),
    trouble('S3', 'Gate closes only at the second try'),
    trouble('S3', 'Remote control is not recognised'),
    trouble('S4', 'Warning strip is worn off'),
  ],
  electrics: [
    trouble('S1', 'Half of the hall has no power'),
    trouble('S2', 'Breaker trips when the mixer starts', 'Every time since this morning.'),
    trouble('S2', 'Emergency power did not take over in the test'),
    trouble('S3', 'Light above row 6 flickers'),
    trouble('S3', 'Socket at the packing table is dead'),
    trouble('S4', 'Cover of a junction box is missing'),
  ],
  controls: [
    trouble('S1', 'Control does not answer, everything runs in manual mode'),
    trouble(
      'S2',
      'No values from the loggers since 02:00',
      'The report for the authority needs them without a gap.',
    ),
    trouble('S2', 'Alarm goes off and nobody knows why'),
    trouble('S3', 'Curve has holes of ten minutes'),
    trouble('S3', 'Set point jumps back after a restart'),
    trouble('S4', 'Clock of the panel is an hour off'),
  ],
};

/** About nothing that stands there. */
export const matters: readonly Trouble[] = [
  {
    type: 'request',
    severity: 'S4',
    title: 'Copy of the maintenance record, please',
    description: 'For the audit next month.',
  },
  { type: 'request', severity: 'S3', title: 'Access for two fitters on Thursday', description: '' },
  {
    type: 'request',
    severity: 'S2',
    title: 'Two more data loggers until tomorrow',
    description: 'A delivery comes that needs its own record.',
  },
  { type: 'request', severity: 'S4', title: 'Bill names the wrong site', description: '' },
  {
    type: 'complaint',
    severity: 'S2',
    title: 'Nobody called back as promised',
    description: 'This is the second time.',
  },
  {
    type: 'complaint',
    severity: 'S3',
    title: 'Fitter left the machine room open',
    description: '',
  },
  {
    type: 'risk',
    severity: 'S3',
    title: 'Spare part will not be made any more',
    description: 'One is left on the shelf.',
  },
  {
    type: 'risk',
    severity: 'S2',
    title: 'Only one pump left in reserve',
    description: 'If it fails there is nothing for a day.',
  },
];

/** For colleagues. */
export const notes = [
  'Looked at it: the part is worn, I have one in the van.',
  'Measured again, a little better. I look once more in an hour.',
  'Waiting for the key to the machine room.',
  'Cleaned the contact, it runs. I keep an eye on it.',
  'Spare part is ordered, comes with the morning tour.',
  'Spoke with the shift lead: it began after the cleaning.',
  'Switched to the second unit, the first one can be opened now.',
  'Still on it.',
] as const;

/** From us to the client. */
export const wordsToClient = [
  'We are on our way and arrive within the hour.',
  'We found the cause. The part is being changed now.',
  'It runs again. We watch it until the evening before we close this.',
  'Please keep the doors shut until we are there.',
  'The spare part comes tomorrow morning; until then the second unit carries the load.',
] as const;

/** From the client to us. */
export const wordsOfClient = [
  'It got louder since this morning.',
  'Thank you. Please ring at gate 2, reception is closed.',
  'Is there any news? Our delivery comes at four.',
  'The night shift says that it happened twice.',
] as const;

export const resolutions = [
  'Part changed, tested under load.',
  'Contact cleaned and screwed tight; two hours without a fault.',
  'Set anew, values are where they should be.',
  'Seal changed. Dry since.',
  'Sent as asked.',
  'Restarted and updated; watched for an hour.',
] as const;

export const reopenings = [
  'It is back, the same as before.',
  'It held for a day, now it begins again.',
] as const;

export const handovers = [
  'Tried: switched off and on, fuse changed. Found: nothing. Needed: somebody who knows the control.',
  'Not ours after all: the power comes and goes.',
  'Tried: everything on the list. Needed: an electrician with a measuring case.',
] as const;

export const raisings = [
  'It gets worse.',
  'The client waits for it with a lorry.',
  'A second unit shows the same.',
] as const;
