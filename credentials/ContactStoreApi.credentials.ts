import type { Icon, ICredentialType, INodeProperties } from 'n8n-workflow';

const ON_POSTGRES = { show: { database: ['postgres'] } };

export class ContactStoreApi implements ICredentialType {
  name = 'contactStoreApi';
  displayName = 'Contact Store API';
  icon: Icon = { light: 'file:contactStore.svg', dark: 'file:contactStore.dark.svg' };
  documentationUrl =
    'https://github.com/n8n-nodes-marketing-automation/n8n-nodes-marketing-automation/blob/main/docs/nodes/contact-store.md#credential';

  properties: INodeProperties[] = [
    {
      displayName: 'Database',
      name: 'database',
      type: 'options',
      default: 'sqlite',
      options: [
        {
          name: 'PostgreSQL',
          value: 'postgres',
          description: 'Needed in queue mode and with several machines',
        },
        { name: 'SQLite File', value: 'sqlite', description: 'One file on the machine that n8n runs on' },
      ],
      description: 'Where the contacts are kept',
    },
    {
      displayName: 'File',
      name: 'file',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. /home/node/.n8n/marketing.sqlite',
      displayOptions: { show: { database: ['sqlite'] } },
      description:
        'Absolute path of the file, which is made when it is missing. In Docker it must be on a volume, or it is lost with the container. Not on a network share.',
    },
    {
      displayName: 'Host',
      name: 'host',
      type: 'string',
      required: true,
      default: 'localhost',
      displayOptions: ON_POSTGRES,
      description: 'Name or address of the PostgreSQL server, as n8n sees it',
    },
    {
      displayName: 'Port',
      name: 'port',
      type: 'number',
      default: 5432,
      displayOptions: ON_POSTGRES,
      description: 'Port of the PostgreSQL server',
    },
    {
      displayName: 'Database Name',
      name: 'databaseName',
      type: 'string',
      required: true,
      default: 'postgres',
      displayOptions: ON_POSTGRES,
      description:
        'The database on that server. It must exist; n8n’s own may be used, its tables stay untouched.',
    },
    {
      displayName: 'User',
      name: 'user',
      type: 'string',
      required: true,
      default: 'postgres',
      displayOptions: ON_POSTGRES,
      description: 'A user who may create the schema below, or owns it',
    },
    {
      displayName: 'Password',
      name: 'password',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      displayOptions: ON_POSTGRES,
      description: 'The password of that user',
    },
    {
      displayName: 'Schema',
      name: 'schema',
      type: 'string',
      required: true,
      default: 'marketing_automation',
      displayOptions: ON_POSTGRES,
      description:
        'The schema that holds the tables, made when it is missing. Two schemas are two stores: lower-case letters, digits and underscores.',
    },
    {
      displayName: 'TLS',
      name: 'tls',
      type: 'options',
      default: 'off',
      options: [
        {
          name: 'Off',
          value: 'off',
          description: 'Unencrypted, for a server on the same machine or private network',
        },
        {
          name: 'On, Accept Any Certificate',
          value: 'accept',
          description: 'Encrypted, but whoever answers is believed',
        },
        {
          name: 'On, Verify the Certificate',
          value: 'verify',
          description: 'Encrypted, to a server that proves its name',
        },
      ],
      displayOptions: ON_POSTGRES,
      description: 'Whether the connection is encrypted',
    },
  ];
}
