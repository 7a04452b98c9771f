/** What a request to the object service asks for, told from its address. */
export type GcsOperation =
  'list' | 'stat' | 'media' | 'insert' | 'session' | 'chunk' | 'progress' | 'cancel' | 'rewrite' | 'delete' | 'other';

export interface GcsCall {
  /** 1-based, in the order of arrival. */
  readonly number: number;
  readonly operation: GcsOperation;
  readonly bucket: string;
  /** '' for a listing. */
  readonly object: string;
  readonly target: { readonly bucket: string; readonly object: string } | null;
  readonly query: URLSearchParams;
}

const OBJECT = /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/;
const LIST = /^\/storage\/v1\/b\/([^/]+)\/o$/;
const REWRITE = /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)\/rewriteTo\/b\/([^/]+)\/o\/([^/]+)$/;
const UPLOAD = /\/upload\/storage\/v1\/b\/([^/]+)\/o/;

/** `range` is the header Content-Range. */
export function readCall(number: number, method: string, address: string, range: string | undefined): GcsCall {
  const url = new URL(address, 'http://front');
  const query = url.searchParams;
  const call = (operation: GcsOperation, bucket = '', object = '', target: GcsCall['target'] = null): GcsCall => ({
    number,
    operation,
    bucket: decodeURIComponent(bucket),
    object: decodeURIComponent(object),
    target,
    query,
  });
  const rewrite = REWRITE.exec(url.pathname);
  if (rewrite !== null) {
    const [, bucket, object, toBucket = '', toObject = ''] = rewrite;
    return call('rewrite', bucket, object, { bucket: decodeURIComponent(toBucket), object: decodeURIComponent(toObject) });
  }
  const upload = UPLOAD.exec(url.pathname);
  if (upload !== null) return call(uploadOperation(method, query, range), upload[1], encodeURIComponent(query.get('name') ?? ''));
  const object = OBJECT.exec(url.pathname);
  if (object !== null && method === 'DELETE') return call('delete', object[1], object[2]);
  if (object !== null && method === 'GET') return call(query.get('alt') === 'media' ? 'media' : 'stat', object[1], object[2]);
  const list = LIST.exec(url.pathname);
  return list !== null && method === 'GET' ? call('list', list[1]) : call('other');
}

function uploadOperation(method: string, query: URLSearchParams, range: string | undefined): GcsOperation {
  if (method === 'POST') return query.get('uploadType') === 'resumable' ? 'session' : 'insert';
  if (method === 'DELETE') return 'cancel';
  return range?.startsWith('bytes */*') === true ? 'progress' : 'chunk';
}
