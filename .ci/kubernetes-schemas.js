/**
 * Writes JSON schemas that kubeconform reads from Kubernetes' own OpenAPI document.
 *
 * Arguments: the document (api/openapi-spec/swagger.json of the module k8s.io/kubernetes), and the folder to write to.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const [document, folder] = process.argv.slice(2);
const { definitions } = JSON.parse(readFileSync(document, 'utf8'));

/** What the document describes in words only. */
const SPECIAL = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { oneOf: [{ type: 'string' }, { type: 'integer' }] },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { oneOf: [{ type: 'string' }, { type: 'number' }] },
};

for (const [name, definition] of Object.entries(definitions)) {
  // A field that is not known is a mistake, as it is to a server that validates strictly.
  if (definition.properties !== undefined) definition.additionalProperties = false;
  if (SPECIAL[name] !== undefined) definitions[name] = SPECIAL[name];
}

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, '_definitions.json'), JSON.stringify({ definitions }));
for (const [name, definition] of Object.entries(definitions)) {
  for (const { group, version, kind } of definition['x-kubernetes-group-version-kind'] ?? []) {
    const parts = [kind, ...(group === '' ? [] : [group.split('.')[0]]), version];
    const schema = { $ref: `_definitions.json#/definitions/${name}` };
    writeFileSync(join(folder, `${parts.join('-').toLowerCase()}.json`), JSON.stringify(schema));
  }
}
