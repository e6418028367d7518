import ts from 'typescript';

/** The types in src/protocol/, as the compiler has them. */
export class ProtocolTypes {
  readonly checker: ts.TypeChecker;
  readonly #files: readonly ts.SourceFile[];

  /** @param names of files in src/protocol/, which `exported` looks through */
  constructor(names: readonly string[]) {
    const sources = names.map((name) => `src/protocol/${name}.ts`);
    const program = ts.createProgram(sources, {
      noEmit: true,
      strict: true,
      allowImportingTsExtensions: true,
      target: ts.ScriptTarget.ESNext,
      module: ts.ModuleKind.NodeNext,
    });
    this.checker = program.getTypeChecker();
    this.#files = sources.flatMap((source) => program.getSourceFile(source) ?? []);
  }

  /** @throws Error where none of the files exports a type of that name */
  exported(name: string): ts.Type {
    for (const file of this.#files) {
      const module = this.checker.getSymbolAtLocation(file);
      const found = module && this.checker.getExportsOfModule(module).find((symbol) => symbol.name === name);
      if (found) return this.checker.getDeclaredTypeOfSymbol(found);
    }
    throw new Error(`src/protocol exports no ${name}`);
  }

  /** What it says of itself in the code. */
  docOf(symbol: ts.Symbol | undefined): string {
    return ts.displayPartsToString(symbol?.getDocumentationComment(this.checker));
  }

  /** What a list or an array is made of; undefined for anything else. */
  itemOf(type: ts.Type): ts.Type | undefined {
    return this.checker.isArrayLikeType(type) ? this.checker.getTypeArguments(type as ts.TypeReference)[0] : undefined;
  }

  /** The interface that a type is, by its name; undefined where it has none, or is one of many of that name. */
  interfaceOf(type: ts.Type): ts.Symbol | undefined {
    const isInterface = Boolean((type.symbol?.flags ?? 0) & ts.SymbolFlags.Interface);
    const isGeneric = this.checker.getTypeArguments(type as ts.TypeReference).length > 0;
    return isInterface && !isGeneric ? type.symbol : undefined;
  }
}
