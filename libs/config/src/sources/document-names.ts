import type { DocumentSyntax } from '../hocon/documents.js';

const SUFFIXES: Readonly<Record<string, DocumentSyntax>> = {
  '.conf': 'hocon',
  '.json': 'json',
  '.properties': 'properties',
};

export const READABLE = '.conf, .json and .properties';

/** The syntax of a file, by its suffix; undefined when the suffix says nothing. */
export function syntaxOfFile(name: string): DocumentSyntax | undefined {
  const suffix = suffixOf(name);
  return Object.hasOwn(SUFFIXES, suffix) ? SUFFIXES[suffix] : undefined;
}

/** The names a name stands for, the weakest first: itself with a known suffix, else itself with each of them. */
export function candidateNames(name: string): string[] {
  return syntaxOfFile(name) === undefined
    ? ['.properties', '.json', '.conf'].map((suffix) => name + suffix)
    : [name];
}

/** Whether a name ends in a suffix that is none of ours. */
export const hasForeignSuffix = (name: string): boolean =>
  suffixOf(name) !== '' && syntaxOfFile(name) === undefined;

const CONTENT_TYPES: Readonly<Record<string, DocumentSyntax>> = {
  'application/json': 'json',
  'text/x-java-properties': 'properties',
  'application/hocon': 'hocon',
};

/** The syntax of what a URL gives: its content type where that is a known one, else its suffix, else HOCON. */
export function syntaxOfUrl(pathname: string, contentType: string | null): DocumentSyntax {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const told = Object.hasOwn(CONTENT_TYPES, type) ? CONTENT_TYPES[type] : undefined;
  if (told !== undefined) {
    return told;
  }
  if (/\.(json|jsn)$/i.test(pathname)) {
    return 'json';
  }
  return /\.(properties|props)$/i.test(pathname) ? 'properties' : 'hocon';
}

export const isUrl = (name: string): boolean => /^https?:\/\//i.test(name);

function suffixOf(name: string): string {
  const [last = ''] = name.split(/[/\\]/).slice(-1);
  const dot = last.lastIndexOf('.');
  return dot <= 0 ? '' : last.slice(dot);
}
