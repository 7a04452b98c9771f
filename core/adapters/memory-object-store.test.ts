import { objectStoreContract } from '../ports/object-store.contract.ts';
import { createMemoryObjectStore } from './memory-object-store.ts';

objectStoreContract('the memory store', async () => await Promise.resolve(createMemoryObjectStore()));
