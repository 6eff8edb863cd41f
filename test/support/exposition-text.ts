/** A text exposition of exactly this many bytes, that compresses as metrics do. */
export function expositionOf(byteCount: number): Buffer {
  const body = Buffer.alloc(byteCount, '#');
  let at = 0;
  for (let series = 0; ; series++) {
    const line = `http_requests_total{handler="/api/v${series % 7}",code="200",shard="${series}"} ${series * 37}\n`;
    if (at + line.length > byteCount) break;
    at += body.write(line, at, 'latin1');
  }
  if (at < byteCount) body.write('\n', byteCount - 1, 'latin1');
  return body;
}
