import { LEASE } from '../../src/app/deliveries';
import { readTickets } from '../../src/app/wait-ticket';
import { HOUR, KEY, leaveOn, onEachWaitingProcess } from './waiting-process';

onEachWaitingProcess('tickets of a wait', (test, create) => {
  const ticketOf = async (): Promise<string> => {
    await test.wait(await test.contact('a'), HOUR);
    await test.advance(HOUR);
    return test.executions.items.at(-1)?.wait.ticket ?? '';
  };
  const read = async (ticket: unknown, key = KEY.key) =>
    (await readTickets(test.process.store, key, [ticket]))[0];

  it('let an item leave the wait that made them, also after a restart', async () => {
    const ticket = await ticketOf();
    expect(await read(ticket)).toBe('due');
    await test.restart();
    expect(await read(ticket)).toBe('due');
  });

  it('of a contact that left early say so', async () => {
    await test.wait(await test.contact('a'), HOUR, { leaveOn: leaveOn('x') });
    await test.happen('a', 'x');
    expect(await read(test.executions.items[0]?.wait.ticket)).toBe('left_early');
  });

  it('of another wait, or forged, let nobody pass', async () => {
    const ticket = await ticketOf();
    const [id, outcome, signature = ''] = ticket.split('.');
    expect(await read(ticket, 'i/w/other')).toBeNull();
    const forged: unknown[] = [
      `${Number(id) + 1}.${outcome}.${signature}`,
      `0${id}.${outcome}.${signature}`,
      `${id}.left_early.${signature}`,
      `${id}.${outcome}.${signature.slice(1)}`,
      `${id}.${outcome}.${signature}=`,
      `${id}.${outcome}.`,
      `${id}.${outcome}`,
      `NaN.due.${signature}`,
      '',
      '..',
      ticket.toUpperCase(),
      `${ticket}é`,
      null,
      undefined,
      7,
      { ticket },
      [ticket],
    ];
    for (const each of forged) expect([each, await read(each)]).toEqual([each, null]);
  });

  it('of another store let nobody pass', async () => {
    const ticket = await ticketOf();
    const elsewhere = await create();
    const store = await elsewhere.open();
    try {
      expect(await readTickets(store, KEY.key, [ticket])).toEqual([null]);
    } finally {
      await store.close();
      await elsewhere.drop();
    }
  });

  it('are the same at each delivery of the same leave, so that a redelivery is known for what it is', async () => {
    test.executions.behave = () => null;
    await test.wait(await test.contact('a'), HOUR);
    await test.advance(HOUR);
    await test.restart();
    test.executions.behave = () => ({ ok: true });
    await test.advance(LEASE);
    const [first, again] = test.executions.items;
    expect(again?.wait).toMatchObject({
      id: first?.wait.id,
      ticket: first?.wait.ticket,
      attempt: 2,
      redelivered: true,
    });
  });
});
