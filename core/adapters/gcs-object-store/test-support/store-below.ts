/** A store of which one folder is seen as the whole: contracts use names that lie in no top folder. */
import type { ObjectInfo, ObjectStore } from '../../../ports/object-store.ts';

export function storeBelow(store: ObjectStore, folder: string): ObjectStore {
  const outer = (name: string): string => `${folder}/${name}`;
  const inner = <T extends ObjectInfo>(info: T): T => ({ ...info, name: info.name.slice(folder.length + 1) });
  return {
    ...store,
    async *list(prefix) {
      for await (const info of store.list(outer(prefix))) yield inner(info);
    },
    async stat(name) {
      const info = await store.stat(outer(name));
      return info === undefined ? undefined : inner(info);
    },
    readStream: async (name, options) => await store.readStream(outer(name), options),
    read: async (name, options) => await store.read(outer(name), options),
    write: async (name, content, condition) => inner(await store.write(outer(name), content, condition)),
    copy: async (from, to, options) => inner(await store.copy(outer(from), outer(to), options)),
    delete: async (name, options) => await store.delete(outer(name), options),
    localPath: (name) => store.localPath(outer(name)),
    uri: (name) => store.uri(outer(name)),
  };
}
