import { expect, test } from 'vitest';
import { reportArgs } from './command.ts';
import { deviceOf } from './device.ts';
import { testHouse } from './house.ts';

test('two devices of different people hold the same ticket, whatever network and clock did', async () => {
  const house = await testHouse('sqlite');
  const day = 24 * 60 * 60_000;
  const mara = deviceOf(await house.as('mara'), 'mara', house.clock, { skewMs: 3 * day });
  const lena = deviceOf(await house.as('lena'), 'lena', house.clock, { skewMs: -3 * day });
  try {
    expect(await lena.exchange()).toMatchObject({ kind: 'idle' });
    mara.offline();
    const args = reportArgs('Pump 3 leaks', { team: 'cold' });
    expect(await mara.do({ name: 'report', args })).toMatchObject({ ok: true });
    expect(await mara.exchange()).toMatchObject({ kind: 'held', why: 'unreachable' });
    mara.online();
    mara.loseAnswer();
    await mara.exchange();
    mara.reopen();
    mara.cutAfter(3);
    await mara.exchange();
    expect(await mara.exchange()).toMatchObject({ kind: 'idle' });
    await lena.exchange();

    const seen = { generation: 1, severity: 'S3' } as const;
    const ack = { name: 'acknowledge', args: { ticket: args.ticket, seen } } as const;
    expect(await lena.do(ack)).toMatchObject({ ok: true });
    await lena.exchange();
    await mara.exchange();
    const [hers, his] = [await mara.rows(), await lena.rows()];
    expect(hers.tickets).toMatchObject([
      { id: args.ticket, number: 1001, state: { owner: 'lena' } },
    ]);
    const told = (rows: typeof hers) => [
      rows.tickets.map((one) => ({ ...one, scopes: [] })),
      rows.events,
      rows.pages,
      rows.refs,
    ];
    expect(told(his)).toEqual(told(hers));
    expect(await mara.read((reading) => reading.outbox())).toEqual([]);
  } finally {
    await mara.close();
    await lena.close();
    await house.close();
  }
});
