import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { asyncapi } from './asyncapi.ts';
import { messagesForCSharp } from './csharp.ts';
import { Schemas } from './jsonSchema.ts';

const run = promisify(execFile);

/** By path, from the top of the project: what "npm run clients" writes. */
export async function generatedFiles(): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'clients-'));
  try {
    const schema = join(folder, 'state.ts');
    await writeFile(schema, fieldsAlone(await readFile('src/rooms/schema/state.ts', 'utf8')));
    const [csharp, c, gdscript] = await Promise.all([
      stateFor('csharp', 'Recall', schema, folder),
      stateFor('c', 'recall_state', schema, folder),
      stateFor('gdscript', 'recall_state', schema, folder),
    ]);
    return new Map([
      ['unity/State.cs', csharp],
      ['unity/Messages.cs', messagesForCSharp()],
      ['clients/c/recall_state.h', c],
      ['clients/godot/recall_state.gd', gdscript],
      ['docs/asyncapi.json', asyncapi()],
      ['src/http/answers.json', answersOfRoutes()],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What `/openapi.json` says of answers. */
function answersOfRoutes(): string {
  const schemas = new Schemas();
  const routes = schemas.fieldsOf('RouteAnswers');
  schemas.of('ErrorBody');
  return `${JSON.stringify({ routes, schemas: schemas.named() }, null, 2)}\n`;
}

/** schema-codegen knows fields that are written straight into `schema(…)`, and nothing around them. */
const fieldsAlone = (code: string) => code.replaceAll(/ satisfies FieldsOf<\w+>/g, '');

const extensions = { csharp: 'cs', c: 'h', gdscript: 'gd' };

/** The classes of the synced state, by Colyseus' own schema-codegen. */
async function stateFor(language: keyof typeof extensions, name: string, schema: string, output: string) {
  const tool = ['--import', './clients/codegen/typescript6.mjs', 'node_modules/@colyseus/schema/bin/schema-codegen'];
  await run(process.execPath, [...tool, schema, `--${language}`, '--bundle', '--namespace', name, '--output', output]);
  const code = await readFile(join(output, `${name}.${extensions[language]}`), 'utf8');
  return `${code.replaceAll(/[ \t]+$/gm, '').trimEnd()}\n`;
}
