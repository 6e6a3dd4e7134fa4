import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { type Dirt, readIncidentLog, states } from './incident-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'rung-log-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** What is read of a file that holds this. */
async function read(content: string | Buffer, ending = 'csv') {
  const file = join(folder, `${(files += 1)}.${ending}`);
  writeFileSync(file, content);
  const { rows, dirt, missing } = await readIncidentLog(file);
  return { rows, lines: rows.map(({ line }) => line), dirt: Object.fromEntries(dirt), missing };
}

const written = {
  number: 'INC1',
  incident_state: 'Active',
  active: 'true',
  opened_by: 'Opened by  8',
  opened_at: '29/2/2016 01:16',
  sys_updated_at: '29/2/2016 01:23',
  location: 'Location 143',
  category: 'Category 55',
  priority: '3 - Moderate',
  assignment_group: 'Group 56',
  assigned_to: 'Resolver 9',
};
type Cells = typeof written;
const header = Object.keys(written).join(',');

/** A line of the file: as above, but for what is said. */
function line(said: Partial<Cells> = {}): string {
  return Object.values({ ...written, ...said }).join(',');
}

function text(...lines: readonly string[]): string {
  return [header, ...lines, ''].join('\n');
}

const inc = (number: string) => line({ number });

describe('a row', () => {
  test('is read by the names of its columns, whatever else stands between them', async () => {
    const { rows, dirt } = await read(text(line()));
    expect(rows).toEqual([
      {
        line: 2,
        number: 'INC1',
        state: 'Active',
        severity: 'S3',
        at: Date.UTC(2016, 1, 29, 1, 23),
        openedAt: Date.UTC(2016, 1, 29, 1, 16),
        openedBy: 'Opened by  8',
        group: 'Group 56',
        assignee: 'Resolver 9',
        location: 'Location 143',
        category: 'Category 55',
      },
    ]);
    expect(dirt).toEqual({});
  });

  test.each(['', '?', ' ? ', '  '])('without a value where %j stands', async (nothing) => {
    const { rows } = await read(
      text(
        line({
          opened_by: nothing,
          location: nothing,
          category: nothing,
          assignment_group: nothing,
          assigned_to: nothing,
        }),
      ),
    );
    expect(rows).toMatchObject([
      { openedBy: null, location: null, category: null, group: null, assignee: null },
    ]);
  });

  test('may be in every state that there is', async () => {
    const { rows, dirt } = await read(
      text(...states.map((incident_state) => line({ incident_state }))),
    );
    expect(rows.map(({ state }) => state)).toEqual(states);
    expect(dirt).toEqual({});
  });

  test.each([
    ['1 - Critical', 'S1'],
    ['2 - High', 'S2'],
    ['3 - Moderate', 'S3'],
    ['4 - Low', 'S4'],
    ['4', 'S4'],
  ])('of priority %s is %s', async (priority, severity) => {
    expect((await read(text(line({ priority })))).rows).toMatchObject([{ severity }]);
  });

  test('that is repeated is a row each time', async () => {
    const { lines, dirt } = await read(text(line(), line()));
    expect(lines).toEqual([2, 3]);
    expect(dirt).toEqual({});
  });

  test('may be of the minute in which the incident was opened, or name seconds', async () => {
    const at = '29/2/2016 01:16';
    const { rows } = await read(
      text(line({ sys_updated_at: at }), line({ sys_updated_at: `${at}:59` })),
    );
    expect(rows.map((row) => row.at - row.openedAt)).toEqual([0, 59_000]);
  });
});

describe('the order of rows', () => {
  test('is that of their times, and of their lines within a minute', async () => {
    const { rows } = await read(
      text(
        line({ number: 'late', sys_updated_at: '1/3/2016 10:00' }),
        line({ number: 'first', sys_updated_at: '1/3/2016 9:59' }),
        line({ number: 'as late', sys_updated_at: '1/3/2016 10:00' }),
        line({ number: 'last', sys_updated_at: '1/4/2016 0:00' }),
        line({ number: 'before all', sys_updated_at: '29/2/2016 23:59' }),
      ),
    );
    expect(rows.map(({ number }) => number)).toEqual([
      'before all',
      'first',
      'late',
      'as late',
      'last',
    ]);
  });
});

