// npm run clients: what the clients of other languages have of the state and the messages, from src/.
import { writeFile } from 'node:fs/promises';
import { generatedFiles } from '../clients/codegen/generated.ts';

for (const [path, code] of await generatedFiles()) {
  await writeFile(path, code);
  console.log(path);
}
