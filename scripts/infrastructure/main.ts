/** Writes docs/reference/iam.md from what Terraform's factory says of the committed specs: `scripts/terraform.sh docs`. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { evaluateFactory, SHIPPED_REPORTER } from './evaluate-factory.ts';
import { iamPage } from './iam-page.ts';

const home = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const outputs = evaluateFactory({ home, specsFolder: join(home, 'source_specs'), environment: 'prod', reporter: SHIPPED_REPORTER });
writeFileSync(join(home, 'docs', 'reference', 'iam.md'), iamPage(outputs));
