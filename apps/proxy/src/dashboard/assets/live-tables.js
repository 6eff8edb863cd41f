/** Work at the rows in one frame, in milliseconds: a part of the 16 that a frame has. */
const FRAME_MS = 6;

/**
 * The tables of the page while their rows change. However much changes at once, each frame does some milliseconds of it, so
 * that the page answers; the order comes last. A row that changes again before its turn is shown as it is then.
 */
export class LiveTables {
  /** What is still to be done, by the name of the table. */
  #changes = new Map();
  #frame;
  #onRow;

  /** @param onRow - sees each row before it is shown */
  constructor(onRow) {
    this.#onRow = onRow;
  }

  /** Show these rows, by their ids, and put all rows in this order, if there is one; what is not in it goes. */
  change(name, { count, order, rows }) {
    const before = this.#changes.get(name);
    const change = {
      count,
      order: order ?? before?.order,
      rows: before?.rows ?? new Map(),
      moved: before?.moved ?? new Set(),
    };
    for (const [id, html] of Object.entries(rows)) change.rows.set(id, html);
    if (order !== undefined) keepOnly(change.rows, new Set(order));
    change.steps = this.#stepsOf(document.getElementById(name), change);
    this.#changes.set(name, change);
    if (this.#frame === undefined) this.#frame = requestAnimationFrame(() => this.#work());
  }

  /** Leave undone whatever is not done yet: the page is another. */
  forget() {
    this.#changes.clear();
  }

  #work() {
    const endsAt = performance.now() + FRAME_MS;
    while (this.#changes.size > 0 && performance.now() < endsAt) {
      const [[name, { steps }]] = this.#changes;
      if (steps.next().done) this.#changes.delete(name);
    }
    this.#frame = this.#changes.size > 0 ? requestAnimationFrame(() => this.#work()) : undefined;
  }

  *#stepsOf(section, { count, order, rows, moved }) {
    const rowsBody = section.querySelector('tbody');
    for (const [id, html] of rows) {
      rows.delete(id);
      moved.add(id);
      this.#replaceRow(rowsBody, id, html);
      if (rowsBody.childElementCount === 1) showOrHide(section);
      yield;
    }
    if (order !== undefined) yield* arrange(rowsBody, order, moved);
    section.querySelector('[data-count]').textContent = count;
    showOrHide(section);
  }

  #replaceRow(rowsBody, id, html) {
    const holder = document.createElement('template');
    holder.innerHTML = html;
    const row = holder.content.firstElementChild;
    row.classList.add('changed');
    this.#onRow(row);
    const before = document.getElementById(id);
    if (before === null) {
      rowsBody.append(row);
      return;
    }
    const hadFocus = before.contains(document.activeElement);
    before.replaceWith(row);
    if (hadFocus) row.querySelector('a')?.focus({ preventScroll: true });
  }
}

function keepOnly(rows, wanted) {
  for (const id of rows.keys()) if (!wanted.has(id)) rows.delete(id);
}

/** Drop all other rows and put these in order. Rows that changed are the ones that move: the others are left where they are. */
function* arrange(rowsBody, order, moved) {
  const wanted = new Set(order);
  for (const row of rowsBody.querySelectorAll('tr')) {
    if (wanted.has(row.id)) continue;
    row.remove();
    yield;
  }
  let next = rowsBody.firstElementChild;
  for (const id of order) {
    while (next !== null && next.id !== id && moved.has(next.id)) next = next.nextElementSibling;
    const row = document.getElementById(id);
    if (row === next) {
      next = next?.nextElementSibling ?? null;
    } else if (row !== null) {
      rowsBody.insertBefore(row, next);
      yield;
    }
  }
}

function showOrHide(section) {
  const isEmpty = section.querySelector('tbody').childElementCount === 0;
  const empty = section.querySelector('[data-empty]');
  const isFiltered = document.getElementById('filter').value !== '';
  empty.hidden = !isEmpty;
  empty.textContent = isFiltered ? 'The filter lets nothing through.' : empty.dataset.empty;
  section.querySelector('table').hidden = isEmpty;
}
