/** A reader of replies for tests of the wire: enough for what the simulator writes. */
import type { ReadReply, ReplyReader } from '../reply-reader.ts';

export const readMadeUpReply: ReplyReader = (bytes, contentType) => {
  const text = bytes.toString('utf8');
  return contentType === 'application/json' ? readJson(text) : readXml(text);
};

function readJson(text: string): readonly ReadReply[] | null {
  try {
    const { trn, action, state, codes } = JSON.parse(text) as ReadReply;
    return [{ trn, action, state, codes }];
  } catch {
    return null;
  }
}

function readXml(text: string): readonly ReadReply[] | null {
  if (!text.endsWith('</BizData>')) return null;
  return [...text.matchAll(/<RcrdSts><OrgnlRcrdId>(\w+)<\/OrgnlRcrdId><Sts>(ACPT|RJCT|PDNG)<\/Sts>(.*?)<\/RcrdSts>/g)].map(
    ([, trn = '', state, rules = '']) => ({
      ...{ trn, action: null, state: state as ReadReply['state'] },
      codes: [...rules.matchAll(/<Id>([^<]+)<\/Id>/g)].map(([, code = '']) => code),
    }),
  );
}
