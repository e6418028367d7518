import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const conf = readFileSync('deploy/nginx.conf', 'utf8').replace(/#.*$/gm, '');

/** The lines of the map that makes what is logged of an address, in nginx' order: the first expression that fits counts. */
const [, body = ''] = /map \$uri \$recall_address \{([^}]*(?:\}[^}]*?)?)\n\}/.exec(conf) ?? [];
const rules = [...body.matchAll(/"~([^"]+)"\s+(\S+);/g)].map(([, pattern = '', value = '']) => ({ pattern, value }));

/** What stands in the access log for a request of that path (what is behind the question mark is no part of `$uri`). */
function logged(uri: string): string {
  for (const { pattern, value } of rules) {
    const fit = new RegExp(pattern).exec(uri);
    if (fit) return value.replace('$uri', uri).replace('$recall_room', fit.groups?.recall_room ?? '');
  }
  return '/...';
}

test("nginx' access log shows which room a connection is to, and no pass, token or session id (never again 44)", () => {
  const [, format = ''] = /log_format recall '([^']+)'/.exec(conf) ?? [];
  const variables = [...format.matchAll(/\$(\w+)/g)].map(([, name]) => name);
  const harmless = ['remote_addr', 'time_local', 'request_method', 'recall_address', 'status', 'request_time'];
  expect(variables.filter((name) => ![...harmless, 'upstream_addr', 'request_id'].includes(name ?? ''))).toEqual([]);
  expect(variables).toContain('recall_address');
  expect([...conf.matchAll(/access_log\s+(\S+)\s*(\S*);/g)].map(([, , used]) => used)).toEqual(['recall']);
  // An error line quotes the request, down to its tokens.
  expect([...conf.matchAll(/error_log\s+\S+\s+(\w+);/g)].map(([, level]) => level)).toEqual(['emerg']);

  expect(rules.length).toBeGreaterThan(0);
  expect(logged('/p-secret/room_1')).toBe('/.../room_1');
  expect(logged('/prefix/p-secret/lobby_a-b')).toBe('/.../lobby_a-b');
  expect(logged('/p-secret/elsewhere')).toBe('/...');
  expect(logged('/rooms-secret')).toBe('/...');
  expect(logged('/matchmake/joinById/room_1')).toBe('/matchmake/joinById/room_1');
  expect(logged('/')).toBe('/');
});
