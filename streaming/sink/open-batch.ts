/** Messages on their way into one batch. Each is a row once, whatever was delivered twice; all are acknowledged together, once the batch is committed. */
import { CommittedOffsets } from '../../core/stream/committed-offsets.ts';
import { sizeOf, type Delivery } from './delivery.ts';

export class OpenBatch {
  private kept: Delivery[] = [];
  /** Further deliveries of rows: acknowledging one before the commit would acknowledge the row. */
  private readonly repeats: Delivery[] = [];
  private readonly places = new CommittedOffsets();
  private readonly ids = new Set<string>();
  private size = 0;
  private settled = 0;

  get rows(): readonly Delivery[] {
    return this.kept;
  }

  /** Deliveries that are held. */
  get held(): number {
    return this.kept.length + this.repeats.length;
  }

  get sizeBytes(): number {
    return this.size;
  }

  get duplicates(): number {
    return this.repeats.length + this.settled;
  }

  /** `isCommitted`: whether an earlier batch has it; then it is acknowledged at once. */
  add(delivery: Delivery, isCommitted: (delivery: Delivery) => boolean): void {
    if (isCommitted(delivery)) {
      this.settled += 1;
      delivery.message.acknowledge();
      return;
    }
    this.size += sizeOf(delivery);
    if (this.enter(delivery)) this.kept.push(delivery);
    else this.repeats.push(delivery);
  }

  /** Takes out, and acknowledges, what another sink has committed meanwhile. */
  drop(isCommitted: (delivery: Delivery) => boolean): void {
    const before = this.kept;
    this.kept = before.filter((delivery) => !isCommitted(delivery));
    if (this.kept.length === before.length) return;
    for (const delivery of before) if (isCommitted(delivery)) this.settle(delivery);
  }

  acknowledge(): void {
    for (const { message } of [...this.kept, ...this.repeats]) message.acknowledge();
  }

  giveBack(): void {
    for (const { message } of [...this.kept, ...this.repeats]) message.giveBack();
  }

  private settle({ message }: Delivery): void {
    this.settled += 1;
    message.acknowledge();
  }

  /** Whether it was not there before. */
  private enter({ place, message }: Delivery): boolean {
    const isNew = place === null ? !this.ids.has(message.messageId) : !this.places.has(place);
    if (place === null) this.ids.add(message.messageId);
    else this.places.add(place);
    return isNew;
  }
}