describe('the file', () => {
  const plain = text(inc('a'), inc('b'));
  const read2 = async (content: string | Buffer, ending?: string) => {
    const { rows, dirt } = await read(content, ending);
    return { rows: rows.map((row) => `${row.line} ${row.number}`), dirt };
  };
  const both = { rows: ['2 a', '3 b'], dirt: {} };

  test.each<[string, string | Buffer]>([
    ['as Unix writes it', plain],
    ['without a line break at its end', plain.trimEnd()],
    ['as Windows writes it', plain.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\ufeff${plain}`],
    ['in UTF-16, with its mark', Buffer.from(`\ufeff${plain}`, 'utf16le')],
  ])('may be %s', async (_, content) => {
    expect(await read2(content)).toEqual(both);
  });

  test('may be written by Windows and by Unix in turn', async () => {
    expect(await read2(plain.replace('\n', '\r\n'))).toEqual(both);
  });

  test('may be packed, also in parts', async () => {
    expect(await read2(gzipSync(plain), 'csv.gz')).toEqual(both);
    const [first = '', ...rest] = plain.split(/(?<=\n)/);
    const parts = [first, rest.join('')].map((part) => gzipSync(part));
    expect(await read2(Buffer.concat(parts), 'csv.gz')).toEqual(both);
  });

  test('may quote what holds commas, quotes and line breaks', async () => {
    const { rows, dirt } = await read(
      text(line({ category: '"Mail, ""out""\nand in"', location: '"Hall 3, gate 2"' })),
    );
    expect(rows).toMatchObject([
      { category: 'Mail, "out"\nand in', location: 'Hall 3, gate 2', assignee: 'Resolver 9' },
    ]);
    expect(dirt).toEqual({});
  });

  test('may have quotes inside a value that is not quoted', async () => {
    const { rows } = await read(text(line({ category: '19" screen' }), inc('b')));
    expect(rows).toMatchObject([{ category: '19" screen' }, { number: 'b' }]);
  });
});

describe('lines', () => {
  test('are those of the file: empty ones count', async () => {
    const content = [header, '', inc('a'), '', '', 'x', inc('b'), ''].join('\n');
    const { lines, dirt } = await read(content);
    expect(lines).toEqual([3, 7]);
    expect(dirt).toEqual({ 'wrong-field-count': [6] });
  });

  const several = (eol: string) =>
    read([header, line({ category: `"x${eol}y${eol}z"` }), inc('b'), 'c', ''].join(eol));

  test('go on rightly after a row of several', async () => {
    const { rows, dirt } = await several('\n');
    expect(rows.at(-1)).toMatchObject({ line: 5, number: 'b' });
    expect(dirt).toEqual({ 'wrong-field-count': [6] });
  });

  test('go on rightly after a row of several that Windows wrote', async () => {
    const { rows, dirt } = await several('\r\n');
    expect(rows.at(-1)).toMatchObject({ line: 5, number: 'b' });
    expect(dirt).toEqual({ 'wrong-field-count': [6] });
  });

  test.each(['\n', '\r\n'])('name a row of several by the one where it begins', async (eol) => {
    expect((await several(eol)).lines).toEqual([2, 5]);
  });
});

describe('dirt', () => {
  const kinds: readonly [Dirt, string, string][] = [
    ['wrong-field-count', 'a field too few', line().replace(/,[^,]*$/, '')],
    ['wrong-field-count', 'a field too many', `${line()},more`],
    ['no-number', 'no number', line({ number: '?' })],
    ['unreadable-date', 'a day that there is not', line({ sys_updated_at: '30/2/2016 09:00' })],
    ['unreadable-date', 'no leap year', line({ sys_updated_at: '29/2/2017 09:00' })],
    ['unreadable-date', 'month before day', line({ sys_updated_at: '2/29/2016 09:00' })],
    ['unreadable-date', 'no such hour', line({ sys_updated_at: '1/3/2016 25:00' })],
    ['unreadable-date', 'midnight as 24:00', line({ sys_updated_at: '1/3/2016 24:00' })],
    ['unreadable-date', 'no such minute', line({ sys_updated_at: '1/3/2016 09:60' })],
    ['unreadable-date', 'no such second', line({ sys_updated_at: '1/3/2016 09:00:60' })],
    ['unreadable-date', 'another notation', line({ sys_updated_at: '2016-03-01 09:00' })],
    ['unreadable-date', 'no time', line({ sys_updated_at: '?' })],
    ['unreadable-date', 'no time of opening', line({ opened_at: '?' })],
    ['unknown-state', 'a state that is a number', line({ incident_state: '-100' })],
    ['unknown-state', 'no state', line({ incident_state: '?' })],
    ['unknown-priority', 'a fifth priority', line({ priority: '5 - Planning' })],
    ['unknown-priority', 'a tenth', line({ priority: '10' })],
    ['unknown-priority', 'no priority', line({ priority: '?' })],
    ['before-opened', 'a row from before', line({ sys_updated_at: '29/2/2016 01:15' })],
  ];

  test.each(kinds)('is %s: %s', async (kind, _, dirty) => {
    const { lines, dirt } = await read(text(inc('a'), dirty, inc('b')));
    expect(dirt).toEqual({ [kind]: [3] });
    expect(lines).toEqual([2, 4]);
  });

  test('is a year that was never meant', async () => {
    const time = '1/3/0016 09:00';
    const { dirt } = await read(text(line({ opened_at: time, sys_updated_at: time })));
    expect(dirt).toEqual({ 'unreadable-date': [2] });
  });

  test('is named with every line that has it', async () => {
    const dirty = kinds.map(([, , line]) => line);
    const { rows, dirt } = await read(text(...dirty, inc('a'), ...dirty));
    expect(rows).toHaveLength(1);
    const count = Object.values(dirt).flat().length;
    expect(count).toBe(2 * kinds.length);
    expect(dirt['before-opened']).toEqual([kinds.length + 1, 2 * kinds.length + 2]);
  });

  test('is a quote that is never closed: the rows before it are read', async () => {
    const content = text(inc('a'), line({ category: '"Mail' }), inc('b'), inc('c'));
    const { lines, dirt } = await read(content);
    expect(lines).toEqual([2]);
    expect(Object.keys(dirt)).toEqual(['unreadable']);
  });

  test('is a quote that is never closed, named by the line where it begins', async () => {
    const dirty = line({ category: '"Mail' });
    const first = await read(text(inc('a'), dirty, inc('b'), inc('c')));
    expect(first.dirt).toEqual({ unreadable: [3] });
    const later = await read(text(line({ category: '"a\nb"' }), inc('b'), dirty, inc('c')));
    expect(later.dirt).toEqual({ unreadable: [5] });
  });

  test('is all there is below a header without any column that is needed', async () => {
    const { rows, dirt } = await read('colour,size\nred,1\nblue,2\n');
    expect(rows).toEqual([]);
    expect(dirt).toEqual({ 'no-number': [2, 3] });
  });

  test.each([
    ['nothing', ''],
    ['empty lines', '\n\n\n'],
    ['a header alone', header],
  ])('is not what a file with %s has, and neither has it rows', async (_, content) => {
    const { rows, dirt } = await read(content);
    expect({ rows, dirt }).toEqual({ rows: [], dirt: {} });
  });
});

describe('a column that the header has not', () => {
  const cut = (text: string) => text.replace(/,[^,]*$/, '');

  test('is named, and is no dirt: its values are missing everywhere', async () => {
    const { rows, dirt, missing } = await read([cut(header), cut(line())].join('\n'));
    expect(rows).toMatchObject([{ line: 2, assignee: null, group: 'Group 56' }]);
    expect({ dirt, missing }).toEqual({ dirt: {}, missing: ['assigned_to'] });
  });

  test('is none of those that nobody asks for', async () => {
    const asked = Object.keys(written).filter((name) => name !== 'active');
    expect((await read(asked.join(','))).missing).toEqual([]);
    expect((await read(header)).missing).toEqual([]);
    expect((await read('colour,size')).missing.toSorted()).toEqual(asked.toSorted());
  });
});

describe('a file that cannot be read is an error that names it', () => {
  const packed = gzipSync(text(inc('a'), inc('b')));

  test.each<[string, string | Buffer, RegExp]>([
    ['cut off', packed.subarray(0, -12), /\.gz cannot be read: unexpected end of file$/],
    ['empty', '', /\.gz cannot be read: unexpected end of file$/],
    ['not packed at all', text(inc('a')), /\.gz cannot be read: incorrect header check$/],
  ])('packed, and %s', async (_, content, message) => {
    await expect(read(content, 'csv.gz')).rejects.toThrow(message);
  });

  test('not there, or no file', async () => {
    const gone = join(folder, 'gone.csv');
    await expect(readIncidentLog(gone)).rejects.toThrow(`${gone} cannot be read: ENOENT`);
    await expect(readIncidentLog(folder)).rejects.toThrow(`${folder} cannot be read: EISDIR`);
  });
});
