/** One request to the Pub/Sub emulator's own HTTP interface: no client stands between what it has and what a test sees. */
export async function askPubsub(host: string, project: string, method: string, path: string, body: object): Promise<unknown> {
  const answer = await fetch(`http://${host}/v1/projects/${project}/${path}`, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  if (!answer.ok) throw new Error(`expected an answer to ${method} ${path}, found ${answer.status} ${await answer.text()}`);
  return await answer.json();
}
