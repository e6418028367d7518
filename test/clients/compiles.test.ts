import { spawnSync } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blocksIn } from '../docs/blocks.ts';
import { temporaryFolder } from '../people/folder.ts';

// What clients of other languages begin with compiles against the SDKs' own signatures (test/clients/stubs).

const pages = ['README.md', 'unity/README.md', ...globSync('docs/**/*.md')];
const blocksOf = (language: string) =>
  pages.flatMap((page) =>
    blocksIn(page, language).map((code, i): [name: string, code: string] => [`${page}, ${i + 1}`, code]),
  );

/** @returns what the compiler says; nothing where all is well. */
function compiled(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}${error ?? ''}` || `${program} ended with ${status}`;
}

describe('C#', () => {
  // Unity's own compiler knows at least as much. What it warns of in records, which a decoder fills: never assigned (649).
  const options = ['-langversion:7', '-target:library', '-warnaserror', '-nowarn:649'];
  const folder = temporaryFolder();
  const own = [...globSync('unity/*.cs'), 'test/clients/stubs/ColyseusSdk.cs'];
  const csharp = (...more: string[]) => compiled('mcs', ...options, `-out:${join(folder, 'all.dll')}`, ...own, ...more);

  const uses = [
    'System',
    'System.Collections.Generic',
    'System.Threading.Tasks',
    'Colyseus',
    'Colyseus.Schema',
    'Recall',
  ];
  const head = [...uses, 'UnityEngine'].map((name) => `using ${name};`).join(' ');
  /** What a page shows stands in a method of a client's own. @returns the path of a file, which begins with one line more */
  function inMethod(name: string, code: string): string {
    const path = join(folder, `${name.replaceAll(/\W+/g, '_')}.cs`);
    const method = 'public async Task Shown() { await Task.Delay(0);';
    writeFileSync(path, `${head} public class ${basename(path, '.cs')} { ${method}\n${code}\n} }\n`);
    return path;
  }

  test('the classes, the records and the client of unity/ compile, and so does what the pages show (never again 55)', () => {
    const shown = blocksOf('csharp');
    expect([own.length, shown.length]).toEqual([4, 4]);
    expect(csharp(...shown.map(([name, code]) => inMethod(name, code)))).toBe('');
  });

  test('a wrong field, event, record, type or call does not', () => {
    const mistakes = [
      'Console.WriteLine(new RecallState().deadline);',
      'var e = new Recall.Events.Shuffled();',
      'Console.WriteLine(new Recall.Events.Played().rank);',
      'int at = new RecallState().deadlineAt;',
      'new Client("").Play();',
    ];
    const lines = csharp(inMethod('mistakes', mistakes.join('\n'))).matchAll(/mistakes\.cs\((\d+),\d+\): error CS/g);
    expect([...new Set([...lines].map(([, line]) => Number(line) - 1))]).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('C', () => {
  const compiler = spawnSync('cc', ['--version']).status === 0 ? 'cc' : 'tcc';
  const object = join(temporaryFolder(), 'recall.o');
  const c = (file: string) =>
    compiled(
      compiler,
      '-c',
      '-Wall',
      '-Werror',
      '-Wno-unused-function',
      '-D_DEFAULT_SOURCE',
      '-I',
      'test/clients/stubs',
      '-I',
      'clients/c',
      '-o',
      object,
      file,
    );

  test('the example compiles with the state’s classes (never again 55)', () => {
    expect(c('clients/c/recall.c')).toBe('');
  });

  test.each(blocksOf('c'))('what %s shows compiles', (_, code) => {
    const path = join(temporaryFolder(), 'page.c');
    const own = '#include <stdio.h>\n#include <string.h>\n#include <colyseus/client.h>\n#include <recall_state.h>\n';
    writeFileSync(path, own + code);
    expect(c(path)).toBe('');
  });

  test('one that reads a field which the state lacks does not', () => {
    const path = join(temporaryFolder(), 'wrong.c');
    writeFileSync(path, '#include <recall_state.h>\ndouble at(recall_state_t* state) { return state->deadline; }\n');
    expect(c(path)).toMatch(/deadline/);
  });
});
