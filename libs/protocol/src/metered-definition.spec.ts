import { expect, it } from 'vitest';
import { MessageMeter, meteredDefinition } from './metered-definition.js';
import { packageDefinition, SERVICE_NAME } from './package-definition.js';

it('counts the bytes of what is written and read, and changes none of them', () => {
  const meter = new MessageMeter();
  const metered = methodOf(meteredDefinition(meter));
  const plain = methodOf(packageDefinition);
  const request = { agentId: 'a', path: 'metrics' };

  const bytes = metered.requestSerialize(request);
  const heard = metered.requestDeserialize(bytes);
  const answer = metered.responseSerialize({ valid: true });
  metered.responseDeserialize(answer);

  expect(bytes).toEqual(plain.requestSerialize(request));
  expect(heard).toEqual(plain.requestDeserialize(bytes));
  expect([meter.sentBytes, meter.receivedBytes]).toEqual([
    bytes.length + answer.length,
    bytes.length + answer.length,
  ]);
});

type Codec = Record<'requestSerialize' | 'responseSerialize', (message: object) => Buffer> &
  Record<'requestDeserialize' | 'responseDeserialize', (bytes: Buffer) => object>;

function methodOf(definition: typeof packageDefinition): Codec {
  return (definition[SERVICE_NAME] as unknown as Record<string, Codec>)['registerPath']!;
}
