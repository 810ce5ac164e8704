/** A real SMTP server in this process, which can refuse, hang, lose its answer, offer no TLS, or show a strange certificate. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { type ReceivedMail, readMail } from './received-mail.ts';

export interface SmtpSetup {
  /** Left out: it offers none, and says so to who asks. */
  tls?: 'starttls' | 'implicit';
  /** Whoever logs in otherwise is refused; offered in clear too, as to tempt. Left out: nobody need log in. */
  login?: { user: string; password: string };
}

/** What becomes of a mail that came whole: it is taken; or refused, with this code; or taken, and the 250 lost. */
export type Verdict = 'taken' | 'lost' | number;

export interface RunningSmtp {
  port: number;
  /** In PEM, for who is to trust it. */
  certificate: string;
  /** From where on it says nothing more. Null: it answers. */
  hangsAt: 'greeting' | 'mail' | null;
  /** Decides about a mail; may take its time. */
  judge: (mail: ReceivedMail) => Verdict | Promise<Verdict>;
  /** All that came whole, whatever became of them. */
  readonly mails: readonly ReceivedMail[];
  /** The next that comes whole, each once. */
  nextMail(): Promise<ReceivedMail>;
  /** Resolves when somebody connects, for each once. */
  nextConnection(): Promise<void>;
  /** Resolves when a connection is closed, for each once. */
  nextClosing(): Promise<void>;
  /** Every byte that it was sent, as it went over the wire. */
  wire(): string;
  /** The senders that it was told of, in clear or not. */
  readonly senders: readonly string[];
  stop(): Promise<void>;
}

/** Settings of an app that mails by it. Signing up is as without mail, so that a test which needs somebody need not read any. */
export function mailSettings({ port }: { port: number }): Record<string, string> {
  return {
    SMTP_URL: `smtp://127.0.0.1:${port}?tls=off`,
    MAIL_FROM: 'Latchkey <sign-in@example.org>',
    EMAIL_VERIFICATION: 'off',
  };
}

/** Of this process: making one takes a while. */
let certificate: ReturnType<typeof generate> | undefined;

export async function startSmtp({ tls, login }: SmtpSetup = {}): Promise<RunningSmtp> {
  certificate ??= generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const { private: key, cert } = await certificate;
  const [mails, connections, closings] = [queue<ReceivedMail>(), queue<void>(), queue<void>()];
  const [wire, senders]: [Buffer[], string[]] = [[], []];
  const sockets = new Map<number, Socket>();

  const server = new SMTPServer({
    ...{ key, cert, logger: false, disableReverseLookup: true, allowInsecureAuth: true },
    secure: tls === 'implicit',
    authOptional: login === undefined,
    disabledCommands: [...(tls === undefined ? ['STARTTLS'] : []), ...(login === undefined ? ['AUTH'] : [])],
    onAuth({ username, password }, _session, done) {
      const isRight = username === login?.user && password === login?.password;
      done(isRight ? null : refusal(535), { user: username });
    },
    onMailFrom({ address }, _session, done) {
      senders.push(address);
      if (running.hangsAt !== 'mail') done();
    },
    onData: (stream, session, done) => void take(stream, session, done),
  });
  // What goes wrong with a connection is what the tests are about.
  server.on('error', () => {});

  async function take(stream: SMTPServerDataStream, session: SMTPServerSession, done: (error?: Error) => void) {
    const { mailFrom, rcptTo } = session.envelope;
    const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) };
    // Whoever goes away in the middle of a mail has sent none.
    const raw = await buffer(stream).catch(() => null);
    if (raw === null) return;
    const mail = readMail(raw.toString('latin1'), envelope);
    mails.add(mail);
    const verdict = await running.judge(mail);
    if (verdict === 'lost') sockets.get(session.remotePort)?.destroy();
    else if (verdict === 'taken') done();
    else done(refusal(verdict));
  }

  /** Stands in front of it, to hear what goes over the wire. */
  const front = createServer((client) => {
    const onward = connect(inner, '127.0.0.1');
    connections.add();
    client.on('data', (bytes) => wire.push(bytes));
    client.on('close', () => closings.add());
    onward.once('connect', () => sockets.set(onward.localPort ?? 0, client));
    for (const [one, other] of [
      [client, onward],
      [onward, client],
    ] as const)
      one.on('error', () => {}).on('close', () => other.destroy());
    client.pipe(onward);
    if (running.hangsAt !== 'greeting') onward.pipe(client);
  });
  const inner = await listening(server.listen(0, '127.0.0.1'));
  const running: RunningSmtp = {
    port: await listening(front.listen(0, '127.0.0.1')),
    certificate: cert,
    hangsAt: null,
    judge: () => 'taken',
    mails: mails.all,
    nextMail: mails.next,
    nextConnection: connections.next,
    nextClosing: closings.next,
    wire: () => Buffer.concat(wire).toString('latin1'),
    senders,
    async stop() {
      const closed = [front, server].map((one) => new Promise<void>((resolve) => one.close(() => resolve())));
      for (const socket of sockets.values()) socket.destroy();
      await Promise.all(closed);
    },
  };
  return running;
}

const refusal = (responseCode: number) => Object.assign(new Error('No.'), { responseCode });

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      const address = server.address();
      if (typeof address === 'object' && address) resolve(address.port);
    });
  });
}

/** Gives each item to one who waits for it, in order. */
function queue<Item>() {
  const [all, unseen, waiting]: [Item[], Item[], ((item: Item) => void)[]] = [[], [], []];
  return {
    all,
    add(item: Item) {
      all.push(item);
      const next = waiting.shift();
      if (next) next(item);
      else unseen.push(item);
    },
    next: () =>
      new Promise<Item>((resolve) => {
        if (unseen.length > 0) resolve(unseen.shift() as Item);
        else waiting.push(resolve);
      }),
  };
}
