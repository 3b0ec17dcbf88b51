import { isKey, keyFields, keyRefusal, keySuffices, otherKey } from '@/lib/api-key';
import { getPreferences } from '@/lib/preferences';
import type { Problem } from '@/types/api';

/** The server answered, and its answer is an error. */
export class ProblemError extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterSeconds: number | null,
  ) {
    super(problem.detail);
    this.name = 'ProblemError';
  }
}

/** The server did not answer: it is gone, or the network is. */
export class UnreachableError extends Error {
  constructor() {
    super('unreachable');
    this.name = 'UnreachableError';
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'status' in value && 'title' in value;
}

async function readProblem(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  if (isProblem(body)) return body;
  return {
    type: 'about:blank',
    title: response.statusText || `HTTP ${response.status}`,
    status: response.status,
    detail: '',
    request_id: response.headers.get('X-Request-Id') ?? '',
  };
}

/** Asks once, with a key where there is one. */
async function ask(path: string, init: RequestInit, key: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, key === '' ? init : { ...init, headers: { ...init.headers, ...keyFields(path, key) } });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new UnreachableError();
  }
  // A proxy in between that finds no server behind it answers in the server's place.
  if (response.status === 502 || response.status === 504) throw new UnreachableError();
  return response;
}

async function refused(response: Response): Promise<ProblemError> {
  const retryAfter = Number(response.headers.get('Retry-After'));
  return new ProblemError(await readProblem(response), retryAfter > 0 ? retryAfter : null);
}

/** Asks, and asks again when there is another key than the one that was refused: until then the answer is awaited. */
async function answer(path: string, init: RequestInit): Promise<Response> {
  for (;;) {
    const key = getPreferences().apiKey;
    const response = await ask(path, init, key);
    const refusal = keyRefusal(response);
    if (refusal) {
      await otherKey(refusal, key, init.signal);
      continue;
    }
    // The server looks at the key before anything else.
    keySuffices();
    if (!response.ok) throw await refused(response);
    return response;
  }
}

async function call<T>(path: string, init: RequestInit): Promise<T> {
  const response = await answer(path, init);
  return (response.status === 204 ? null : await response.json()) as T;
}

/** Whether the server knows a key. */
export async function isKnownKey(key: string): Promise<boolean> {
  if (!isKey(key)) return false;
  const response = await ask('/api/v1/filters?limit=1', { headers: { Accept: 'application/json' } }, key);
  if (keyRefusal(response)) return false;
  if (!response.ok) throw await refused(response);
  return true;
}

/** What a link to it would show or save, for where a link will not do: it sends no key. */
export async function getBlob(path: string, signal?: AbortSignal): Promise<Blob> {
  return (await answer(path, { signal })).blob();
}

export type QueryValues = Record<string, string | number | readonly string[] | undefined>;

export function get<T>(path: string, query: QueryValues = {}, signal?: AbortSignal): Promise<T> {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [String(value)]) params.append(name, one);
  }
  const text = params.toString();
  return call<T>(text ? `${path}?${text}` : path, { signal, headers: { Accept: 'application/json' } });
}

/** A change; a body that is bytes goes as it is, anything else as JSON. */
export function send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const bytes = body instanceof Blob;
  return call<T>(path, {
    method,
    signal,
    headers: { Accept: 'application/json', ...(body !== undefined && { 'Content-Type': bytes ? 'application/octet-stream' : 'application/json' }) },
    ...(body !== undefined && { body: bytes ? body : JSON.stringify(body) }),
  });
}

export function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return send<T>('POST', path, body, signal);
}
