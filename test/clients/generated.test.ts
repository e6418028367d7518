import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { generatedFiles } from '../../clients/codegen/generated.ts';

test('what clients of other languages have of the state and the messages is that of src/ ("npm run clients" writes it)', async () => {
  const files = await generatedFiles();
  expect(files.size).toBe(6);
  for (const [path, code] of files) expect(await readFile(path, 'utf8'), path).toBe(code);
});
