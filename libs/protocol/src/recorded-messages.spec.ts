import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from '@grpc/proto-loader';
import { describe, expect, it } from 'vitest';
import { packageDefinition, SERVICE_NAME } from './index.js';

interface RecordedMessage {
  rpc: string;
  from: 'agent' | 'proxy';
  kind: string;
  hex: string;
  message: object;
}

/** Fields whose names are camelCase in the proto itself. */
const CAMEL_CASE_FIELDS = new Set(['encodedQueryParams', 'authHeader']);
/** Longer bytes are recorded as their length alone. */
const SHOWN_BYTES = 40;
const ONE_OFS = new Set(['contentOneOf', 'chunkOneOf']);

const service = packageDefinition[SERVICE_NAME] as ServiceDefinition;
const folder = fileURLToPath(new URL('../../../test/fixtures/wire/', import.meta.url));

function readMessages(file: string): RecordedMessage[] {
  const lines = readFileSync(`${folder}${file}`, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as RecordedMessage).filter((line) => line.kind === 'message');
}

const toProtoName = (name: string): string =>
  CAMEL_CASE_FIELDS.has(name) ? name : name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const isDefault = (value: unknown): boolean =>
  value === 0 ||
  value === '' ||
  value === false ||
  value === null ||
  (Array.isArray(value) && value.length === 0);

/** What of a decoded message was on the wire: all but the defaults, which a sender leaves out. */
function withoutDefaults(message: object): Record<string, unknown> {
  const entries = Object.entries(message);
  const chosen = new Set(entries.flatMap(([name, value]) => (ONE_OFS.has(name) ? [String(value)] : [])));
  const present = entries.filter(([name, value]) => chosen.has(name) || !isDefault(value));
  return Object.fromEntries(
    present.map(([name, value]) => [name, isMessage(value) ? withoutDefaults(value) : value]),
  );
}

/** A message as the recordings show one: proto names, bytes as their length. */
function asRecorded(message: object): object {
  return Object.fromEntries(
    Object.entries(message).map(([name, value]) => [toProtoName(name), showValue(name, value)]),
  );
}

function isMessage(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

function showValue(name: string, value: unknown): unknown {
  if (Buffer.isBuffer(value)) {
    return value.length > SHOWN_BYTES ? `<${value.length} bytes>` : [...value];
  }
  if (ONE_OFS.has(name)) {
    return toProtoName(String(value));
  }
  return isMessage(value) ? asRecorded(value) : value;
}

describe.each(readdirSync(folder).filter((file) => file.endsWith('.jsonl')))('the messages of %s', (file) => {
  const messages = readMessages(file);

  it('are there', () => {
    expect(messages).not.toHaveLength(0);
  });

  it('decode to what was recorded, and encode to the same bytes again', () => {
    for (const { rpc, from, hex, message } of messages) {
      const method = service[rpc];
      const [decode, encode] =
        from === 'agent'
          ? [method?.requestDeserialize, method?.requestSerialize]
          : [method?.responseDeserialize, method?.responseSerialize];

      const decoded = withoutDefaults(decode?.(Buffer.from(hex, 'hex')) ?? {});

      expect(asRecorded(decoded)).toEqual(message);
      expect(encode?.(decoded).toString('hex')).toBe(hex);
    }
  });
});
