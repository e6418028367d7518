// node --import ./clients/codegen/typescript6.mjs node_modules/.bin/schema-codegen …
import { registerHooks } from 'node:module';

const url = import.meta.resolve('typescript');

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'typescript' ? { url, shortCircuit: true } : next(specifier, context),
});
