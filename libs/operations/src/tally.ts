/** One series of a counter. To count is one addition: nothing is looked up. */
export class Tally {
  value = 0;

  add(amount = 1): void {
    this.value += amount;
  }
}
