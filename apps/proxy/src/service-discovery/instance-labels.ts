/** What an instance label is made of. */
export interface InstanceSource {
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As the agent tells it; may be empty, or no URL. */
  readonly targetUrl: string;
}

interface Assigned {
  readonly wanted: string;
  readonly instance: string;
}

/**
 * The `instance` label of each path: unique, and the same for as long as the path is known.
 *
 * It is what the agent gave as the label `instance`, else `<host:port of the target>/<path>`. When two paths want the
 * same, the later one gets `/<path>` appended, and keeps that when the earlier one goes. Whoever owns the list of paths
 * must call `retain` so that the names of departed ones can be given again.
 */
export class InstanceLabels {
  private readonly byPath = new Map<string, Assigned>();
  private readonly taken = new Set<string>();

  /** Assign the label of a path; the one it has stays while the path wants the same. */
  assign(source: InstanceSource): void {
    const wanted = wantedInstance(source);
    if (this.byPath.get(source.path)?.wanted === wanted) {
      return;
    }
    this.release(source.path);
    const instance = this.unique(wanted, source.path);
    this.byPath.set(source.path, { wanted, instance });
    this.taken.add(instance);
  }

  find(path: string): string | undefined {
    return this.byPath.get(path)?.instance;
  }

  /** Forget all paths but those that are known still. */
  retain(isKnown: (path: string) => boolean): void {
    for (const path of this.byPath.keys()) {
      if (!isKnown(path)) {
        this.release(path);
      }
    }
  }

  private unique(wanted: string, path: string): string {
    let instance = wanted;
    while (this.taken.has(instance)) {
      instance = `${instance}/${path}`;
    }
    return instance;
  }

  private release(path: string): void {
    const assigned = this.byPath.get(path);
    if (assigned !== undefined) {
      this.byPath.delete(path);
      this.taken.delete(assigned.instance);
    }
  }
}

function wantedInstance({ path, labels, targetUrl }: InstanceSource): string {
  const given = labels['instance'];
  if (given !== undefined && given !== '') {
    return given;
  }
  return URL.canParse(targetUrl) ? `${hostAndPort(new URL(targetUrl))}/${path}` : path;
}

function hostAndPort({ protocol, hostname, port }: URL): string {
  const defaultPort = protocol === 'https:' ? '443' : '80';
  return `${hostname}:${port === '' ? defaultPort : port}`;
}
