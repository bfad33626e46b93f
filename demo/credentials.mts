/** The credentials that the templates use in the demo: its mail server, the secret of its intake, and an account for text messages that no gateway knows. */
import type { Rest } from '../host/rest.mts';
import { SECRET_HEADER } from './shop/intake.mts';
import type { CredentialsByType } from './templates.mts';

interface Wanted {
  name: string;
  type: string;
  data: Record<string, unknown>;
}

function wanted(smtpPort: number, intakeSecret: string): Wanted[] {
  return [
    {
      name: 'Demo mail server',
      type: 'smtp',
      data: {
        user: '',
        password: '',
        host: '127.0.0.1',
        port: smtpPort,
        secure: false,
        disableStartTls: true,
      },
    },
    {
      name: 'Demo intake secret',
      type: 'httpHeaderAuth',
      data: { name: SECRET_HEADER, value: intakeSecret },
    },
    {
      name: 'Demo text messages (sends none)',
      type: 'twilioApi',
      data: { authType: 'authToken', accountSid: 'AC00000000000000000000000000000000', authToken: 'none' },
    },
  ];
}

/** Creates what is missing and brings the rest up to date (the mail server may have another port this time). */
export async function ensureCredentials(
  rest: Rest,
  known: Readonly<Record<string, string>>,
  { smtpPort, intakeSecret }: { smtpPort: number; intakeSecret: string },
): Promise<CredentialsByType> {
  const present = new Set((await rest.credentials()).map(({ id }) => id));
  const ready: CredentialsByType = {};
  for (const credential of wanted(smtpPort, intakeSecret)) {
    const id = known[credential.type];
    const saved =
      id && present.has(id)
        ? await rest.updateCredential(id, credential)
        : await rest.createCredential(credential);
    ready[credential.type] = { id: saved.id, name: saved.name };
  }
  return ready;
}
