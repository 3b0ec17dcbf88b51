export type Route = { readonly name: 'search' } | { readonly name: 'list' } | { readonly name: 'title'; readonly id: string } | { readonly name: 'unknown' };

export function matchRoute(path: string): Route {
  if (path === '/' || path === '/index.html') return { name: 'search' };
  if (path === '/list') return { name: 'list' };
  const id = /^\/anime\/([^/]+)\/?$/.exec(path)?.[1];
  if (id === undefined) return { name: 'unknown' };
  try {
    return { name: 'title', id: decodeURIComponent(id) };
  } catch {
    return { name: 'unknown' };
  }
}
