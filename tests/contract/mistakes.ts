import type { Form, Kind, Member } from './forms.js';
import type { PublicCall } from './public-calls.js';
import { isStructure, type SampleContext, sampleObject, sampleOf } from './samples.js';

/** A call with one mistake in its options. */
export interface Mistake {
  /** What is wrong, for people. */
  readonly what: string;
  readonly values: readonly unknown[];
  /** What the error must say. */
  readonly expected: RegExp;
}

/** A value of each kind that is right for no option of another kind. */
const WRONG: Readonly<Record<Kind, unknown>> = {
  string: 'no such word',
  number: -4711.5,
  boolean: true,
  object: { unheardOf: 1 },
  array: [Number.NaN],
  function: () => undefined,
};

const MAX_DEPTH = 5;

/** The option whose keys are the names of drivers. */
const NAMESPACES = /(?:^|\.)providerOptions$/;

/** Every mistake that one call must refuse: each option misspelled, each nested key misspelled, each option of every wrong kind. */
export function mistakesOf(call: PublicCall, provider: string | undefined, context: SampleContext): Mistake[] {
  return call.parameters.flatMap((parameter, position) => {
    const { form } = parameter;
    if (isStructure(form)) return [];
    const before = () => call.parameters.slice(0, position).map(({ name, form: other }) => sampleOf(other, name, context));
    const after = () => {
      const others = call.parameters.slice(position + 1).filter(({ isOptional }) => !isOptional);
      return others.map(({ name, form: other }) => sampleOf(other, name, context));
    };
    const embed: Embed = (value) => [...before(), value, ...after()];
    // The arguments themselves are not options, but objects among them are.
    const walk: Walk = { provider, context, argument: parameter.name };
    return form.objects.flatMap((members) => inObject(members(), '', walk, embed, 0));
  });
}

/** What stays the same within one argument. */
interface Walk {
  readonly provider: string | undefined;
  readonly context: SampleContext;
  /** The name of the parameter, with which a message may begin: `target.layout`. */
  readonly argument: string;
}

type Embed = (value: unknown) => readonly unknown[];

function inObject(members: readonly Member[], at: string, walk: Walk, embed: Embed, depth: number): Mistake[] {
  const given = () => sampleObject(members, walk.context);
  const isNamespaces = NAMESPACES.test(at);
  return members
    .filter(({ name }) => !isNamespaces || name === walk.provider)
    .flatMap((member) => {
      const field = at === '' ? member.name : `${at}.${member.name}`;
      const embedMember: Embed = (value) => embed({ ...given(), [member.name]: value });
      return [
        ...(isNamespaces ? [] : misspelled(member.name, members, at, walk, (name) => embed({ ...given(), [name]: true }))),
        ...inValue(member.form, field, walk, embedMember, depth),
      ];
    });
}

function inValue(form: Form, field: string, walk: Walk, embed: Embed, depth: number): Mistake[] {
  const mistakes = wrongKinds(form, field, embed);
  if (depth > MAX_DEPTH || form.isAnything) return mistakes;
  const isNamespaces = NAMESPACES.test(field);
  for (const members of form.objects) mistakes.push(...inObject(members(), field, walk, embed, depth + 1));
  if (form.items !== undefined) {
    mistakes.push(...inValue(form.items(), `${field}[0]`, walk, (value) => embed([value]), depth + 1));
  }
  // What is meant for other drivers is let through.
  if (form.values !== undefined && !isNamespaces) {
    mistakes.push(...inValue(form.values(), `${field}.sample`, walk, (value) => embed({ sample: value }), depth + 1));
  }
  return mistakes;
}

function misspelled(
  name: string,
  members: readonly Member[],
  at: string,
  { argument }: Walk,
  values: (name: string) => readonly unknown[],
): Mistake[] {
  const wrong = misspell(name);
  if (members.some((member) => member.name === wrong)) return [];
  const path = at === '' ? wrong : `${at}.${wrong}`;
  const expected = new RegExp(`unknown option "(?:${escaped(argument)}\\.)?${escaped(path)}"; did you mean "\\w+"\\?`);
  return [{ what: `the unknown option ${path}`, values: values(wrong), expected }];
}

/** Doubles the last letter but one: `hosst`, `retryy` is not a word of any option. */
function misspell(name: string): string {
  return `${name.slice(0, -1)}${name.slice(-2, -1)}${name.slice(-1)}`;
}

function wrongKinds(form: Form, field: string, embed: Embed): Mistake[] {
  if (form.isAnything) return [];
  const name = /(\w+)(?:\[\d+\])*$/.exec(field)?.[1] ?? field;
  return Object.entries(WRONG)
    .filter(([kind]) => !form.kinds.some((allowed) => allowed === kind) || (kind === 'string' && form.words.length > 0))
    .map(([kind, value]) => ({
      what: `${field} as ${kind === 'string' ? `"${String(value)}"` : kind}`,
      values: embed(value),
      expected: new RegExp(escaped(name === 'sample' ? (/(\w+)\.sample/.exec(field)?.[1] ?? name) : name)),
    }));
}

function escaped(text: string): string {
  return text.replace(/[.[\]$]/g, '\\$&');
}
