import type { ConsentStatement } from '../../src/domain/consent/consent';
import { HOSTILE_TEXTS, onEachDatabase } from './each-database';

const said = (values: Partial<ConsentStatement> = {}): ConsentStatement => ({
  channel: 'email',
  status: 'opted_in',
  at: 3,
  source: 'form',
  evidence: {},
  by: 'contact',
  ...values,
});

onEachDatabase('consents', (test) => {
  it('keeps one present consent for each contact and channel', async () => {
    await test.write(async (tx) => {
      await tx.consents.put([
        { contactId: 1, channel: 'email', status: 'pending', at: 3 },
        { contactId: 1, channel: 'sms', status: 'opted_out', at: 4 },
        { contactId: 2, channel: 'email', status: 'opted_in', at: 5 },
      ]);
      await tx.consents.put([{ contactId: 1, channel: 'email', status: 'opted_in', at: 9 }]);
    });
    expect(await test.read((tx) => tx.consents.current([1, 2, 3]))).toEqual(
      new Map([
        [1, { email: { status: 'opted_in', at: 9 }, sms: { status: 'opted_out', at: 4 } }],
        [2, { email: { status: 'opted_in', at: 5 } }],
      ]),
    );
    expect(await test.read((tx) => tx.consents.current([]))).toEqual(new Map());
  });

  it('keeps channels of any name apart', async () => {
    await test.write((tx) =>
      tx.consents.put(
        HOSTILE_TEXTS.map((channel, at) => ({ contactId: 1, channel, status: 'opted_in' as const, at })),
      ),
    );
    const own = (await test.read((tx) => tx.consents.current([1]))).get(1) ?? {};
    for (const [at, channel] of HOSTILE_TEXTS.entries()) {
      expect([channel, Object.hasOwn(own, channel) && own[channel]]).toEqual([
        channel,
        { status: 'opted_in', at },
      ]);
    }
  });

  it('appends statements and gives them back whole, oldest first', async () => {
    const statements = [
      said({ evidence: { ip: '192.0.2.1', by: 'a clerk', nested: { text: `'"%_\\🎉` } } }),
      said({ by: 'import', status: 'opted_out', source: `'; drop table consent; --`, at: -1 }),
      ...HOSTILE_TEXTS.map((text) => said({ channel: text, source: text, evidence: { text } })),
    ];
    await test.write((tx) =>
      tx.consents.append(
        statements.map((statement, index) => ({ ...statement, contactId: 1, changed: index % 2 === 0 })),
        77,
      ),
    );
    await test.write((tx) => tx.consents.append([{ ...said(), contactId: 1, changed: false }], 78));
    const kept = await test.read((tx) => tx.consents.statements(1));
    expect(kept).toEqual([
      ...statements.map((statement, index) => ({ ...statement, recordedAt: 77, changed: index % 2 === 0 })),
      { ...said(), recordedAt: 78, changed: false },
    ]);
    expect(await test.read((tx) => tx.consents.statements(2))).toEqual([]);
  });

  it('suppresses addresses by channel, keeps the first reason, and lets them go again', async () => {
    await test.write(async (tx) => {
      await tx.consents.suppress(
        [
          { channel: 'email', hash: 'h1', reason: 'bounced' },
          { channel: 'email', hash: 'h1', reason: 'complained' },
          { channel: 'sms', hash: 'h2', reason: 'opted_out' },
        ],
        4,
      );
      await tx.consents.suppress([{ channel: 'email', hash: 'h1', reason: 'later' }], 5);
    });
    const asked = [
      { channel: 'email', hash: 'h1' },
      { channel: 'email', hash: 'h2' },
      { channel: 'sms', hash: 'h2' },
    ];
    const suppressed = () => test.read((tx) => tx.consents.suppressed(asked));
    expect(await suppressed()).toEqual(
      new Map([
        ['email:h1', { reason: 'bounced', at: 4 }],
        ['sms:h2', { reason: 'opted_out', at: 4 }],
      ]),
    );
    expect(await test.write((tx) => tx.consents.unsuppress([...asked, ...asked]))).toBe(2);
    expect(await test.write((tx) => tx.consents.unsuppress(asked))).toBe(0);
    expect(await suppressed()).toEqual(new Map());
  });

  it('takes 10,000 in one call', async () => {
    const ids = Array.from({ length: 10_000 }, (_, n) => n + 1);
    await test.write(async (tx) => {
      await tx.consents.put(
        ids.map((contactId) => ({ contactId, channel: 'email', status: 'opted_in', at: 1 })),
      );
      await tx.consents.append(
        ids.map((contactId) => ({ ...said(), contactId, changed: true })),
        2,
      );
      await tx.consents.suppress(
        ids.map((id) => ({ channel: 'email', hash: `h${id}`, reason: 'r' })),
        3,
      );
    });
    await test.read(async (tx) => {
      expect((await tx.consents.current(ids)).size).toBe(10_000);
      expect(
        (await tx.consents.suppressed(ids.map((id) => ({ channel: 'email', hash: `h${id}` })))).size,
      ).toBe(10_000);
      expect(await tx.consents.statements(10_000)).toHaveLength(1);
    });
  });
});
