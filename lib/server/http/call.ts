/** What a handler is given, by what its route's contract declares. */
import 'server-only';
import type { z } from 'zod';
import type { AccessRow } from '#db/store/sessions.ts';
import type { ContractMethod, Operation, RouteContract } from '#lib/core/contract.ts';
import type { Requester } from '#lib/core/requester.ts';
import type { PublicEndpoint } from '#lib/core/routes.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** What every handler is given. */
export interface BareCall {
  request: Request;
  deps: Container;
  requester: Requester;
  /** The path's `[id]`; empty where the route has none. */
  id: string;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Of<Declared, Name extends keyof Operation> = Declared extends { [Key in Name]: infer Schema } ? Schema : undefined;
type Answers<Declared extends Operation> = Declared['answers'];
type StatusWith<Declared extends Operation, Body> = {
  [Status in keyof Answers<Declared>]: Answers<Declared>[Status] extends Body ? Status : never;
}[keyof Answers<Declared>] &
  number;

/** What the handler of one declared method is given: what was asked, checked, and the answers that it may give. */
export interface DeclaredCall<Declared extends Operation> extends BareCall {
  query: Output<Of<Declared, 'query'>>;
  headers: Output<Of<Declared, 'headers'>>;
  body: Output<Of<Declared, 'body'>>;
  /** Answers with the body that the contract has for the status. Nobody keeps it, unless `headers` say otherwise. */
  json<Status extends StatusWith<Declared, z.ZodType>>(
    status: Status,
    body: Output<Answers<Declared>[Status]>,
    headers?: Record<string, string>,
  ): Response;
  /** Answers without a body. */
  empty(status: StatusWith<Declared, null>, headers?: Record<string, string>): Response;
}

/** A route that routes.ts does not list as public is behind an access token whose session lives, by the database's word. */
type Call<Path extends string, Declared extends Operation> = DeclaredCall<Declared> &
  (Path extends PublicEndpoint ? unknown : { access: AccessRow });

export type Handlers<Contract extends RouteContract> = {
  [Method in keyof Contract & ContractMethod]: Contract[Method] extends Operation
    ? (call: Call<Contract['path'], Contract[Method]>) => Promise<Response>
    : never;
};
