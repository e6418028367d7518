import ts from 'typescript';
import { ProtocolTypes } from './types.ts';

/** JSON Schemas (2020-12, as OpenAPI 3.1 and AsyncAPI 3 have them) of types in src/protocol/. */

export type JsonSchema = Readonly<Record<string, unknown>>;

export class Schemas {
  readonly #types = new ProtocolTypes(['http', 'toClient', 'answers', 'errors']);
  readonly #checker = this.#types.checker;
  readonly #named = new Map<string, JsonSchema>();

  /** The schema of each field of a closed list, such as `ToClient`. */
  fieldsOf(list: string): Record<string, JsonSchema> {
    const fields = this.#checker.getPropertiesOfType(this.#types.exported(list));
    return Object.fromEntries(fields.map((field) => [field.name, this.#ofField(field)]));
  }

  /** The schema of a type by its name. */
  of(name: string): JsonSchema {
    return this.#of(this.#types.exported(name));
  }

  /** Those that others refer to, for `components.schemas`. */
  named(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#named].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  #ofField(field: ts.Symbol): JsonSchema {
    const schema = this.#of(this.#checker.getTypeOfSymbol(field));
    const description = this.#types.docOf(field);
    return description ? { ...schema, description } : schema;
  }

  #of(type: ts.Type): JsonSchema {
    if (type.isUnion()) return this.#union(type);
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: this.#checker.typeToString(type) === 'true' };
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.String) return { type: 'string' };
    if (type.flags & ts.TypeFlags.Number) return { type: 'number' };
    if (type.flags & ts.TypeFlags.Boolean) return { type: 'boolean' };
    if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.flags & ts.TypeFlags.Object || type.isIntersection()) return this.#object(type);
    throw new Error(`there is no schema of ${this.#checker.typeToString(type)}`);
  }

  #union(type: ts.UnionType): JsonSchema {
    const members = type.types.filter((one) => !(one.flags & ts.TypeFlags.Undefined));
    if (
      members.length > 1 &&
      type.aliasSymbol &&
      members.every((one) => one.flags & ts.TypeFlags.Object || one.isIntersection())
    )
      return this.#name(type.aliasSymbol, () => ({ anyOf: members.map((one) => this.#object(one)) }));
    // `boolean` is a union of its own.
    const booleans = members.filter((one) => one.flags & ts.TypeFlags.BooleanLiteral);
    const others = booleans.length === 2 ? members.filter((one) => !booleans.includes(one)) : members;
    const schemas = others.map((one) => this.#of(one));
    if (booleans.length === 2) schemas.push({ type: 'boolean' });
    const constants = schemas.flatMap((schema) => ('const' in schema ? [schema.const] : []));
    const rest = schemas.filter((schema) => !('const' in schema));
    const all = constants.length > 1 ? [{ enum: constants }, ...rest] : schemas;
    return all.length === 1 ? (all[0] as JsonSchema) : { anyOf: all };
  }

  #object(type: ts.Type): JsonSchema {
    if (this.#checker.isTupleType(type)) {
      const items = this.#checker.getTypeArguments(type as ts.TypeReference).map((one) => this.#of(one));
      return { type: 'array', prefixItems: items, minItems: items.length, maxItems: items.length };
    }
    const item = this.#types.itemOf(type);
    if (item) return { type: 'array', items: this.#of(item) };
    const named = this.#types.interfaceOf(type);
    return named ? this.#name(named, () => this.#fields(type)) : this.#fields(type);
  }

  #name(symbol: ts.Symbol, make: () => JsonSchema): JsonSchema {
    const { name } = symbol;
    if (!this.#named.has(name)) {
      this.#named.set(name, {});
      const description = this.#types.docOf(symbol);
      this.#named.set(name, { ...make(), ...(description && { description }) });
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  #fields(type: ts.Type): JsonSchema {
    const fields = this.#checker.getPropertiesOfType(type);
    const required = fields.filter((field) => !(field.flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
    return {
      type: 'object',
      properties: Object.fromEntries(fields.map((field) => [field.name, this.#ofField(field)])),
      ...(required.length > 0 && { required }),
    };
  }
}
