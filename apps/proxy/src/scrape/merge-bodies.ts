const EOF_LINE = Buffer.from('# EOF');
const NEWLINE = Buffer.from('\n');
const WHITESPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]);

/**
 * Several expositions as one, the way prometheus-proxy joins them: empty ones are left out; a single one stays as it is;
 * of several, trailing white space and `# EOF` go, they are joined by line feeds, and one `# EOF` closes them if any had
 * it. Nothing is decoded. Protobuf expositions are delimited messages and simply follow each other.
 */
export function mergeBodies(bodies: readonly Buffer[], contentType: string): Buffer {
  const filled = bodies.filter((body) => body.length > 0);
  const [only] = filled;
  if (only === undefined || filled.length === 1) {
    return only ?? Buffer.alloc(0);
  }
  if (contentType.startsWith('application/vnd.google.protobuf')) {
    return Buffer.concat(filled);
  }
  const texts = filled.map(withoutEof);
  const joined = texts.flatMap(({ text }, index) => (index === 0 ? [text] : [NEWLINE, text]));
  const hasEof = texts.some((text) => text.hadEof);
  return Buffer.concat(hasEof ? [...joined, NEWLINE, EOF_LINE] : joined);
}

function withoutEof(body: Buffer): { text: Buffer; hadEof: boolean } {
  const text = trimEnd(body);
  const hadEof = text.subarray(-EOF_LINE.length).equals(EOF_LINE);
  return { text: hadEof ? trimEnd(text.subarray(0, -EOF_LINE.length)) : text, hadEof };
}

function trimEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && WHITESPACE.has(bytes[end - 1] ?? 0)) {
    end -= 1;
  }
  return bytes.subarray(0, end);
}
