/** Types of a handler's argument, derived from what its route's contract declares. */
import 'server-only';
import type { z } from 'zod';
import type { AccessRow } from '#db/store/sessions.ts';
import type { Requester } from '#lib/core/requester.ts';
import type { ContractMethod, Operation, RouteContract } from '#lib/core/route-contract.ts';
import type { PublicEndpoint } from '#lib/core/routes.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** The part of a handler's argument that every route has. */
export interface BareCall {
  request: Request;
  deps: Container;
  requester: Requester;
  /** The path's `[id]`; empty when the route has none, or for text that no id can contain. */
  id: string;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type Of<Declared, Name extends keyof Operation> = Declared extends { [Key in Name]: infer Schema } ? Schema : undefined;
type Answers<Declared extends Operation> = Declared['answers'];
type StatusWith<Declared extends Operation, Body> = {
  [Status in keyof Answers<Declared>]: Answers<Declared>[Status] extends Body ? Status : never;
}[keyof Answers<Declared>] &
  number;

/** The argument of a declared method's handler: the checked input, and functions for the declared answers. */
export interface DeclaredCall<Declared extends Operation> extends BareCall {
  query: Output<Of<Declared, 'query'>>;
  headers: Output<Of<Declared, 'headers'>>;
  body: Output<Of<Declared, 'body'>>;
  /** Makes a JSON answer with the status's declared body. Nobody may store it, unless `headers` says otherwise. */
  json<Status extends StatusWith<Declared, z.ZodType>>(
    status: Status,
    body: Output<Answers<Declared>[Status]>,
    headers?: Record<string, string>,
  ): Response;
  /** Makes an answer without a body, for a status that declares none. */
  empty(status: StatusWith<Declared, null>, headers?: Record<string, string>): Response;
}

/** The argument of a handler; with `access`, the living session, unless lib/core/routes.ts lists the path as public. */
type Call<Path extends string, Declared extends Operation> = DeclaredCall<Declared> &
  (Path extends PublicEndpoint ? unknown : { access: AccessRow });

/** One handler for each method that the contract declares. */
export type Handlers<Contract extends RouteContract> = {
  [Method in keyof Contract & ContractMethod]: Contract[Method] extends Operation
    ? (call: Call<Contract['path'], Contract[Method]>) => Promise<Response>
    : never;
};
