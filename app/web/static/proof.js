/* A worker: finds the number with which a challenge has a digest of so many zero bits. */
"use strict";

const AT_ONCE = 500;

self.addEventListener("message", async ({ data }) => {
  const { challenge, bits } = data;
  const writer = new TextEncoder();
  for (let from = 0; ; from += AT_ONCE) {
    const digests = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, place) =>
        crypto.subtle.digest("SHA-256", writer.encode(`${challenge}:${from + place}`))),
    );
    const found = digests.findIndex((digest) => zeros(new DataView(digest)) >= bits);
    if (found >= 0) {
      self.postMessage(from + found);
      return;
    }
  }
});

function zeros(digest) {
  let count = 0;
  for (let place = 0; place < 8; place += 1) {
    const word = digest.getUint32(4 * place);
    count += Math.clz32(word);
    if (word) break;
  }
  return count;
}
