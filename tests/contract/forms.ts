import ts from 'typescript';
import type { Parameter } from './public-calls.js';

/** What a value may be, at run time. */
export type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'function';

/** A type as the test needs it. */
export interface Form {
  /** As the type is written. */
  readonly text: string;
  readonly kinds: readonly Kind[];
  /** The only words that are allowed. */
  readonly words: readonly string[];
  /** What each alternative of an object of options may have; none for what is injected, referred to, or of a class. */
  readonly objects: readonly (() => readonly Member[])[];
  /** Of an array. */
  readonly items?: () => Form;
  /** Of an object with any keys. */
  readonly values?: () => Form;
  /** Whether anything may be given. */
  readonly isAnything: boolean;
}

export interface Member {
  readonly name: string;
  readonly isOptional: boolean;
  readonly form: Form;
}

const ABSENT = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void;

/** Reads types. */
export class FormReader {
  readonly #checker: ts.TypeChecker;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  parameters(signature: ts.Signature, at: ts.Node): Parameter[] {
    return signature.getParameters().map((parameter) => {
      const declaration = parameter.valueDeclaration;
      const isOptional =
        declaration !== undefined &&
        ts.isParameter(declaration) &&
        (declaration.questionToken !== undefined || declaration.initializer !== undefined || declaration.dotDotDotToken !== undefined);
      const type = this.#checker.getTypeOfSymbolAtLocation(parameter, at);
      return { name: parameter.name, isOptional, form: this.form(type) };
    });
  }

  form(given: ts.Type): Form {
    const type = given.flags & ts.TypeFlags.TypeParameter ? (this.#checker.getBaseConstraintOfType(given) ?? given) : given;
    const parts = (type.isUnion() ? type.types : [type]).filter(({ flags }) => !(flags & ABSENT));
    const text = this.#checker.typeToString(type);
    const kinds = new Set<Kind>();
    const words: string[] = [];
    let isAnything = false;
    let anyString = false;
    let objects: Form['objects'] = [];
    let items: Form['items'];
    let values: Form['values'];
    for (const part of parts) {
      if (part.isStringLiteral()) {
        kinds.add('string');
        words.push(part.value);
      } else if (part.flags & (ts.TypeFlags.StringLike | ts.TypeFlags.TemplateLiteral)) {
        kinds.add('string');
        anyString = true;
      } else if (part.flags & ts.TypeFlags.NumberLike) kinds.add('number');
      else if (part.flags & ts.TypeFlags.BooleanLike) kinds.add('boolean');
      else if (part.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter | ts.TypeFlags.Conditional))
        isAnything = true;
      else if (this.#isArray(part)) {
        kinds.add('array');
        const [item] = this.#checker.getTypeArguments(part as ts.TypeReference);
        if (item !== undefined) items = () => this.form(item);
      } else if (part.getCallSignatures().length > 0 || part.getConstructSignatures().length > 0) kinds.add('function');
      else {
        kinds.add('object');
        const index = part.getStringIndexType();
        if (index !== undefined) values = () => this.form(index);
        else if (!this.#isInstance(part)) objects = [...objects, () => this.#membersOf(part)];
      }
    }
    // An id, a name or a reference may also be given as an object that has one: such an object may have more.
    if (anyString) objects = [];
    return {
      text,
      kinds: [...kinds],
      words: anyString ? [] : words,
      isAnything,
      objects,
      ...(items === undefined ? {} : { items }),
      ...(values === undefined ? {} : { values }),
    };
  }

  #isArray(type: ts.Type): boolean {
    return this.#checker.isArrayType(type) || this.#checker.isTupleType(type);
  }

  #membersOf(type: ts.Type): readonly Member[] {
    return this.#checker.getPropertiesOfType(type).map((property) => ({
      name: property.name,
      isOptional: (property.flags & ts.SymbolFlags.Optional) !== 0,
      form: this.form(this.#checker.getTypeOfSymbol(property)),
    }));
  }

  /** Of a class, of a library, or an object that is called: not options. */
  #isInstance(type: ts.Type): boolean {
    if (type.flags & ts.TypeFlags.NonPrimitive) return true;
    const properties = this.#checker.getPropertiesOfType(type);
    if (properties.length === 0) return true;
    const isMapped = ((type as ts.ObjectType).objectFlags & ts.ObjectFlags.Mapped) !== 0;
    const declarations = type.getSymbol()?.declarations ?? [];
    if (!isMapped && declarations.some((each) => ts.isClassLike(each) || each.getSourceFile().fileName.includes('node_modules')))
      return true;
    const isMethod = (property: ts.Symbol) =>
      property.declarations?.some((each) => ts.isMethodSignature(each) || ts.isMethodDeclaration(each));
    if (properties.some(isMethod)) return true;
    return properties.every((property) => this.#checker.getTypeOfSymbol(property).getCallSignatures().length > 0);
  }
}
