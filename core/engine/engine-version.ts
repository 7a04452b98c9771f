/** Version of the engine as reports carry it; it changes whenever the same file could be judged differently. */
export const ENGINE_VERSION = '2';
