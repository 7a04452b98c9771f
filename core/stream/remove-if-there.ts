/** Objects that nothing names any more. */
import type { ObjectStore } from '../ports/object-store.ts';

/** Deletes the generation that stands there now; nothing happens where there is none. Key: the name. */
export async function removeIfThere(store: ObjectStore, name: string): Promise<void> {
  const info = await store.stat(name);
  if (info !== undefined) await store.delete(name, { generation: info.generation });
}
