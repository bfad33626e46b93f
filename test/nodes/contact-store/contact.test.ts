import { ContactStore } from '../../../nodes/ContactStore/ContactStore.node';
import { runNode, useTemporaryStore } from '../fake-execution';

describe('contact', () => {
  let store: Awaited<ReturnType<typeof useTemporaryStore>>;
  beforeAll(async () => {
    store = await useTemporaryStore();
  });
  afterAll(() => store.remove());

  it('passes an item whose contact is unknown without one, where that is asked for', async () => {
    const output = await runNode({
      node: new ContactStore(),
      parameters: { resource: 'contact', operation: 'get', whenNotFound: '={{ $json.then }}' },
      items: [{ email: 'ann@example.com', then: 'null' }],
    });
    expect(output).toEqual([
      { json: { email: 'ann@example.com', then: 'null', contact: null }, pairedItem: { item: 0 } },
    ]);
  });
});
